"""A rule that cannot be is refused with plugin and place, and nothing of it is registered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plexihub.services.scheduler.timing import read_timing
from plexihub_sdk.errors import InputError
from plexihub_sdk.ids import PluginId
from tests.unit.services.scheduler.conftest import NOON, Bench

pytestmark = pytest.mark.anyio


@pytest.mark.checklist("P-83")
@pytest.mark.parametrize(
    ("trigger", "given", "message", "field"),
    [
        ("cron", {"hour": 25}, "maximum value", ", hour"),
        ("cron", {"hour": 3, "day": "blue moon"}, "blue moon", ", day"),
        ("cron", {"minute": "*/0"}, "higher than 0", ", minute"),
        ("cron", {"hour": True}, "number or a short text", ", hour"),
        ("cron", {"hour": "1," * 500}, "number or a short text", ", hour"),
        ("cron", {"month": 2, "day": 30}, "February has no day 30", ", day"),
        ("cron", {"crontab": "31 2 *"}, "'31 2 \\*' has 3 fields, not 5", ", crontab"),
        ("cron", {"crontab": "99 * * * *"}, "`minute` cannot be 99", ", minute"),
        ("cron", {"crontab": "0 0 30 2 *"}, "February has no day 30", ", day"),
        ("cron", {"crontab": "0 0 1 * 1"}, "day or a weekday, not both", ", day_of_week"),
        ("cron", {"crontab": "0 3 * * *", "hour": 4}, "leave `hour` out", ", hour"),
        ("cron", {"year": 2020}, "never comes", ""),
        ("cron", {}, "every second", ""),
        ("cron", {"hour": 3, "timezone": "Mars/Base"}, "no time zone 'Mars/Base'", ", timezone"),
        ("cron", {"hour": 3, "timezone": "../etc/passwd"}, "no time zone", ", timezone"),
        ("cron", {"hour": 3, "weeks": 1}, "no field 'weeks'", ""),
        ("interval", {}, "one second", ""),
        ("interval", {"seconds": 0.5}, "one second", ""),
        ("interval", {"hours": -1}, "0 or more", ", hours"),
        ("interval", {"hours": float("nan")}, "0 or more", ", hours"),
        ("interval", {"weeks": 1e300}, "hundred years", ""),
        ("date", {"run_date": NOON - timedelta(days=1)}, "never comes", ""),
        ("date", {"run_date": "tomorrow"}, "must be a moment", ", run_date"),
        ("date", {}, "must be a moment", ", run_date"),
        ("sometimes", {}, "no trigger 'sometimes'", ""),
        ("cron", {"hour": 3, "misfire": "cry"}, "'run' or 'skip'", ", misfire"),
        ("cron", {"hour": 3, "deadline": 0}, "more than 0", ", deadline"),
        ("cron", {"hour": 3, "overlap": "yes"}, "True or False", ", overlap"),
        ("cron", {"hour": 3, "name": ""}, "1 to 200", ", name"),
    ],
)
async def test_impossible_job_is_refused_whole(
    bench: Bench, trigger: str, given: dict[str, Any], message: str, field: str
) -> None:
    """The message names plugin, job and field; no row, no job and no registration is left."""
    scheduler = bench.start()
    with pytest.raises(InputError, match=message) as caught:
        await bench.add(scheduler, lambda: None, trigger, id="bad", **given)
    assert caught.value.where == f"job 'bad' of reporter{field}"
    assert str(caught.value).startswith("The job 'bad' of reporter is refused: ")
    assert await scheduler.list() == []
    assert bench.ownership.count(PluginId("reporter")) == 0
    await bench.add(scheduler, lambda: None, "cron", id="bad", hour=3)


async def test_job_without_an_id_is_refused(bench: Bench) -> None:
    """A lambda has no name to be found again by, and a number is no function."""
    scheduler = bench.start()
    with pytest.raises(InputError, match="<lambda>"):
        await bench.add(scheduler, lambda: None, "cron", hour=3)
    with pytest.raises(InputError, match="function to call"):
        await bench.add(scheduler, 5, "cron", hour=3)  # type: ignore[arg-type]


def test_night_follows_the_clocks_of_its_zone() -> None:
    """Three in the morning in Berlin is one hour earlier in UTC once summer time began."""
    timing = read_timing("cron", {"hour": 4, "timezone": "Europe/Berlin"}, "here")
    winter = timing.first(datetime(2030, 3, 30, 1, tzinfo=UTC))
    assert winter == datetime(2030, 3, 30, 3, tzinfo=UTC)
    assert timing.following(winter, winter) == datetime(2030, 3, 31, 2, tzinfo=UTC)
