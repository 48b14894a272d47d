"""Crontab lines: what they mean, and what is wrong with those that mean nothing."""

from __future__ import annotations

import pytest

from plexihub.crontab import crontab_problem, read_crontab


@pytest.mark.parametrize(
    ("weekday", "names"),
    [
        ("0", "sun"),
        ("7", "sun"),
        ("1-5", "mon,tue,wed,thu,fri"),
        ("5-7", "fri,sat,sun"),
        ("0-6/3", "sun,wed,sat"),
        ("mon-fri", "mon-fri"),
        ("*", "*"),
    ],
)
def test_weekdays_count_from_sunday(weekday: str, names: str) -> None:
    """A number is the day it is in every crontab."""
    assert read_crontab(f"0 3 * * {weekday}")["day_of_week"] == names


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("31 2 *", "'31 2 *' has 3 fields, not 5."),
        ("99 * * * *", "minute: `minute` cannot be 99"),
        ("0 0 30 2 *", "day: The rule never comes: February has no day 30."),
        ("0 0 * * 5-1", "day_of_week: `day_of_week` cannot be 5-1."),
        ("0 3 1 * 1", "day_of_week: Give a day or a weekday, not both."),
        ("", ""),
        ("30 2 29 2 *", ""),
    ],
)
def test_problem_names_field_and_reason(line: str, problem: str) -> None:
    """What cannot be is said in one sentence; 29 February is a day, and nothing is no problem."""
    found = crontab_problem(line)
    assert found.startswith(problem)
    assert bool(found) == bool(problem)
