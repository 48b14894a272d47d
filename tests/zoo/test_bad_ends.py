"""Guests that end at every wrong moment or will not end: nothing of them is left, others go on."""

from __future__ import annotations

import asyncio
import os
import resource
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import PluginInstance
from plexihub_sdk.errors import (
    LimitExceededError,
    PluginCrashedError,
    PluginError,
    PluginLoadError,
    PluginRaisedError,
    PluginTimeoutError,
)
from tests.limits.greedy import pid_of, state_of
from tests.zoo.sandbox import Sandbox, make_sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.checklist("A-05", "A-23")]
#: What a machine that has too much to do may take longer.
LATE_SECONDS = 5.0


@pytest.fixture(params=["deno", "python"])
def language(request: pytest.FixtureRequest) -> str:
    """Give each runtime in turn."""
    found: str = request.param
    return found


@pytest.fixture
def sandbox(tmp_path: Path, language: str) -> Sandbox:
    """Give a sandbox with little patience."""
    return make_sandbox(tmp_path, language, call_seconds=0.7, start_seconds=8.0)


@pytest.fixture
async def good(sandbox: Sandbox) -> AsyncIterator[PluginInstance]:
    """Run a plugin that does nothing wrong; in the end it answers as before."""
    async with sandbox.bad("throws") as guest:
        descriptors = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - Path would open one more
        yield guest
        assert await guest.call_hook("onAuthSuccess", {}, CallContext()) == {"alive": True}
        # Nothing of the bad one is open any more.
        assert len(os.listdir("/proc/self/fd")) <= descriptors  # noqa: PTH208


async def told_by(guest: PluginInstance) -> object:
    """Answer what a call came to, an error too."""
    call = guest.call_hook("onDashboardLoad", {}, CallContext())
    [told] = await asyncio.gather(call, return_exceptions=True)
    return told


async def gone(guest: PluginInstance, pid: int) -> str:
    """Wait for the end, see that no process is left, and answer the reason that is recorded."""
    async with asyncio.timeout(LATE_SECONDS):
        end = await asyncio.shield(guest.ended)
    assert state_of(pid) == ""
    assert not end.expected
    return end.reason


@pytest.mark.checklist("A-17")
@pytest.mark.parametrize("name", ["regex", "late"])
async def test_late_answer_is_no_answer(sandbox: Sandbox, good: PluginInstance, name: str) -> None:
    """Who answers after the deadline is stopped, and what it says is not heard."""
    async with sandbox.bad(name) as guest:
        pid, began = pid_of(guest), time.monotonic()
        with pytest.raises(PluginTimeoutError, match="onDashboardLoad within"):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        assert time.monotonic() - began < 0.7 + LATE_SECONDS
        assert "did not answer onDashboardLoad" in await gone(guest, pid)


async def test_guest_that_hears_nothing_is_stopped_all_the_same(
    sandbox: Sandbox, good: PluginInstance
) -> None:
    """It is asked to end, and then ended: deaf to signals or busy for good."""
    async with sandbox.bad("busy_at_stop") as guest:
        pid = pid_of(guest)
        assert await guest.call_hook("onDashboardLoad", {}, CallContext()) == {"done": True}
        began = time.monotonic()
        await guest.stop()
        assert time.monotonic() - began < LATE_SECONDS
        assert (await guest.ended).expected
    assert state_of(pid) == ""


async def test_guest_that_keeps_everything_comes_to_its_limit(
    sandbox: Sandbox, good: PluginInstance
) -> None:
    """A leak of a MiB a call is an end within a hundred calls, and the hub keeps nothing."""
    payload = {"list": list(range(150_000))}
    async with sandbox.bad("keeps_all") as guest:
        told: list[object] = []
        while not told or (isinstance(told[-1], dict) and len(told) < 100):
            call = guest.call_hook("onDashboardLoad", payload, CallContext())
            told += await asyncio.gather(call, return_exceptions=True)
        assert told[0] == {"kept": 1}
        assert isinstance(told[-1], PluginError)


async def test_answer_of_a_million_lists_is_merged_or_refused_at_once(
    sandbox: Sandbox, good: PluginInstance
) -> None:
    """Small to write and large to keep: the caller waits a moment, not longer."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with sandbox.bad("huge_json") as guest:
        used = time.thread_time()
        told = await told_by(guest)
        assert time.thread_time() - used < 1.0
    assert isinstance(told, dict | PluginError)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 300


@pytest.mark.parametrize("language", ["deno"])
async def test_guest_that_freezes_the_world_is_served_as_any(
    sandbox: Sandbox, good: PluginInstance
) -> None:
    """What the channel needs is its own."""
    async with sandbox.bad("frozen") as guest:
        for _ in range(3):
            answer = await guest.call_hook("onDashboardLoad", {}, CallContext())
            assert answer == {"answer": 42}


@pytest.mark.parametrize("language", ["python"])
async def test_guest_that_dies_while_it_is_loaded_is_refused(
    sandbox: Sandbox, good: PluginInstance
) -> None:
    """An end before the greeting is no plugin."""
    with pytest.raises(PluginLoadError, match="of its own accord"):
        await sandbox.runtime.describe(sandbox.file("dies_at_load"))


@pytest.mark.parametrize("language", ["python"])
@pytest.mark.parametrize("name", ["dies_asking", "closes_pipe"])
async def test_guest_that_dies_within_a_call_fails_it_by_name(
    sandbox: Sandbox, good: PluginInstance, name: str
) -> None:
    """While it asks for something, or without its pipe: the caller hears of it before its time."""
    sandbox.door.patience = 0.5
    async with sandbox.bad(name) as guest:
        pid = pid_of(guest)
        with pytest.raises(PluginCrashedError):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        assert await gone(guest, pid)


@pytest.mark.parametrize("language", ["python"])
async def test_guest_that_dies_after_its_answer_is_noticed(
    sandbox: Sandbox, good: PluginInstance
) -> None:
    """The answer counts; the next caller is told at once."""
    async with sandbox.bad("dies_after") as guest:
        pid = pid_of(guest)
        assert await guest.call_hook("onDashboardLoad", {}, CallContext()) == {"done": True}
        assert "of its own accord" in await gone(guest, pid)
        with pytest.raises(PluginCrashedError):
            await guest.call_hook("onDashboardLoad", {}, CallContext())


@pytest.mark.parametrize("language", ["python"])
@pytest.mark.parametrize(
    ("name", "key", "most"),
    [("leaks_descriptors", "opened", 128), ("forks", "made", 0)],
)
async def test_guest_that_multiplies_is_refused(
    sandbox: Sandbox, good: PluginInstance, name: str, key: str, most: int
) -> None:
    """Descriptors end at the limit, processes at none."""
    async with sandbox.bad(name) as guest:
        pid = pid_of(guest)
        answer = await guest.call_hook("onDashboardLoad", {}, CallContext())
        assert isinstance(answer, dict)
        assert 0 <= answer[key] <= most
        children = Path(f"/proc/{pid}/task/{pid}/children")
        assert await asyncio.to_thread(children.read_text) == ""


@pytest.mark.parametrize("language", ["python"])
async def test_threads_end_at_their_limit(sandbox: Sandbox, good: PluginInstance) -> None:
    """However many are started, the machine has no more than the limit, and they go with it."""
    async with sandbox.bad("thread_bomb") as guest:
        pid = pid_of(guest)
        told = await told_by(guest)
        if isinstance(told, dict):
            assert told["made"] <= 64
        else:
            assert isinstance(told, PluginTimeoutError | PluginCrashedError | PluginRaisedError)
    assert state_of(pid) == ""


@pytest.mark.parametrize("language", ["python"])
async def test_guest_that_never_reads_costs_the_hub_a_bound(
    sandbox: Sandbox, good: PluginInstance
) -> None:
    """Sixty answers of a MiB each that nobody reads: eight are buffered, the others wait."""
    sandbox.door.answer = "x" * (1 << 20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with sandbox.bad("never_reads") as guest:
        with pytest.raises((PluginTimeoutError, LimitExceededError)):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 150
