"""What a trusted plugin reaches: the live services, routes, other plugins; and harms nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.config import ConfigManager
from plexihub.kernel.plugins import PluginRecord
from plexihub.runtimes.trusted import TrustedInstance
from plexihub.services.users import UserManager
from plexihub_sdk.errors import NotFoundError
from tests.unit.plugins.conftest import World

pytestmark = pytest.mark.anyio
GREEDY = """
class GreedyPlugin:
    def __init__(self, context):
        self.held = {{name: context.get_service(name) for name in {names!r}}}
"""
STATUS = """
class StatusPlugin:
    def __init__(self, context):
        self.db = context.get_service("database")
        context.get_service("api").register_route("GET", "/api/v1/myplugin/status", self.status)

    def status(self, request):
        return {"people": self.db.get_model("User").count(), "who": request.person.username}
"""
RIVAL = """
class RivalPlugin:
    def __init__(self, context):
        self.plugins = context.get_service("plugins")
        context.get_service("events").on("rival.attack", self.attack)

    def attack(self, data):
        self.plugins.disable(data)
"""
CLUMSY = """
class ClumsyPlugin:
    def __init__(self, context):
        context.get_service("events").on("user.creating", self.spoil, priority=10)

    def spoil(self, user):
        user["tags"].append("half done")
        raise RuntimeError("clumsy")
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a plugin of one file."""

    def write(name: str, code: str) -> Path:
        path = tmp_path / name / f"{name}.py"
        path.parent.mkdir()
        path.write_text(code, encoding="utf-8")
        return path

    return write


def live(record: PluginRecord) -> TrustedInstance:
    """Answer a running plugin's instance."""
    assert isinstance(record.instance, TrustedInstance)
    return record.instance


@pytest.mark.checklist("P-01", "P-05", "P-07")
async def test_plugins_hold_the_cores_own_objects(
    world: World, plugin: Callable[[str, str], Path]
) -> None:
    """Two plugins get every service there is, and each is the one object that the core uses."""
    names = world.kernel.services.names()
    code = GREEDY.format(names=names)
    held = [live(await world.add(plugin(name, code))).plugin.held for name in ("first", "second")]
    assert held[0].keys() == set(names)
    assert all(held[0][name] is held[1][name] for name in names)
    assert held[0]["config"] is world.kernel.config
    assert isinstance(held[0]["config"], ConfigManager)
    assert held[0]["users"] is world.users
    assert isinstance(held[0]["users"], UserManager)


@pytest.mark.checklist("P-66")
async def test_route_of_plugin_goes_with_it(
    world: World, plugin: Callable[[str, str], Path]
) -> None:
    """A plain handler answers from the database without `await`; disabled, its route is gone."""
    await world.join("ada", role="admin")
    record = await world.add(plugin("status", STATUS))
    path = "/api/v1/myplugin/status"
    assert await world.call("GET", path, "ada") == {"people": 1, "who": "ada"}
    await world.kernel.lifecycle.disable(record.id, world.core)
    with pytest.raises(NotFoundError):
        await world.call("GET", path, "ada")


@pytest.mark.checklist("P-84", "P-10")
async def test_plugin_disables_another_one(
    world: World, plugin: Callable[[str, str], Path]
) -> None:
    """`plugins.disable` in plain code stops the other plugin, and the audit says who did it."""
    victim = await world.add(plugin("status", STATUS))
    await world.add(plugin("rival", RIVAL))
    world.kernel.services.get("events").emit("rival.attack", "status")
    await world.kernel.events.settle()
    assert (victim.state, victim.instance) == ("disabled", None)
    await world.kernel.audit.flush()
    records = await world.kernel.audit.read(AuditQuery(action="plugin.disable"))
    assert [(one.actor.id, one.target, one.outcome) for one in records] == [
        ("rival", "status", "ok")
    ]


async def test_raising_handler_harms_nobody(
    world: World, plugin: Callable[[str, str], Path]
) -> None:
    """A handler that raises half way leaves the person as if it had not run, and is degraded."""
    record = await world.add(plugin("clumsy", CLUMSY))
    ada = await world.join("ada", role="admin")
    assert (await world.users.get(ada.id)).tags == []
    assert (record.status, record.health.last_error) == ("degraded", "clumsy")
