"""A plugin writes rows of the hub directly: what runs follows at once, and ends with the plugin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from plexihub.kernel.context import as_plugin, owner
from plexihub_sdk.errors import NotFoundError
from plexihub_sdk.ids import PluginId
from tests.unit.plugins.conftest import World
from tests.unit.plugins.test_writes import install, writer

__all__ = ("install", "writer")
pytestmark = pytest.mark.anyio


async def test_scheduler_follows_rows_of_jobs(world: World, writer: Any) -> None:
    """Pausing, moving and deleting a row pauses, moves and ends the job that is registered."""
    ran: list[str] = []
    await world.scheduler.add_job(lambda: ran.append("ran"), "interval", minutes=10, id="beat")

    async def write(**changes: Any) -> None:
        def work(plugin: Any) -> None:
            row = plugin.db.get_model("Job").find_one({"job": "beat"})
            for name, value in changes.items():
                setattr(row, name, value)
            row.save()

        await writer(work)
        await world.kernel.events.settle()

    async def after(**time: int) -> int:
        world.clock.now += timedelta(**time)
        world.scheduler.look()
        await world.scheduler.settle()
        return len(ran)

    await write(paused=True)
    assert await after(minutes=11) == 0
    await write(paused=False, next_run_at=world.clock.now + timedelta(minutes=3))
    assert await after(minutes=2) == 0
    assert await after(minutes=2) == 1
    await writer(lambda plugin: plugin.db.get_model("Job").delete({"job": "beat"}))
    await world.kernel.events.settle()
    assert await after(minutes=30) == 1
    with pytest.raises(NotFoundError):
        await world.scheduler.run_now(world.core, "core", "beat")


async def test_impersonations_end_with_their_plugin(world: World, writer: Any) -> None:
    """A session that a plugin began as somebody is gone once the plugin is off; theirs stays."""
    del writer
    grace = await world.join("grace")
    sessions = world.kernel.services.get("sessions")
    user = await world.users.find("grace")
    own, _ = await sessions.create(world.core, user)
    token = owner.set(PluginId("writer"))
    try:
        ctx = as_plugin(world.core, PluginId("writer"))
        acted, session = await sessions.impersonate(ctx, user)
    finally:
        owner.reset(token)
    assert (session.by_kind, session.by_id) == ("plugin", "writer")
    assert (await sessions.find(acted)).user.id == grace.id
    await world.kernel.lifecycle.disable(PluginId("writer"), world.core)
    await world.kernel.events.settle()
    assert await sessions.find(acted) is None
    assert await sessions.find(own) is not None
