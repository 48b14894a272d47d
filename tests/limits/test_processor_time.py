"""Ten percent of one core over ten seconds, read from /proc."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import Limits
from plexihub_sdk.errors import PluginCrashedError, PluginError, PluginTimeoutError
from tests.limits.greedy import (
    PYTHON_BURN,
    Stopwatch,
    burning,
    many,
    pid_of,
    plugin,
    processor_seconds,
    python_plugin,
    state_of,
    until,
)
from tests.zoo.sandbox import make_sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]
#: /proc counts in hundredths of a second, and a look may come a little late.
SLACK = 1.5


@pytest.mark.checklist("A-13")
@pytest.mark.parametrize("runtime", ["deno", "python"])
async def test_busy_plugin_gets_a_tenth_of_a_core(tmp_path: Path, runtime: str) -> None:
    """Over ten seconds, and over the ten that follow; the record says so, and it is not killed."""
    sandbox = make_sandbox(tmp_path, runtime, call_seconds=60.0)
    if runtime == "python":
        path = python_plugin(tmp_path, "busy", PYTHON_BURN.format(seconds=40))
    else:
        path = burning(tmp_path, "busy", 40)
    async with sandbox.running(path) as guest:
        call = asyncio.create_task(guest.call_hook("onDashboardLoad", {}, CallContext()))
        for _ in range(2):
            watch = Stopwatch([pid_of(guest)])
            await asyncio.sleep(10)
            assert watch.shares()[0] <= 10 + SLACK
        assert not call.done()
        assert (guest.stats().slowed_seconds or 0) > 10
        call.cancel()
    told = [breach for _, breach in sandbox.keeper.breaches if breach.limit == "cpu_percent"]
    assert (told[0].did, told[0].allowed) == ("slowed", 10.0)
    assert told[0].measured > 0


@pytest.mark.checklist("A-13", "A-23")
async def test_twenty_busy_plugins_get_a_tenth_each(tmp_path: Path) -> None:
    """Each is held, and the hub's own loop still answers in between."""
    sandbox = make_sandbox(tmp_path, call_seconds=60.0, start_seconds=25.0)
    paths = [burning(tmp_path, f"busy-{n}", 30) for n in range(20)]
    async with many(sandbox, paths) as guests:
        calls = [
            asyncio.create_task(guest.call_hook("onDashboardLoad", {}, CallContext()))
            for guest in guests
        ]
        watch = Stopwatch([pid_of(guest) for guest in guests])
        await asyncio.sleep(10)
        shares = watch.shares()
        for call in calls:
            call.cancel()
    assert max(shares) <= 10 + SLACK
    assert sum(share > 1 for share in shares) == 20


async def test_short_call_is_not_slowed(tmp_path: Path) -> None:
    """A call that computes for 300 ms after a quiet time runs through."""
    sandbox = make_sandbox(tmp_path)
    body = "let n = 0; for (let i = 0; i < 1e8; i++) n += i; return {n};"
    async with sandbox.running(plugin(tmp_path, "short", body)) as guest:
        before = processor_seconds(pid_of(guest))
        await guest.call_hook("onDashboardLoad", {}, CallContext())
        assert processor_seconds(pid_of(guest)) - before > 0.03
        assert guest.stats().slowed_seconds == 0
    assert sandbox.keeper.breaches == []


@pytest.mark.checklist("A-17")
async def test_stopped_plugin_still_has_its_deadline(tmp_path: Path) -> None:
    """Nobody waits longer for a plugin that is held: it is killed at the deadline all the same."""
    sandbox = make_sandbox(tmp_path, call_seconds=3.0, cpu_percent=1.0)
    async with sandbox.running(burning(tmp_path, "busy", 30)) as guest:
        pid, began = pid_of(guest), time.monotonic()
        with pytest.raises(PluginTimeoutError):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        assert 2.9 < time.monotonic() - began < 6
        await guest.ended
    assert state_of(pid) == ""


async def test_new_process_does_not_start_with_a_new_budget(tmp_path: Path) -> None:
    """What a plugin used counts on after its restart."""
    sandbox = make_sandbox(tmp_path, call_seconds=60.0)
    path = burning(tmp_path, "busy", 30)
    used = 0.0
    began = time.monotonic()
    for _ in range(3):
        async with sandbox.running(path) as guest:
            call = asyncio.create_task(guest.call_hook("onDashboardLoad", {}, CallContext()))
            before = processor_seconds(pid_of(guest))
            await asyncio.sleep(2)
            used += processor_seconds(pid_of(guest)) - before
            call.cancel()
    assert time.monotonic() - began < 20
    assert used <= 1.0 + 0.2


async def test_more_is_allowed_at_once(tmp_path: Path) -> None:
    """A plugin that is slowed runs on as soon as it may use more."""
    sandbox = make_sandbox(tmp_path, call_seconds=60.0, cpu_percent=2.0)
    async with sandbox.running(burning(tmp_path, "busy", 60)) as guest:
        call = asyncio.create_task(guest.call_hook("onDashboardLoad", {}, CallContext()))
        await asyncio.sleep(2)
        slow = Stopwatch([pid_of(guest)])
        await asyncio.sleep(1)
        assert slow.shares()[0] < 10
        sandbox.keeper.limits = Limits(cpu_percent=400.0, call_seconds=60.0)
        await asyncio.sleep(1.5)
        before = processor_seconds(pid_of(guest))
        await until(lambda: processor_seconds(pid_of(guest)) - before > 1.0)
        call.cancel()


async def test_ended_watch_leaves_no_process_stopped(tmp_path: Path) -> None:
    """Stopping a plugin that is being held is as quick as any, and leaves nothing."""
    sandbox = make_sandbox(tmp_path, call_seconds=60.0, cpu_percent=1.0)
    async with sandbox.running(burning(tmp_path, "busy", 30)) as guest:
        pid = pid_of(guest)
        call = asyncio.create_task(guest.call_hook("onDashboardLoad", {}, CallContext()))
        await until(lambda: state_of(pid) == "T")
        await guest.stop()
        with suppress(PluginError):
            await call
    assert state_of(pid) == ""


async def test_background_work_is_held_too(tmp_path: Path) -> None:
    """A timer that burns while nobody calls is noticed and held."""
    top = "setInterval(() => { const end = Date.now() + 400; while (Date.now() < end); }, 10);"
    sandbox = make_sandbox(tmp_path)
    async with sandbox.running(plugin(tmp_path, "timer", "return {};", top=top)) as guest:
        watch = Stopwatch([pid_of(guest)])
        await asyncio.sleep(10)
        assert watch.shares()[0] <= 10 + SLACK


async def test_killed_from_elsewhere_is_just_an_end(tmp_path: Path) -> None:
    """A process that somebody else kills while it is held is not waited for."""
    sandbox = make_sandbox(tmp_path, call_seconds=60.0, cpu_percent=1.0)
    async with sandbox.running(burning(tmp_path, "busy", 30)) as guest:
        pid = pid_of(guest)
        call = asyncio.create_task(guest.call_hook("onDashboardLoad", {}, CallContext()))
        await until(lambda: state_of(pid) == "T")
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(PluginCrashedError):
            await call


@pytest.mark.checklist("A-13")
async def test_idle_plugins_cost_the_hub_nothing(tmp_path: Path) -> None:
    """Ten plugins that do nothing: neither they nor the hub use a thousandth of a core each."""
    sandbox = make_sandbox(tmp_path)
    paths = [plugin(tmp_path, f"idle-{n}", "return {};") for n in range(10)]
    async with many(sandbox, paths) as guests:
        await asyncio.sleep(2)
        before = time.process_time()
        theirs = [processor_seconds(pid_of(guest)) for guest in guests]
        await asyncio.sleep(4)
        own = time.process_time() - before
        used = [
            processor_seconds(pid_of(guest)) - start
            for guest, start in zip(guests, theirs, strict=True)
        ]
    assert own < 0.04
    assert max(used) <= 0.02
