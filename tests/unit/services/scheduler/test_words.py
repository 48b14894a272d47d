"""Rules in words."""

from __future__ import annotations

from typing import Any

import pytest

from plexihub.services.scheduler.timing import read_timing
from plexihub.services.scheduler.words import in_words


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("cron", {"hour": 2}, "every day at 02:00 (UTC)"),
        ("cron", {"crontab": "30 9 * * 1-5"}, "Monday to Friday at 09:30 (UTC)"),
        ("cron", {"day_of_week": "mon", "hour": 7}, "every Monday at 07:00 (UTC)"),
        ("cron", {"crontab": "0 8 * * 1,4"}, "every Monday and Thursday at 08:00 (UTC)"),
        (
            "cron",
            {"day": 1, "hour": 4, "timezone": "Europe/Berlin"},
            "on day 1 of every month at 04:00 (Europe/Berlin)",
        ),
        ("cron", {"month": 2, "day": 29}, "every year on 29 February at 00:00 (UTC)"),
        ("cron", {"minute": "*/15"}, "every 15 minutes (UTC)"),
        ("cron", {"minute": 30}, "every hour at minute 30 (UTC)"),
        ("cron", {"hour": "*/6"}, "every 6 hours (UTC)"),
        (
            "cron",
            {"hour": "8-18", "minute": "*/7"},
            "by the rule hour=8-18, minute=*/7 (UTC)",
        ),
        ("interval", {"seconds": 90}, "every 1 minute 30 seconds"),
        ("interval", {"hours": 1}, "every hour"),
        ("date", {"run_date": "2030-01-31T09:00:00"}, "once, on 2030-01-31 at 09:00 (UTC)"),
    ],
)
def test_rule_in_words(kind: str, given: dict[str, Any], words: str) -> None:
    """A person reads when it runs; what has no plain words is shown as it was written."""
    assert in_words(read_timing(kind, given, "here").spec) == words
