"""Plugins of both tiers go off and on again, and nothing of them stays behind."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
from pathlib import Path
from typing import Any

import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.ports import InstallRequest
from plexihub_sdk.permissions import ROLE_RIGHTS

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
EXAMPLES = Path(__file__).parents[2] / "examples"
TIMES = 20
CTX = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"], deadline=math.inf)


def _children() -> int:
    tasks = Path("/proc/self/task").iterdir()
    return sum(len((task / "children").read_text().split()) for task in tasks)


def _registrations(hub: Hub) -> dict[str, Any]:
    kernel = hub.kernel
    return {
        "hooks": kernel.hooks.names(),
        "events": kernel.events.names(),
        "services": kernel.services.names(),
        "methods": [method.name for method in kernel.gateway.methods()],
        "routes": {
            record.id: sorted(map(str, hub.routes.of(record.id))) for record in kernel.registry
        },
        "panels": hub.ui.panels_for(None),
        "models": [model.name for model in hub.database.models()],
        "owned": {record.id: kernel.ownership.count(record.id) for record in kernel.registry},
    }


async def _resources(hub: Hub) -> dict[str, int]:
    await asyncio.sleep(0.2)
    async with asyncio.timeout(20):
        while hub.tiers.deno.pool.is_filling:  # noqa: ASYNC110 - one that waits counts each time
            await asyncio.sleep(0.05)
    return {
        "tasks": len(asyncio.all_tasks()),
        "children": _children(),
        "descriptors": sum(not _is_of_the_pool(name) for name in os.listdir("/proc/self/fd")),  # noqa: PTH208
    }


async def _grown(hub: Hub, used: dict[str, int]) -> dict[str, int]:
    """Tell what is more than before, once what is on its way has come to its end."""
    for _ in range(20):
        grown = {kind: n for kind, n in (await _resources(hub)).items() if n > used[kind]}
        if not grown:
            break
    return grown


def _is_of_the_pool(descriptor: str) -> bool:
    # The database opens further connections when it is busy, up to its own bound.
    with contextlib.suppress(FileNotFoundError):  # that of the listing itself
        return ".db" in Path("/proc/self/fd", descriptor).readlink().name
    return True


@pytest.mark.parametrize(
    ("name", "source", "tier"),
    [
        ("hello-world", "sandboxed/hello-world.ts", "sandboxed"),
        ("team-pulse", "sandboxed/team-pulse", "sandboxed"),
        ("my-plugin", "trusted/my_plugin.py", "trusted"),
        ("promote-button", "trusted/promote-button", "trusted"),
        ("welcome", "trusted/welcome", "trusted"),
        ("nightly-report", "trusted/nightly-report", "trusted"),
        ("chat", "", "trusted"),
        ("dashboards", "", "trusted"),
    ],
)
async def test_twenty_cycles_leave_nothing(
    tmp_path: Path, name: str, source: str, tier: Any
) -> None:
    """Handlers, routes, panels, models, tasks, processes and descriptors are as after one cycle."""
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        if source:
            consent = f"I trust {name}"
            request = InstallRequest(source=EXAMPLES / source, tier=tier, consent=consent)
            await hub.installer.install(request, CTX)
            await hub.kernel.lifecycle.enable(name, CTX)
        await _cycle(hub, name)
        before, used = _registrations(hub), await _resources(hub)
        for _ in range(TIMES):
            await _cycle(hub, name)
        assert _registrations(hub) == before
        assert await _grown(hub, used) == {}
        await hub.kernel.lifecycle.disable(name, CTX)
        assert hub.kernel.ownership.count(hub.kernel.registry.get(name).id) == 0


async def _cycle(hub: Hub, name: str) -> None:
    await hub.kernel.lifecycle.disable(name, CTX)
    await hub.kernel.lifecycle.enable(name, CTX)
