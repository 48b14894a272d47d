"""A plugin tells the hub's own events: what they say is done, once, and others hear of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.config import Setting
from plexihub_sdk.events import EVENTS
from tests.unit.plugins.conftest import World

pytestmark = pytest.mark.anyio
TELLER = """
class TellerPlugin:
    def __init__(self, context):
        self.events = context.get_service("events")
        self.events.on("teller.asked", self.tell)

    def tell(self, data):
        self.events.emit(data["name"], data["data"])
"""
# Hears, changes and tells again; and one that answers it for ever.
ECHO = """
class EchoPlugin:
    def __init__(self, context):
        self.events = context.get_service("events")
        self.events.on("config.changed", self.again)

    def again(self, data):
        self.events.emit("config.changed", {**data, "new": data["new"] + 1})
"""


@pytest.fixture
def install(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a plugin of one file."""

    def write(name: str, code: str) -> Path:
        path = tmp_path / name / f"{name}.py"
        path.parent.mkdir()
        path.write_text(code, encoding="utf-8")
        return path

    return write


@pytest.fixture
async def tell(world: World, install: Callable[[str, str], Path]) -> Callable[[str, Any], Any]:
    """Tell an event as a plugin, and wait until everybody has acted."""
    await world.add(install("teller", TELLER))

    async def telling(name: str, data: Any) -> None:
        world.kernel.events.publish("teller.asked", {"name": name, "data": data})
        await world.kernel.events.settle(20)

    return telling


async def recorded(world: World) -> list[tuple[str, str, str]]:
    """Answer what the audit has of told events, the last first."""
    await world.kernel.audit.flush()
    found = await world.kernel.audit.read(AuditQuery(action="event.emit", limit=1000))
    return [(one.actor.id, one.target, one.outcome) for one in found]


@pytest.mark.checklist("P-16", "P-12")
async def test_telling_a_setting_changes_it(world: World, tell: Any) -> None:
    """The setting is changed and told once, with its old value; a refused one is not told."""
    config = world.kernel.config
    config.declare([Setting("test.size", int, 3, "A size.")])
    heard: list[Any] = []
    world.kernel.events.subscribe("config.changed", heard.append)
    await tell("config.changed", {"key": "test.size", "new": 4})
    await tell("config.changed", {"key": "test.size", "new": "four"})
    assert (config.get("test.size"), config.source("test.size")) == (4, "stored")
    assert heard == [{"key": "test.size", "old": 3, "new": 4}]
    assert await recorded(world) == [
        ("teller", "config.changed", "failed"),
        ("teller", "config.changed", "ok"),
    ]


@pytest.mark.checklist("P-16")
async def test_telling_a_sign_out_ends_sessions(world: World, tell: Any) -> None:
    """One session, then all of a person; each is told once by the hub itself."""
    sessions = world.kernel.services.get("sessions")
    await world.join("ada")
    ada = await world.users.find("ada")
    assert ada is not None
    made = [await sessions.create(world.core, ada) for _ in range(3)]
    tokens = [token for token, _session in made]
    heard: list[Any] = []
    world.kernel.events.subscribe("user.logout", heard.append)
    await tell("user.logout", {"sessionId": made[0][1].id})
    assert [await sessions.find(token) is not None for token in tokens] == [False, True, True]
    await tell("user.logout", {"userId": ada.id})
    assert [await sessions.find(token) is not None for token in tokens] == [False] * 3
    assert sorted(one["sessionId"] for one in heard) == sorted(one.id for _, one in made)


@pytest.mark.checklist("P-16")
async def test_telling_switches_a_plugin(
    world: World, tell: Any, install: Callable[[str, str], Path]
) -> None:
    """`plugin.disabled` and `plugin.enabled` do what they say."""
    record = await world.add(install("echo", ECHO))
    states = []
    for name in ("plugin.disabled", "plugin.enabled"):
        await tell(name, {"id": "echo"})
        states.append(record.state)
    assert states == ["disabled", "enabled"]


@pytest.mark.checklist("P-15")
async def test_every_event_may_be_told(world: World, tell: Any) -> None:
    """With nothing in it no action has anything to do: each name is heard as it was told."""
    heard: list[str] = []
    for name in EVENTS:
        world.kernel.events.subscribe(name, partial(_note, heard, name))
        await tell(name, {"by": "a plugin"})
    assert heard == list(EVENTS)
    assert [target for _who, target, _outcome in await recorded(world)][::-1] == list(EVENTS)


def _note(heard: list[str], name: str, _data: Any) -> None:
    heard.append(name)


def test_catalogue_names_the_actions(world: World) -> None:
    """What the hub acts upon is what the catalogue says it does, and the other way round."""
    events = world.kernel.services.get("events")
    acted = events._actions.names() | {"database.backup.started"}
    open_pages = {name for name, event in EVENTS.items() if event.action.startswith("Open pages")}
    assert acted == {name for name, event in EVENTS.items() if event.action} - open_pages


@pytest.mark.checklist("P-18")
async def test_changed_setting_told_again_ends(
    world: World, tell: Any, install: Callable[[str, str], Path]
) -> None:
    """A plugin that answers each change with another is cut, and the hub goes on."""
    config = world.kernel.config
    config.declare([Setting("test.size", int, 0, "A size.")])
    await world.add(install("echo", ECHO))
    await tell("config.changed", {"key": "test.size", "new": 1})
    reached = config.get("test.size")
    assert 2 <= reached <= 16
    await tell("config.changed", {"key": "test.size", "new": 100})
    assert config.get("test.size") > 100
