"""Who may change a job and its runs: hooks, administrators, and what the code itself tells."""

from __future__ import annotations

import asyncio
import math
from functools import partial
from typing import Any

import pytest

from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.services.scheduler.store import KEPT_RUNS
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError, Veto
from plexihub_sdk.ids import PluginId
from plexihub_sdk.jobs import JobRun
from tests.unit.services.scheduler.conftest import Bench

pytestmark = pytest.mark.anyio
CTX = CallContext(actor=OPERATOR, deadline=math.inf)
HOURLY: dict[str, Any] = {"id": "tick", "hours": 1}


def note(kept: list[tuple[str, Any]], name: str, data: dict[str, Any]) -> None:
    """Keep what was told or asked, as it was then."""
    kept.append((name, dict(data)))


def hear(bench: Bench, *names: str) -> list[tuple[str, Any]]:
    """Note what is told of some events."""
    heard: list[tuple[str, Any]] = []
    for name in names:
        bench.bus.subscribe(name, partial(note, heard, name))
    return heard


def refuse(_payload: dict[str, Any]) -> None:
    """Refuse whatever it is."""
    raise Veto("Not on my watch.")


async def test_every_write_is_asked_before_and_told_after(bench: Bench) -> None:
    """Adding, changing the rule and removing run their hooks and events, each once."""
    heard = hear(bench, "job.created", "job.updated", "job.deleted")
    asked: list[tuple[str, Any]] = []
    for name in ("job.creating", "job.updating", "job.deleting"):
        bench.hooks.add(name, partial(note, asked, name))
    scheduler = bench.start()
    await bench.add(scheduler, lambda: None, "interval", **HOURLY)
    bench.ownership.drop(PluginId("reporter"))
    again = bench.start()
    await bench.add(again, lambda: None, "interval", id="tick", hours=2)
    with bench.code_of("reporter"):
        await again.remove_job("tick")
    await bench.bus.settle()
    assert [name for name, _ in asked] == ["job.creating", "job.updating", "job.deleting"]
    assert asked[1][1]["changes"] == {"trigger": {"kind": "interval", "seconds": 7200.0}}
    assert [name for name, _ in heard] == ["job.created", "job.updated", "job.deleted"]
    assert heard[1][1]["job"]["schedule"] == "every 2 hours"
    assert heard[2][1]["job"] == "tick"


async def test_handler_changes_the_rule_that_is_stored(bench: Bench) -> None:
    """What stands in `trigger` after the hook is the job's rule; what cannot be is refused."""

    def slower(payload: dict[str, Any]) -> None:
        payload["trigger"] = {"kind": "interval", "hours": 5}

    undo = bench.hooks.add("job.creating", slower)
    scheduler = bench.start()
    await bench.add(scheduler, lambda: None, "interval", **HOURLY)
    assert (await bench.only(scheduler))["trigger"] == {"kind": "interval", "seconds": 18_000.0}
    undo()
    bench.hooks.add("job.creating", lambda payload: payload.update(trigger={"kind": "never"}))
    with pytest.raises(InputError, match="There is no trigger 'never'"):
        await bench.add(scheduler, lambda: None, "interval", id="other", hours=1)
    assert len(await scheduler.list()) == 1


async def test_refused_job_is_not_registered(bench: Bench) -> None:
    """A veto of `job.creating` leaves no row, no job and no registration."""
    bench.hooks.add("job.creating", refuse)
    scheduler = bench.start()
    with pytest.raises(Veto):
        await bench.add(scheduler, lambda: None, "interval", **HOURLY)
    assert await scheduler.list() == []
    assert bench.ownership.count(PluginId("reporter")) == 0


async def test_veto_leaves_one_run_out_and_is_on_record(bench: Bench) -> None:
    """The job's code does not run; audit, row and history say who refused; the next run is due."""
    scheduler, ran = bench.start(), []
    await bench.add(scheduler, lambda: ran.append(1), "interval", **HOURLY)
    undo = bench.hooks.add("job.starting", refuse)
    await bench.pass_time(scheduler, hours=1)
    job = await bench.only(scheduler)
    (run,) = (await scheduler.show("reporter", "tick"))["runs"]
    assert ran == []
    assert bench.audit.told() == [("job.skip", "tick", "vetoed")]
    assert (job["last_outcome"], run["outcome"]) == ("vetoed", "vetoed")
    assert "Not on my watch." in run["error"]
    undo()
    await bench.pass_time(scheduler, hours=1)
    assert ran == [1]


async def test_run_tells_progress_and_result(bench: Bench) -> None:
    """How far it is shows while it runs; what it answers is kept, shortened, and told."""
    scheduler, told, go_on = bench.start(), asyncio.Event(), asyncio.Event()
    heard = hear(bench, "job.finished")

    async def work(run: JobRun) -> dict[str, Any]:
        run.progress(0.4, "sorting\nthings")
        told.set()
        await go_on.wait()
        run.progress(7)
        return {"sorted": 12}

    await bench.add(scheduler, work, "interval", **HOURLY)
    bench.now = bench.now.replace(hour=13)
    scheduler.look()
    await told.wait()
    job = await bench.only(scheduler)
    assert (job["running"], job["progress"], job["progress_text"]) == (1, 0.4, "sorting things")
    go_on.set()
    await scheduler.settle()
    await bench.bus.settle()
    job = await bench.only(scheduler)
    assert (job["progress"], job["last_result"]) == (None, '{"sorted":12}')
    assert heard[0][1]["run"]["result"] == '{"sorted":12}'
    assert heard[0][1]["job"]["id"] == "tick"


async def test_failed_run_is_told(bench: Bench) -> None:
    """`job.failed` carries the job and the reason."""
    scheduler, heard = bench.start(), hear(bench, "job.failed", "job.finished")

    def fail() -> None:
        raise ValueError("no paper")

    await bench.add(scheduler, fail, "interval", **HOURLY)
    await bench.pass_time(scheduler, hours=1)
    await bench.bus.settle()
    ((name, data),) = heard
    assert (name, data["run"]["error"]) == ("job.failed", "no paper")


async def test_paused_job_waits_over_a_restart(bench: Bench) -> None:
    """Nothing runs while it is paused; resumed, it goes on with the next moment to come."""
    ran: list[int] = []
    first = bench.start()
    await bench.add(first, lambda: ran.append(1), "interval", **HOURLY)
    assert (await first.pause(CTX, "reporter", "tick", paused=True))["paused"]
    bench.ownership.drop(PluginId("reporter"))
    scheduler = bench.start()
    await bench.add(scheduler, lambda: ran.append(1), "interval", **HOURLY)
    await bench.pass_time(scheduler, hours=5)
    assert ran == []
    resumed = await scheduler.pause(CTX, "reporter", "tick", paused=False)
    assert resumed["next_run_at"] == "2030-01-15T18:00:00Z"
    await bench.pass_time(scheduler, hours=1)
    assert ran == [1]
    told = [one for one in bench.audit.told() if one[0] != "job.run"]
    assert told == [("job.pause", "reporter/tick", "ok"), ("job.resume", "reporter/tick", "ok")]


async def test_job_runs_when_asked(bench: Bench) -> None:
    """An administrator's run is told from the schedule's, does not overlap, and needs its code."""
    scheduler, go_on = bench.start(), asyncio.Event()
    await bench.add(scheduler, go_on.wait, "interval", **HOURLY)
    identity = await scheduler.run_now(CTX, "reporter", "tick")
    with pytest.raises(ConflictError, match="running already"):
        await scheduler.run_now(CTX, "reporter", "tick")
    go_on.set()
    await scheduler.settle()
    (run,) = (await scheduler.show("reporter", "tick"))["runs"]
    assert (run["id"], run["started_by"], run["outcome"]) == (identity, "operator", "ok")
    assert run["result"] == "true"
    assert (await bench.only(scheduler))["next_run_at"] == "2030-01-15T13:00:00Z"
    bench.ownership.drop(PluginId("reporter"))
    with pytest.raises(ConflictError, match="its plugin is not running"):
        await scheduler.run_now(CTX, "reporter", "tick")
    with pytest.raises(NotFoundError, match="no job 'tock' of reporter"):
        await scheduler.run_now(CTX, "reporter", "tock")


async def test_history_is_bounded(bench: Bench) -> None:
    """Only the last runs of a job are kept."""
    scheduler = bench.start()
    await bench.add(scheduler, lambda: None, "interval", id="tick", minutes=1)
    for _ in range(KEPT_RUNS + 3):
        await bench.pass_time(scheduler, minutes=1)
    runs = (await scheduler.show("reporter", "tick"))["runs"]
    assert len(runs) == KEPT_RUNS
    assert runs[0]["started_at"] == f"2030-01-15T12:{KEPT_RUNS + 3}:00Z"


async def test_function_that_wants_more_is_refused(bench: Bench) -> None:
    """A job's function takes nothing or its run."""
    with pytest.raises(InputError, match="wants first, second"):
        await bench.add(bench.start(), lambda first, second: (first, second), "interval", **HOURLY)
