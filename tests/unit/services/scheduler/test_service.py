"""Jobs run at their times, survive a restart, end in time and go with their plugin."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from plexihub.kernel.context import acting
from plexihub.services.database import Job
from plexihub_sdk.errors import ConflictError
from plexihub_sdk.ids import PluginId
from tests.unit.services.scheduler.conftest import NOON, Bench

pytestmark = pytest.mark.anyio
DAILY: dict[str, Any] = {"id": "daily", "hour": 3}


class Counter:
    """Code of a job that counts its runs."""

    def __init__(self) -> None:
        """Begin at none."""
        self.runs = 0

    def __call__(self) -> None:
        """Run once."""
        self.runs += 1


@pytest.mark.checklist("P-83")
@pytest.mark.parametrize(
    ("trigger", "given", "runs"),
    [
        ("cron", {"hour": 3, "minute": 30}, 2),
        ("cron", {"hour": "*/12"}, 4),
        ("interval", {"hours": 6}, 8),
        ("date", {"run_date": "2030-01-16T09:00:00"}, 1),
    ],
)
async def test_job_runs_at_each_of_its_times(
    bench: Bench, trigger: str, given: dict[str, Any], runs: int
) -> None:
    """Within two days each kind of rule comes as often as it says, and no more."""
    scheduler, count = bench.start(), Counter()
    await bench.add(scheduler, count, trigger, id="job", **given)
    for _ in range(96):
        await bench.pass_time(scheduler, minutes=30)
    assert count.runs == runs
    assert bench.audit.told() == [("job.run", "job", "ok")] * runs


@pytest.mark.checklist("P-83")
async def test_run_is_written_down(bench: Bench) -> None:
    """Row, audit and load tell of a run: whose, when, how it ended, how long it took."""
    scheduler = bench.start()
    await bench.add(scheduler, lambda: None, "interval", id="tick", name="Tick", minutes=5)
    await bench.pass_time(scheduler, minutes=5)
    job = await bench.only(scheduler)
    ms, key = job.pop("last_ms"), job.pop("key")
    assert job == {
        "id": "tick",
        "plugin": "reporter",
        "name": "Tick",
        "trigger": {"kind": "interval", "seconds": 300.0},
        "schedule": "every 5 minutes",
        "active": True,
        "paused": False,
        "running": 0,
        "progress": None,
        "progress_text": "",
        "running_since": None,
        "next_run_at": "2030-01-15T12:10:00Z",
        "last_run_at": "2030-01-15T12:05:00Z",
        "last_outcome": "ok",
        "last_error": "",
        "last_result": "",
    }
    assert key
    (entry,) = bench.audit.entries
    assert (entry.ctx.actor.kind, entry.ctx.actor.id) == ("plugin", "reporter")
    assert entry.details == {"due": "2030-01-15T12:05:00Z"}
    assert ms == round(entry.execution_ms or 0, 3) > 0
    assert scheduler.load() == [
        {"plugin": "reporter", "runs": 1, "failures": 0, "skipped": 0, "total_ms": ms, "share": 1.0}
    ]


@pytest.mark.checklist("P-83")
@pytest.mark.parametrize(("misfire", "runs"), [("run", 1), ("skip", 0)])
async def test_runs_missed_while_hub_was_down(bench: Bench, misfire: str, runs: int) -> None:
    """After three nights off, a job makes up for them once or not at all, and then goes on."""
    await bench.add(bench.start(), lambda: None, "cron", misfire=misfire, **DAILY)
    bench.ownership.drop(PluginId("reporter"))
    bench.now += timedelta(days=3)
    scheduler, count = bench.start(), Counter()
    await bench.add(scheduler, count, "cron", misfire=misfire, **DAILY)
    await bench.pass_time(scheduler)
    assert count.runs == runs
    job = await bench.only(scheduler)
    assert job["next_run_at"] == "2030-01-19T03:00:00Z"
    await bench.pass_time(scheduler, days=1)
    assert bench.audit.told()[0][0] == ("job.run" if runs else "job.skip")


async def test_restart_keeps_time_and_last_result(bench: Bench) -> None:
    """What was due in ten minutes before a restart is due at the same moment after it."""
    first = bench.start()
    await bench.add(first, lambda: None, "interval", id="tick", minutes=15)
    await bench.pass_time(first, minutes=20)
    before = await bench.only(first)
    bench.ownership.drop(PluginId("reporter"))
    second = bench.start()
    assert await bench.only(second) == before | {"active": False}
    bench.now += timedelta(minutes=5)
    await bench.add(second, lambda: None, "interval", id="tick", minutes=15)
    assert await bench.only(second) == before
    assert before["next_run_at"] == "2030-01-15T12:30:00Z"


async def test_changed_rule_gets_a_new_time(bench: Bench) -> None:
    """A plugin's new version with another rule does not wait for the old one."""
    await bench.add(bench.start(), lambda: None, "cron", **DAILY)
    bench.ownership.drop(PluginId("reporter"))
    scheduler = bench.start()
    await bench.add(scheduler, lambda: None, "cron", **DAILY | {"hour": 13})
    assert (await bench.only(scheduler))["next_run_at"] == "2030-01-15T13:00:00Z"


async def test_past_date_is_not_run_again(bench: Bench) -> None:
    """A date job that has run is registered anew after a restart without running again."""
    given: dict[str, Any] = {"id": "once", "run_date": NOON + timedelta(hours=1)}
    scheduler, count = bench.start(), Counter()
    await bench.add(scheduler, count, "date", **given)
    await bench.pass_time(scheduler, hours=1)
    bench.ownership.drop(PluginId("reporter"))
    again = bench.start()
    await bench.add(again, count, "date", **given)
    await bench.pass_time(again, days=1)
    assert count.runs == 1
    assert (await bench.only(again))["next_run_at"] is None


@pytest.mark.checklist("P-83")
@pytest.mark.parametrize(("manner", "most"), [({}, 1), ({"overlap": True}, 3)])
async def test_runs_overlap_only_when_asked(
    bench: Bench, manner: dict[str, Any], most: int
) -> None:
    """While a run goes on the next ones are left out, unless the plugin wants them beside it."""
    scheduler, began, go_on = bench.start(), asyncio.Queue[None](), asyncio.Event()

    async def work() -> None:
        began.put_nowait(None)
        await go_on.wait()

    await bench.add(scheduler, work, "interval", id="slow", minutes=1, **manner)
    for _ in range(3):
        bench.now += timedelta(minutes=1)
        scheduler.look()
    for _ in range(most):
        await began.get()
    assert (await bench.only(scheduler))["running"] == most
    go_on.set()
    await scheduler.settle()
    told = [one for one, *_ in bench.audit.told()]
    assert (told.count("job.run"), told.count("job.skip")) == (most, 3 - most)


async def test_late_run_is_ended_at_its_deadline(bench: Bench) -> None:
    """A run that waits for ever is ended, told as a timeout, and the next one begins."""
    scheduler = bench.start()
    await bench.add(scheduler, asyncio.Event().wait, "interval", deadline=0.01, id="hang", hours=1)
    await bench.pass_time(scheduler, hours=1)
    job = await bench.only(scheduler)
    assert (job["last_outcome"], job["running"]) == ("timeout", 0)
    await bench.pass_time(scheduler, hours=1)
    assert bench.audit.told() == [("job.run", "hang", "timeout")] * 2


async def test_raising_job_is_told_and_runs_again(bench: Bench) -> None:
    """An error of the plugin's code stands in row and audit, and stops nothing."""
    scheduler = bench.start()

    def fail() -> None:
        raise SystemExit("no paper")

    await bench.add(scheduler, fail, "interval", hours=1)
    for _ in range(2):
        await bench.pass_time(scheduler, hours=1)
    job = await bench.only(scheduler)
    assert (job["id"], job["last_outcome"], job["last_error"]) == ("fail", "failed", "no paper")
    assert scheduler.load()[0]["failures"] == 2


@pytest.mark.checklist("P-83")
async def test_plain_code_waits_and_acts_as_its_plugin(bench: Bench) -> None:
    """A plain method reads the database without `await`, as the plugin that registered it."""
    scheduler, seen = bench.start(), []

    def work() -> None:
        seen.append((bench.database.get_model("Job").count(), acting().actor.id))

    await bench.add(scheduler, work, "interval", hours=1)
    await bench.pass_time(scheduler, hours=1)
    assert seen == [(1, "reporter")]


@pytest.mark.checklist("P-83")
async def test_job_stops_with_its_plugin(bench: Bench) -> None:
    """Disabling ends what runs and begins nothing; the row stays, marked as not active."""
    scheduler, began = bench.start(), asyncio.Event()

    async def work() -> None:
        began.set()
        await asyncio.Event().wait()

    await bench.add(scheduler, work, "interval", id="slow", hours=1)
    bench.now += timedelta(hours=1)
    scheduler.look()
    await began.wait()
    bench.ownership.drop(PluginId("reporter"))
    await scheduler.settle()
    await bench.pass_time(scheduler, hours=5)
    job = await bench.only(scheduler)
    assert (job["active"], job["running"], job["last_outcome"]) == (False, 0, "failed")
    assert "was stopped" in job["last_error"]
    assert len(bench.audit.entries) == 1


async def test_nothing_runs_before_plugin_is_whole(bench: Bench) -> None:
    """A run that is due while its plugin starts waits for the end of the start."""
    scheduler, count = bench.start(), Counter()
    bench.ready = False
    await bench.add(scheduler, count, "cron", **DAILY)
    await bench.pass_time(scheduler, days=1)
    assert count.runs == 0
    bench.ready = True
    await bench.pass_time(scheduler)
    assert count.runs == 1


async def test_second_job_of_same_id_is_refused(bench: Bench) -> None:
    """The first one stays; another plugin may use the same id."""
    scheduler, count = bench.start(), Counter()
    await bench.add(scheduler, count, "cron", **DAILY)
    with pytest.raises(ConflictError, match="reporter has a job 'daily'"):
        await bench.add(scheduler, lambda: None, "cron", **DAILY)
    with bench.code_of("another"):
        await scheduler.add_job(count, "cron", **DAILY)
    await bench.pass_time(scheduler, days=1)
    assert count.runs == 2


async def test_removed_job_is_forgotten(bench: Bench) -> None:
    """`remove_job` takes the row away, and the id is free again; another plugin's stays."""
    scheduler = bench.start()
    await bench.add(scheduler, lambda: None, "cron", **DAILY)
    assert await scheduler.remove_job("daily") is False
    with bench.code_of("reporter"):
        assert await scheduler.remove_job("daily") is True
    assert await scheduler.list() == []
    assert bench.ownership.count(PluginId("reporter")) == 0
    await bench.add(scheduler, lambda: None, "cron", **DAILY)


async def test_removed_plugin_leaves_no_jobs(bench: Bench) -> None:
    """The rows of a plugin that was removed go, and its load with them."""
    scheduler = bench.start()
    await bench.add(scheduler, lambda: None, "interval", hours=1, id="x")
    await bench.pass_time(scheduler, hours=1)
    bench.ownership.drop(PluginId("reporter"))
    await scheduler.forget("reporter")
    assert (await scheduler.list(), scheduler.load()) == ([], [])
    assert await bench.database.rows(Job).count() == 0


async def test_timer_begins_runs_by_itself(bench: Bench) -> None:
    """The running timer begins what is due, without anybody looking."""
    scheduler, done = bench.start(), asyncio.Event()
    await bench.add(scheduler, done.set, "cron", **DAILY)
    scheduler.begin()
    bench.now += timedelta(days=1)
    scheduler.wake()
    async with asyncio.timeout(20):
        await done.wait()
    await scheduler.settle()


async def test_stopping_hub_ends_runs_and_says_so(bench: Bench) -> None:
    """What runs while the hub stops is ended, and the next start knows of it."""
    scheduler, began = bench.start(), asyncio.Event()

    async def work() -> None:
        began.set()
        await asyncio.Event().wait()

    await bench.add(scheduler, work, "interval", hours=1)
    bench.now += timedelta(hours=1)
    scheduler.look()
    await began.wait()
    await scheduler.close()
    job = await bench.only(bench.start())
    assert (job["last_outcome"], job["last_run_at"]) == ("failed", "2030-01-15T13:00:00Z")
    assert "was stopped" in job["last_error"]
