"""Five seconds for a call, by the wall clock, however it hangs."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import PluginInstance
from plexihub_sdk.errors import PluginTimeoutError
from tests.limits.greedy import many, pid_of, plugin, state_of
from tests.zoo.sandbox import make_sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]
HANGS = {
    "loop": "while (true);",
    "promise that never settles": "return new Promise(() => {});",
    "microtasks": "const again = () => { Promise.resolve().then(again); }; again();"
    " return new Promise(() => {});",
    "timers": "return new Promise(() => setInterval(() => 1, 0));",
    "catastrophic pattern": "return /^(a+)+$/.test('a'.repeat(40) + 'b');",
}
#: For an answer that takes a process of its own, on a machine that has too much to do.
LATE_SECONDS = 2.0


async def waited(seconds: float) -> float:
    """Wait, and answer how long that took."""
    began = time.monotonic()
    await asyncio.sleep(seconds)
    return time.monotonic() - began


@pytest.mark.checklist("A-17", "A-23")
async def test_twenty_hanging_plugins_are_killed_at_five_seconds(tmp_path: Path) -> None:
    """Each caller has an answer in time, no process is left, and a plugin beside them answers."""
    sandbox = make_sandbox(tmp_path, start_seconds=25.0)
    bodies = list(HANGS.values())
    paths = [plugin(tmp_path, f"hangs-{n}", bodies[n % len(bodies)]) for n in range(20)]
    paths.append(plugin(tmp_path, "good", "return { fine: true };"))

    async def timed(guest: PluginInstance) -> tuple[float, object]:
        began = time.monotonic()
        call = guest.call_hook("onDashboardLoad", {}, CallContext())
        [result] = await asyncio.gather(call, return_exceptions=True)
        return time.monotonic() - began, result

    async with many(sandbox, paths) as guests:
        *hanging, good = guests
        pids = [pid_of(guest) for guest in hanging]
        calls = asyncio.gather(*(timed(guest) for guest in hanging))
        # A plain timer beside them: as late as it is, so late is this machine and not the hub.
        began = time.monotonic()
        plain = asyncio.create_task(waited(5.0))
        await asyncio.sleep(2.5)
        taken, answer = await timed(good)
        found = await calls
        late = await plain - 5.0
        await asyncio.gather(*(guest.ended for guest in hanging))
    assert answer == {"fine": True}
    assert taken < LATE_SECONDS
    assert [type(result) for _, result in found] == [PluginTimeoutError] * 20
    assert all(4.99 <= seconds < 5.5 + late + LATE_SECONDS for seconds, _ in found)
    assert [state_of(pid) for pid in pids] == [""] * 20
    told = zip(sandbox.keeper.breaches, sandbox.keeper.told_at, strict=True)
    killed = [at - began for (_, breach), at in told if breach.limit == "call_seconds"]
    assert len(killed) == 20
    assert all(4.9 <= seconds < 5.5 + late for seconds in killed), (killed, late)
