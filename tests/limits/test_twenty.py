"""Twenty plugins in both languages that misbehave at once, each in its own way."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import PluginInstance
from plexihub_sdk.errors import (
    PluginCrashedError,
    PluginError,
    PluginTimeoutError,
    ProtocolError,
)
from tests.limits.greedy import Stopwatch, pid_of, state_of
from tests.zoo.sandbox import ZOO, make_sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]
CALL_SECONDS = 5.0
#: The clocks of a machine that has too much to do.
LATE_SECONDS = 4.0
BAD = {
    "deno": (
        *("hang_sync", "hang_promise", "microtask_loop", "timer_loop", "regex", "eats_memory"),
        *("eats_buffers", "exits", "hostile/burns", "oversize"),
    ),
    "python": (
        *("hang_sync", "hang_promise", "microtask_loop", "regex", "eats_memory", "eats_buffers"),
        *("garbles", "exits", "closes_pipe", "hostile/floods"),
    ),
}
#: What ends a process; who is told of a limit within its own code lives on.
ENDS = (PluginTimeoutError, PluginCrashedError, ProtocolError)


def _file(language: str, name: str) -> Path:
    if name.startswith("hostile/"):
        return ZOO / f"{name}{'.ts' if language == 'deno' else '.py'}"
    return ZOO / f"{name}.ts" if language == "deno" else ZOO / "python" / f"{name}.py"


async def _timed(guest: PluginInstance, hook: str) -> tuple[float, object]:
    began = time.monotonic()
    [told] = await asyncio.gather(guest.call_hook(hook, {}, CallContext()), return_exceptions=True)
    return time.monotonic() - began, told


@pytest.mark.checklist("A-05", "A-13", "A-17", "A-23")
async def test_twenty_that_misbehave_harm_nobody_beside_them(tmp_path: Path) -> None:
    """Each caller has a named answer in time; good plugins answer meanwhile; nothing is left."""
    async with AsyncExitStack() as stack:
        bad: dict[str, PluginInstance] = {}
        good: list[PluginInstance] = []
        for language, names in BAD.items():
            folder = tmp_path / language
            folder.mkdir()
            sandbox = make_sandbox(folder, language, call_seconds=CALL_SECONDS, start_seconds=25.0)
            for name in names:
                running = sandbox.running(_file(language, name))
                bad[f"{language}/{name}"] = await stack.enter_async_context(running)
            good.append(await stack.enter_async_context(sandbox.bad("throws")))
        pids = {name: pid_of(guest) for name, guest in bad.items()}
        watch, worked = Stopwatch([pids["deno/hostile/burns"]]), time.thread_time()
        calls = asyncio.gather(*(_timed(guest, "onDashboardLoad") for guest in bad.values()))
        waits: list[float] = []
        while not calls.done():
            for guest in good:
                taken, answer = await _timed(guest, "onAuthSuccess")
                assert answer == {"alive": True}
                waits.append(taken)
            await asyncio.sleep(0.2)
        share = watch.shares()[0]
        hub = time.thread_time() - worked
        told = dict(zip(bad, await calls, strict=True))
        for name, guest in bad.items():
            if isinstance(told[name][1], ENDS):
                await asyncio.wait_for(asyncio.shield(guest.ended), LATE_SECONDS)
                assert state_of(pids[name]) == "", name
    for name, (seconds, result) in told.items():
        assert isinstance(result, PluginError) or name == "deno/hostile/burns", (name, result)
        assert seconds < CALL_SECONDS + LATE_SECONDS, name
    assert sum(isinstance(result, ENDS) for _, result in told.values()) >= 10
    assert max(waits) < LATE_SECONDS
    assert share < 25  # half a second at once, and a tenth of each second
    # The hub itself worked for a fraction of the time.
    assert hub < 3.0
    assert [name for name, pid in pids.items() if state_of(pid)] == []
