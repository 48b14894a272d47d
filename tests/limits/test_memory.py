"""Fifty megabytes above what the runtime holds, whatever they are made of, read from /proc."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub_sdk.errors import PluginError, PluginLoadError, PluginRaisedError
from tests.limits.greedy import (
    EATERS,
    PYTHON_EATERS,
    Peaks,
    many,
    pid_of,
    plugin,
    python_plugin,
)
from tests.zoo.sandbox import make_sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]
MEMORY_MB = 50
#: What may be mapped beyond for the stacks of later threads, and half as much for a late look.
OVERSHOOT_MB = 25


@pytest.mark.checklist("A-14", "A-18", "A-23")
@pytest.mark.parametrize(
    ("runtime", "kind"),
    [*(("deno", kind) for kind in EATERS), *(("python", kind) for kind in PYTHON_EATERS)],
)
async def test_memory_of_every_kind_is_bounded(tmp_path: Path, runtime: str, kind: str) -> None:
    """Whatever it takes, the process never holds much more, and the caller has an error."""
    sandbox = make_sandbox(tmp_path, runtime, call_seconds=20.0, cpu_percent=400.0)
    if runtime == "python":
        path = python_plugin(tmp_path, "eater", PYTHON_EATERS[kind])
    else:
        path = plugin(tmp_path, "eater", EATERS[kind])
    async with sandbox.running(path) as guest:
        with Peaks([pid_of(guest)]) as peaks:
            with pytest.raises(PluginError) as caught:
                await guest.call_hook("onDashboardLoad", {}, CallContext())
            if isinstance(caught.value, PluginRaisedError):
                # It was told, gave back what it had, and goes on.
                await guest.call_hook("onDataFetch", {}, CallContext())
    assert peaks.grown_mb <= MEMORY_MB + OVERSHOOT_MB


@pytest.mark.checklist("A-14")
async def test_plugin_over_its_memory_is_killed_with_both_numbers(tmp_path: Path) -> None:
    """Who holds on to more than it may is ended; the reason says how much, and how much it may."""
    sandbox = make_sandbox(tmp_path, call_seconds=20.0, cpu_percent=400.0)
    body = (
        "globalThis.kept = Array.from({ length: 57 }, () => new Uint8Array(1e6).fill(1));"
        " return new Promise(() => {});"
    )
    async with sandbox.running(plugin(tmp_path, "keeper", body)) as guest:
        with pytest.raises(PluginError, match=r"used \d+ MB of memory, 50 MB are allowed"):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        end = await guest.ended
    assert not end.expected
    [(name, breach)] = [one for one in sandbox.keeper.breaches if one[1].limit == "memory_mb"]
    assert (name, breach.did, breach.allowed) == ("keeper", "killed", 50)
    assert breach.measured > 50


@pytest.mark.checklist("A-14", "A-23")
async def test_twenty_eaters_at_once_are_bounded(tmp_path: Path) -> None:
    """Each is held to its own, and a plugin beside them answers all the while."""
    sandbox = make_sandbox(tmp_path, call_seconds=30.0, cpu_percent=400.0, start_seconds=25.0)
    bodies = list(EATERS.values())
    paths = [plugin(tmp_path, f"eater-{n}", bodies[n % len(bodies)]) for n in range(20)]
    paths.append(plugin(tmp_path, "good", "return { fine: true };"))
    async with many(sandbox, paths) as guests:
        *eaters, good = guests
        pids = [pid_of(guest) for guest in eaters]
        with Peaks(pids) as peaks:
            calls = [guest.call_hook("onDashboardLoad", {}, CallContext()) for guest in eaters]
            eating = asyncio.gather(*calls, return_exceptions=True)
            answer = await good.call_hook("onDashboardLoad", {}, CallContext())
            results = await eating
    assert answer == {"fine": True}
    assert all(isinstance(result, PluginError) for result in results)
    assert peaks.grown_mb <= MEMORY_MB + OVERSHOOT_MB


@pytest.mark.checklist("A-14")
async def test_python_memory_taken_while_loading_counts(tmp_path: Path) -> None:
    """What a module takes at its top level is the plugin's, not the runtime's."""
    sandbox = make_sandbox(tmp_path, "python")
    path = python_plugin(tmp_path, "early", "return {}", top="kept = bytearray(300_000_000)")
    with pytest.raises(PluginLoadError, match=r"MemoryError|memory"):
        await sandbox.runtime.describe(path)


@pytest.mark.checklist("A-14")
async def test_memory_taken_while_loading_counts(tmp_path: Path) -> None:
    """What a module takes at its top level is the plugin's, not the runtime's."""
    sandbox = make_sandbox(tmp_path)
    top = "globalThis.kept = Array.from({ length: 300 }, () => new Uint8Array(1e6).fill(1));"
    path = plugin(tmp_path, "early", "return {};", top=top)
    with pytest.raises(PluginLoadError, match=r"used \d+ MB of memory, 50 MB are allowed"):
        await sandbox.runtime.describe(path)


async def test_allowed_memory_may_be_used(tmp_path: Path) -> None:
    """Forty megabytes are fine, for as long as it likes."""
    sandbox = make_sandbox(tmp_path)
    body = "globalThis.kept = new Uint8Array(40e6).fill(1); return { fine: true };"
    async with sandbox.running(plugin(tmp_path, "fair", body)) as guest:
        assert await guest.call_hook("onDashboardLoad", {}, CallContext()) == {"fine": True}
        await asyncio.sleep(1.5)
        assert not guest.ended.done()
        await guest.call_hook("onDataFetch", {}, CallContext())
        assert 35 < (guest.stats().held_mb or 0) <= 50
    assert sandbox.keeper.breaches == []
