"""Handlers that cause each other again and again: cut, reported once, and nobody waits for them."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from plexihub.kernel.context import current, owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.lineage import DEEPEST, MOST
from plexihub_sdk.errors import LimitExceededError
from plexihub_sdk.ids import PluginId
from tests.fakes.world import Failures

pytestmark = pytest.mark.anyio
Listener = Callable[[Any], None]


def tells(bus: EventBus, *names: str) -> Listener:
    """Make a listener that tells other events of what it hears."""

    def hear(data: int) -> None:
        for name in names:
            bus.publish(name, data + 1)

    return hear


@pytest.mark.checklist("P-18")
async def test_changed_event_told_again_ends(bus: EventBus, failures: Failures) -> None:
    """A plugin that changes what it hears and tells it again is heard sixteen times."""
    seen: list[int] = []
    bus.subscribe("tick", seen.append)
    bus.subscribe("tick", tells(bus, "tick"), owner=PluginId("echo"))
    bus.publish("tick", 1)
    await bus.settle()
    assert seen == list(range(1, DEEPEST + 1))
    [(name, plugin, error)] = failures.seen
    assert (name, plugin, type(error)) == ("tick", "echo", LimitExceededError)
    assert "tick (echo) → tick (echo)" in str(error)


async def test_two_plugins_that_answer_each_other_end(bus: EventBus, failures: Failures) -> None:
    """The report names both plugins and both events."""
    bus.subscribe("ping", tells(bus, "pong"), owner=PluginId("one"))
    bus.subscribe("pong", tells(bus, "ping"), owner=PluginId("two"))
    bus.publish("ping", 1)
    await bus.settle()
    assert failures.names() == ["LimitExceededError"]
    assert "pong (one) → ping (two)" in str(failures.seen[0][2])


async def test_branching_events_end_in_time(bus: EventBus, failures: Failures) -> None:
    """Listeners that tell two events for each they hear would tell 65,536: a thousand are told."""
    seen: list[int] = []
    for name in ("ping", "pong"):
        bus.subscribe(name, seen.append, limit=2 * MOST)
        bus.subscribe(name, tells(bus, "ping", "pong"), owner=PluginId("flood"), limit=2 * MOST)
    started = time.monotonic()
    bus.publish("ping", 1)
    await bus.settle()
    assert len(seen) == MOST
    assert failures.names() == ["LimitExceededError"]
    assert time.monotonic() - started < 5


async def test_next_event_begins_anew(bus: EventBus) -> None:
    """What follows from nothing is bounded by nothing that was told before."""
    seen: list[int] = []
    bus.subscribe("tick", seen.append)
    for number in range(DEEPEST * 3):
        bus.publish("tick", number)
        await bus.settle()
    assert len(seen) == DEEPEST * 3


async def test_step_as_a_plugin_stays_in_the_chain(bus: EventBus, failures: Failures) -> None:
    """A handler cannot leave its chain by acting in a context that it makes of its own."""

    def again(_data: Any) -> None:
        token = owner.set(PluginId("sly"))
        bus.publish("tick", 1, current().within(1))
        owner.reset(token)

    bus.subscribe("tick", again)
    bus.publish("tick", 1)
    await bus.settle()
    assert failures.names() == ["LimitExceededError"]


async def test_hook_inside_itself_ends(hooks: HookTable, failures: Failures) -> None:
    """The innermost call raises, its handler has failed, and the outermost goes on."""
    calls: list[int] = []

    async def again(payload: dict[str, Any]) -> None:
        calls.append(payload["depth"])
        await hooks.call("tea.brewing", {"depth": payload["depth"] + 1})

    hooks.add("tea.brewing", again, owner=PluginId("loop"))
    payload = await hooks.call("tea.brewing", {"depth": 1})
    assert payload == {"depth": 1}
    assert calls == list(range(1, DEEPEST + 1))
    [(name, plugin, error)] = failures.seen
    assert (name, plugin, type(error)) == ("tea.brewing", "loop", LimitExceededError)
    assert "tea.brewing (loop)" in str(error)
