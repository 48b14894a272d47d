"""Crontab lines, `minute hour day month weekday`, read into the fields of a cron rule.

Weekdays count from Sunday = 0 (or 7) here, as everywhere in cron, and from Monday = 0 in the
library that computes the moments, so they are written out as names.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from apscheduler.triggers.cron import CronTrigger

NAMES = ("minute", "hour", "day", "month", "day_of_week")
EXAMPLE = "Write five fields: minute hour day month weekday, for example '0 3 * * *' for 03:00."
_WEEK = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS = re.compile(r"([0-7])(?:-([0-7]))?(/\d+)?\Z")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class CrontabError(ValueError):
    """A line that cannot be.

    Args:
        problem: What is wrong, one sentence.
        field: The field it is about; empty for the whole line.
    """

    def __init__(self, problem: str, field: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.field = field


def read_crontab(line: str) -> dict[str, str]:
    """Read a line into the fields of a cron rule.

    Raises:
        CrontabError: It cannot be read, or never comes.
    """
    parts = line.split()
    if len(parts) != len(NAMES):
        raise CrontabError(f"{line!r:.80} has {len(parts)} fields, not {len(NAMES)}.")
    fields = dict(zip(NAMES, parts, strict=True))
    if fields["day"] != "*" and fields["day_of_week"] != "*":
        raise CrontabError("Give a day or a weekday, not both.", "day_of_week")
    fields["day_of_week"] = ",".join(map(_weekday, fields["day_of_week"].split(",")))
    for name, text in fields.items():
        check_field(name, text)
    check_comes(fields)
    return fields


def crontab_problem(line: str) -> str:
    """Tell what is wrong with a line; an empty text where nothing is. An empty line is fine."""
    if not line.strip():
        return ""
    try:
        read_crontab(line)
    except CrontabError as error:
        return f"{f'{error.field}: ' if error.field else ''}{error.problem} {EXAMPLE}"
    return ""


def check_field(name: str, text: str) -> None:
    """Refuse a field that cannot be read, or is out of its range.

    Raises:
        CrontabError: It says which field, and why.
    """
    try:
        CronTrigger(**{name: text}, timezone=UTC)
    except (ValueError, ArithmeticError) as error:
        raise CrontabError(f"`{name}` cannot be {text}: {error}.", name) from None


def check_comes(fields: dict[str, str]) -> None:
    """Refuse days that no month has, such as 30 February.

    Raises:
        CrontabError: No moment fits.
    """
    day, month = fields.get("day", "*"), fields.get("month", "*")
    if not (day.isdigit() and month.isdigit()) or not 1 <= int(month) <= len(_LONGEST):
        return
    if int(day) > _LONGEST[int(month) - 1]:
        name = f"{datetime(2000, int(month), 1, tzinfo=UTC):%B}"
        raise CrontabError(f"The rule never comes: {name} has no day {day}.", "day")


def _weekday(part: str) -> str:
    found = _DAYS.match(part)
    if found is None:
        return part
    first, last, step = int(found[1]), int(found[2] or found[1]), int((found[3] or "/1")[1:])
    if last < first or step < 1:
        raise CrontabError(f"`day_of_week` cannot be {part}.", "day_of_week")
    return ",".join(dict.fromkeys(_WEEK[number] for number in range(first, last + 1, step)))
