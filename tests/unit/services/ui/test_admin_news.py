"""Who hears that a setting changed: those who may see it now."""

from __future__ import annotations

import pytest

from plexihub.services.database import Role, User
from tests.unit.plugins.conftest import World, world

__all__ = ("world",)
pytestmark = pytest.mark.anyio


async def test_settings_are_told_to_those_who_may_see_them(world: World) -> None:
    """A role of one's own with the right hears of it, until the right is taken; members do not."""
    ids = {name: (await world.join(name)).id for name in ("grace", "tomas")}
    ids["ada"] = (await world.join("ada", role="admin")).id
    roles, people = world.database.rows(Role), world.database.rows(User)
    await roles.insert({"name": "keeper", "title": "Keeper", "permissions": ["system:config"]})
    await people.update(ids["grace"], {"role": "keeper"})

    async def told() -> set[str]:
        world.kernel.events.publish("config.changed", {"key": "hub.name"}, world.core)
        await world.kernel.events.settle()
        assert world.live.told[-1] == ("config.changed", {"key": "hub.name"})
        return set(world.live.audiences[-1] or ())

    assert await told() == {ids["ada"], ids["grace"]}
    await roles.update("keeper", {"permissions": []})
    assert await told() == {ids["ada"]}
