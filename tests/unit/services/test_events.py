"""The service `events`: hooks and events under one roof."""

from typing import Any

import pytest

from plexihub.kernel.context import owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub.services.events import EventService
from plexihub_sdk.events import EVENTS
from plexihub_sdk.hooks import HOOKS
from plexihub_sdk.ids import PluginId

pytestmark = pytest.mark.anyio


@pytest.fixture
def events(bus: EventBus, hooks: HookTable, ownership: Ownership) -> EventService:
    """The service."""
    return EventService(bus, hooks, ownership)


@pytest.mark.checklist("P-08", "P-09")
async def test_emitted_event_reaches_its_listeners(events: EventService, bus: EventBus) -> None:
    """A custom event is heard, until it is no longer listened to."""
    heard: list[Any] = []
    events.on("weather.changed", heard.append)
    events.emit("weather.changed", {"sun": True})
    await bus.settle()
    events.off("weather.changed", heard.append)
    events.emit("weather.changed", {"sun": False})
    await bus.settle()
    assert heard == [{"sun": True}]


async def test_ing_is_a_hook_in_order_of_priority(events: EventService, hooks: HookTable) -> None:
    """Handlers of `noun.verbing` change what the caller goes on with, the higher priority first."""
    events.on("tea.brewing", lambda data: data["steps"].append("late"), priority=-1)
    events.on("tea.brewing", lambda data: data["steps"].append("early"), priority=5)
    assert await hooks.call("tea.brewing", {"steps": []}) == {"steps": ["early", "late"]}


@pytest.mark.checklist("P-15")
async def test_emitting_a_hook_runs_its_handlers(events: EventService, bus: EventBus) -> None:
    """No name of the catalogue is refused, and a hook's handlers run when it is emitted."""
    seen: list[Any] = []
    names = [*EVENTS, *HOOKS]
    for name in names:
        events.on(name, seen.append)
        events.emit(name, {"name": name})
    await bus.settle()
    assert sorted(one["name"] for one in seen) == sorted(names)


async def test_dropped_plugin_leaves_nothing(
    events: EventService, bus: EventBus, hooks: HookTable, ownership: Ownership
) -> None:
    """Twenty times over, neither handlers nor memories of them stay."""
    plugin = PluginId("demo")
    heard: list[Any] = []
    for _ in range(20):
        token = owner.set(plugin)
        events.on("user.created", heard.append)
        undo = events.on("user.creating", heard.append)
        events.on("user.creating", heard.append)
        owner.reset(token)
        undo()
        assert ownership.drop(plugin) == []
    events.emit("user.created", {})
    await bus.settle()
    assert (heard, hooks.names(), events._undos) == ([], {}, {})
