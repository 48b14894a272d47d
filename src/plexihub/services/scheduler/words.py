"""A rule in words, for people: `every day at 03:00 (UTC)`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_SPANS = ((604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_PLAIN = {"hour": "0", "minute": "0", "second": "0"}
_ORDER = ("month", "day", "day_of_week", "hour", "minute", "second")


def in_words(spec: Mapping[str, Any]) -> str:
    """Say when a rule's moments are."""
    if spec.get("kind") == "interval":
        return f"every {_span(float(spec['seconds']))}"
    if spec.get("kind") == "date":
        moment = datetime.fromisoformat(spec["run_date"]).astimezone(UTC)
        return f"once, on {moment:%Y-%m-%d} at {moment:%H:%M} (UTC)"
    fields = {name: text for name, text in spec.items() if name not in {"kind", "timezone"}}
    words = _cron(_completed(fields)) or _literally(fields)
    return f"{words} ({spec.get('timezone', 'UTC')})"


def _span(seconds: float) -> str:
    parts, rest = [], round(seconds)
    for size, name in _SPANS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    if parts and len(parts) == 1 and parts[0].startswith("1 "):
        return parts[0].removeprefix("1 ")
    return " ".join(parts) or f"{seconds:g} seconds"


def _completed(fields: Mapping[str, str]) -> dict[str, str]:
    """Fill in what a rule leaves out: any where something finer is said, else its least value."""
    said = [name for name in _ORDER if name in fields and name != "day_of_week"]
    finest = _ORDER.index(said[-1]) if said else _ORDER.index("day_of_week")
    return {
        name: fields.get(name, "*" if _ORDER.index(name) < finest else _PLAIN.get(name, "*"))
        for name in _ORDER
    }


def _cron(given: Mapping[str, str]) -> str:
    day = _day(given)
    hour, minute, second = given["hour"], given["minute"], given["second"]
    if not day or second != "0":
        return ""
    if hour.isdigit() and minute.isdigit():
        return f"{day} at {int(hour):02}:{int(minute):02}"
    if minute.isdigit() and (every := _every(hour, "hour")):
        past = f" at minute {int(minute)}" if int(minute) else ""
        return f"{every}{past}{'' if day == 'every day' else f', {day}'}"
    if hour == "*" and (every := _every(minute, "minute")):
        return every + ("" if day == "every day" else f", {day}")
    return ""


def _every(text: str, unit: str) -> str:
    if text == "*":
        return f"every {unit}"
    step = text.removeprefix("*/")
    return f"every {step} {unit}s" if step != text and step.isdigit() else ""


def _day(given: Mapping[str, str]) -> str:
    month, day, week = given["month"], given["day"], given["day_of_week"]
    if month == "*" and day == "*":
        return "every day" if week == "*" else _weekdays(week)
    if week != "*" or not day.isdigit():
        return ""
    if month == "*":
        return f"on day {int(day)} of every month"
    if month.isdigit():
        return f"every year on {int(day)} {datetime(2000, int(month), 1, tzinfo=UTC):%B}"
    return ""


def _weekdays(text: str) -> str:
    ends = text.lower().split("-")
    if len(ends) == 2 and all(end in _DAYS for end in ends):  # noqa: PLR2004 - first and last
        return f"{_DAYS[ends[0]]} to {_DAYS[ends[1]]}"
    names = text.lower().split(",")
    if names == list(_DAYS)[:5]:
        return "Monday to Friday"
    if all(name in _DAYS for name in names):
        return "every " + " and ".join(
            filter(None, (", ".join(_DAYS[name] for name in names[:-1]), _DAYS[names[-1]]))
        )
    return ""


def _literally(fields: Mapping[str, str]) -> str:
    return "by the rule " + ", ".join(f"{name}={text}" for name, text in fields.items())
