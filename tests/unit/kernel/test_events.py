"""The bus: who hears, in which order, and what a bad listener does not do."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from plexihub.kernel.context import Actor, CallContext, current, owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.ownership import Ownership
from plexihub_sdk.ids import PluginId
from tests.fakes.world import Failures

pytestmark = pytest.mark.anyio


async def test_handlers_of_both_kinds_hear(bus: EventBus) -> None:
    """Plain and asynchronous listeners receive the live object."""
    seen: list[Any] = []

    async def hear(data: Any) -> None:
        await asyncio.sleep(0)
        seen.append(data)

    data = {"user": "ada"}
    bus.subscribe("user.created", seen.append)
    bus.subscribe("user.created", hear)
    bus.publish("user.created", data)
    await bus.settle()
    assert [one is data for one in seen] == [True, True]


@pytest.mark.checklist("P-10")
async def test_plugin_hears_plugin(bus: EventBus) -> None:
    """One plugin tells an event of its own, another reacts with one, and that is heard."""
    seen: list[Any] = []
    bus.subscribe("a.done", lambda data: bus.publish("b.done", data + 1), owner=PluginId("b"))
    bus.subscribe("b.done", seen.append, owner=PluginId("a"))
    bus.publish("a.done", 1)
    await bus.settle()
    assert seen == [2]


async def test_bad_listeners_harm_nobody(bus: EventBus, failures: Failures) -> None:
    """One that raises and one that hangs keep no other from hearing, in order."""
    seen: list[int] = []
    bus.subscribe("tick", lambda _data: asyncio.Event().wait())
    bus.subscribe("tick", lambda data: 1 // data)
    bus.subscribe("tick", seen.append)
    for number in (0, 1, 0):
        bus.publish("tick", number)
    with pytest.raises(TimeoutError):
        await bus.settle(0.05)
    assert seen == [0, 1, 0]
    assert failures.names() == ["ZeroDivisionError", "ZeroDivisionError"]


async def test_overflow_drops_oldest_and_reports(bus: EventBus, failures: Failures) -> None:
    """A listener that falls behind loses the oldest events, and that is reported once."""
    seen: list[int] = []
    bus.subscribe("tick", seen.append, limit=3)
    for number in range(10):
        bus.publish("tick", number)
    await bus.settle()
    assert (seen, failures.names()) == ([7, 8, 9], ["LimitExceededError"])


async def test_undo_ends_delivery(bus: EventBus) -> None:
    """After the undo nothing is delivered, not even what waits."""
    seen: list[int] = []
    undo = bus.subscribe("tick", seen.append)
    bus.publish("tick", 1)
    undo()
    bus.publish("tick", 2)
    await bus.settle()
    assert (seen, bus.names()) == ([], {})


async def test_endless_echo_leaves_loop_free(bus: EventBus) -> None:
    """A listener that emits what it hears does not stop the others."""
    undo = bus.subscribe("echo", lambda data: bus.publish("echo", data))
    bus.publish("echo", 1)
    async with asyncio.timeout(5):
        for _ in range(50):
            await asyncio.sleep(0)
    undo()


class TestHeld:
    """Events of a unit of work."""

    async def test_released_ones_are_told(self, bus: EventBus) -> None:
        """Nothing is heard before the release, everything after it, in order."""
        seen: list[int] = []
        bus.subscribe("tick", seen.append)
        with bus.hold() as held:
            bus.publish("tick", 1)
            bus.publish("tick", 2)
            await bus.settle()
            assert seen == []
            held.release()
        await bus.settle()
        assert seen == [1, 2]

    async def test_unreleased_ones_are_dropped(self, bus: EventBus) -> None:
        """What was rolled back is never told."""
        seen: list[int] = []
        bus.subscribe("tick", seen.append)
        with bus.hold():
            bus.publish("tick", 1)
        bus.publish("tick", 2)
        await bus.settle()
        assert seen == [2]

    async def test_inner_release_waits_for_outer(self, bus: EventBus) -> None:
        """A hold within a hold hands its events to the outer one."""
        seen: list[int] = []
        bus.subscribe("tick", seen.append)
        with bus.hold():
            with bus.hold() as inner:
                bus.publish("tick", 1)
                inner.release()
            await bus.settle()
        assert seen == []

    async def test_task_that_outlives_hold_is_heard(self, bus: EventBus) -> None:
        """A task begun inside a hold and publishing after it is not held for ever."""
        seen: list[int] = []
        bus.subscribe("tick", seen.append)
        go = asyncio.Event()

        async def late() -> None:
            await go.wait()
            bus.publish("tick", 1)

        with bus.hold():
            task = asyncio.create_task(late())
        go.set()
        await task
        await bus.settle()
        assert seen == [1]


async def test_context_is_carried_over(bus: EventBus) -> None:
    """A listener knows the journey and whose code it is, and has time of its own."""
    seen: list[tuple[str, str | None, bool]] = []

    def look(_data: Any) -> None:
        ctx = current()
        seen.append((ctx.trace, owner.get(), ctx.remaining() > 1))

    ctx = CallContext(actor=Actor("user", "1", "ada")).within(0)
    bus.subscribe("tick", look, owner=PluginId("notes"))
    bus.publish("tick", None, ctx)
    await bus.settle()
    assert seen == [(ctx.trace, "notes", True)]


async def test_threads_may_publish(bus: EventBus) -> None:
    """What another thread publishes is handled on the loop."""
    heard = asyncio.Event()
    bus.bind(asyncio.get_running_loop())
    bus.subscribe("tick", lambda _data: heard.set())
    await asyncio.to_thread(bus.publish, "tick", None)
    async with asyncio.timeout(5):
        await heard.wait()


async def test_plugins_listeners_go_with_it(
    bus: EventBus, ownership: Ownership, failures: Failures
) -> None:
    """Dropping a plugin ends its listeners, the one that waits included."""
    ended: list[bool] = []

    async def hang(_data: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    bus.subscribe("tick", hang, owner=PluginId("slow"))
    bus.publish("tick", None)
    await asyncio.sleep(0.01)
    ownership.drop(PluginId("slow"))
    await bus.settle()
    assert (ended, failures.seen, bus.names()) == ([True], [], {})


async def test_own_undo_inside_handler(bus: EventBus) -> None:
    """A listener that takes itself away finishes what it does."""
    seen: list[str] = []
    undos: list[Callable[[], None]] = []

    async def once(_data: Any) -> None:
        undos[0]()
        await asyncio.sleep(0)
        seen.append("done")

    undos.append(bus.subscribe("tick", once))
    bus.publish("tick", None)
    await bus.settle()
    assert seen == ["done"]
