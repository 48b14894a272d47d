"""When a job runs: what a plugin writes, read into a rule that can be kept as JSON.

The arithmetic (calendars, daylight saving) is APScheduler's. What it would take silently and a
person hardly means is refused: a cron rule without a field would run every second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from plexihub.crontab import EXAMPLE, CrontabError, check_comes, check_field, read_crontab
from plexihub_sdk.errors import InputError

CRON_FIELDS = (
    "year", "month", "day", "week", "day_of_week", "hour", "minute", "second",
)  # fmt: skip
INTERVAL_FIELDS = ("weeks", "days", "hours", "minutes", "seconds")
LONGEST_TEXT = 200
SHORTEST = timedelta(seconds=1)
_INSTANT = timedelta(microseconds=1)
Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Timing:
    """When a job runs.

    Args:
        spec: The rule as JSON; two equal rules have equal specs.
        first: Answers the first moment, told what time it is; None where there is none any more.
        following: Answers the first moment after now, told when the last run was due, and now.
    """

    spec: Spec
    first: Callable[[datetime], datetime | None]
    following: Callable[[datetime, datetime], datetime | None]


def refused(place: str, problem: str, *, field: str = "", next: str = "") -> InputError:  # noqa: A002
    """Make the error of a job that cannot be.

    Args:
        place: Which job of which plugin.
        problem: What is wrong, one sentence.
        field: The argument it is about.
        next: What to do next.
    """
    where = f"{place}, {field}" if field else place
    return InputError(f"The {place} is refused: {problem}", where=where, next=next)


def read_timing(kind: str, given: Mapping[str, Any], where: str) -> Timing:
    """Read a rule.

    Args:
        kind: `cron`, `interval` or `date`.
        given: The fields of that kind.
        where: Of which plugin and job, for messages.

    Raises:
        InputError: The rule cannot be; `where` names the field.
    """
    reader = _KINDS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise refused(where, f"There is no trigger {kind!r}.", next=_next_of(_KINDS))
    read, fields = reader
    if unknown := [name for name in given if name not in fields]:
        raise refused(
            where, f"A job of the kind {kind!r} has no field {unknown[0]!r}.", next=_next_of(fields)
        )
    return read(dict(given), where)


def _next_of(names: Any) -> str:
    return f"Use one of: {', '.join(names)}."


def _cron(given: Spec, where: str) -> Timing:
    zone = _zone(given.pop("timezone", "UTC"), where)
    fields = _line(given, where) if "crontab" in given else _fields(given, where)
    trigger = CronTrigger(**fields, timezone=zone)

    def after(moment: datetime) -> datetime | None:
        found: datetime | None = trigger.get_next_fire_time(None, moment + _INSTANT)
        return found and found.astimezone(UTC)

    return Timing(
        {"kind": "cron", **fields, "timezone": _name_of(zone)},
        after,
        lambda _due, now: after(now),
    )


def _line(given: Spec, where: str) -> Spec:
    line = given.pop("crontab")
    if given:
        name = next(iter(given))
        raise refused(where, f"`crontab` says all; leave `{name}` out.", field=name)
    if not isinstance(line, str) or len(line) > LONGEST_TEXT:
        problem = f"`crontab` must be a short text, not {line!r:.80}."
        raise refused(where, problem, field="crontab", next=EXAMPLE)
    try:
        return dict(read_crontab(line))
    except CrontabError as error:
        field = error.field or "crontab"
        raise refused(where, error.problem, field=field, next=EXAMPLE) from None


def _fields(given: Spec, where: str) -> Spec:
    fields = {name: given[name] for name in CRON_FIELDS if name in given}
    if not fields:
        raise refused(
            where,
            "A cron job needs a field, or it would run every second.",
            next=_next_of(CRON_FIELDS),
        )
    for name, value in fields.items():
        _check_cron_field(name, value, where)
    fields = {name: str(value).strip() for name, value in fields.items()}
    try:
        check_comes(fields)
    except CrontabError as error:
        raise refused(
            where,
            error.problem,
            field=error.field,
            next="Name a moment that the calendar has and that is still to come.",
        ) from None
    return fields


def _check_cron_field(name: str, value: object, where: str) -> None:
    is_text = isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT
    if not is_text and (isinstance(value, bool) or not isinstance(value, int)):
        raise refused(
            where,
            f"`{name}` must be a number or a short text such as '*/5', not {value!r:.80}.",
            field=name,
        )
    try:
        check_field(name, str(value).strip())
    except CrontabError as error:
        raise refused(
            where,
            error.problem,
            field=name,
            next="Write it as in cron, for example hour=3, minute='*/15', day_of_week='mon-fri'.",
        ) from None


def _interval(given: Spec, where: str) -> Timing:
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise refused(
                where, f"`{name}` must be a number, 0 or more, not {value!r:.80}.", field=name
            )
    try:
        every = timedelta(**given)
    except (OverflowError, ValueError):
        every = timedelta.max
    if not SHORTEST <= every <= timedelta(days=36_500):
        raise refused(
            where,
            "The interval must be from one second to a hundred years.",
            next=_next_of(INTERVAL_FIELDS),
        )

    def following(due: datetime, now: datetime) -> datetime:
        # In step with the runs before; those that were missed meanwhile are passed over.
        return due + every * max(1, (now - due) // every + 1)

    return Timing(
        {"kind": "interval", "seconds": every.total_seconds()}, lambda now: now + every, following
    )


def _date(given: Spec, where: str) -> Timing:
    zone = _zone(given.get("timezone", "UTC"), where)
    wanted = given.get("run_date")
    try:
        moment = datetime.fromisoformat(wanted) if isinstance(wanted, str) else wanted
    except ValueError:
        moment = None
    if not isinstance(moment, datetime):
        raise refused(
            where,
            f"`run_date` must be a moment, not {wanted!r:.80}.",
            field="run_date",
            next="Hand over a datetime, or text such as '2030-01-31T09:00:00'.",
        )
    try:
        fixed = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise refused(where, f"{moment} is out of range.", field="run_date") from None
    return Timing(
        {"kind": "date", "run_date": fixed.isoformat()},
        lambda now: fixed if fixed > now else None,
        lambda _due, _now: None,
    )


def _zone(name: object, where: str) -> tzinfo:
    if name == "UTC":
        return UTC
    with suppress(ValueError, OSError, KeyError):
        if isinstance(name, str):
            return ZoneInfo(name)
    raise refused(
        where,
        f"There is no time zone {name!r:.80}.",
        field="timezone",
        next="Name one such as 'Europe/Berlin'; left out, it is UTC.",
    )


def _name_of(zone: tzinfo) -> str:
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"


_KINDS: dict[str, tuple[Callable[[Spec, str], Timing], tuple[str, ...]]] = {
    "cron": (_cron, (*CRON_FIELDS, "crontab", "timezone")),
    "interval": (_interval, INTERVAL_FIELDS),
    "date": (_date, ("run_date", "timezone")),
}
