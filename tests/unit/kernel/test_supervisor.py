"""What dies comes back, with patience, and not for ever."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.ports import PluginInstance, PluginSource
from plexihub.kernel.supervisor import Deaths
from plexihub_sdk.ids import PluginId
from tests.fakes.runtime import FakeInstance, stored
from tests.fakes.world import World

pytestmark = pytest.mark.anyio
ADMIN = CallContext(actor=OPERATOR)


async def nothing(_payload: dict[str, Any], _ctx: CallContext) -> None:
    """Answer nothing."""


async def until(check: Callable[[], bool]) -> None:
    """Wait until something is so, five seconds at most."""
    async with asyncio.timeout(5):
        while not check():  # noqa: ASYNC110 - what is awaited is another part's state
            await asyncio.sleep(0.005)


@pytest.fixture
async def hello(world: World) -> World:
    """Give a world with one enabled plugin."""
    world.runtime.prepare("hello", onDashboardLoad=nothing)
    await world.lifecycle.add(stored("hello"))
    await world.lifecycle.enable("hello", ADMIN)
    return world


def state(world: World) -> str:
    """Tell the plugin's state."""
    return world.registry.get("hello").state


async def die(world: World) -> None:
    """Kill the instance, and wait until that was noticed and dealt with."""
    deaths = world.registry.get("hello").health.deaths
    world.runtime.latest("hello").die("was killed by signal 9")
    await until(lambda: world.registry.get("hello").health.deaths > deaths)
    await until(lambda: state(world) != "restarting")


async def test_dead_plugin_comes_back(hello: World) -> None:
    """One death, one restart; both are told, counted and recorded."""
    hello.hear("plugin.restarting", "plugin.enabled")
    await die(hello)
    await hello.events.settle()
    record = hello.registry.get("hello")
    assert (record.state, record.health.deaths, record.health.restarts) == ("enabled", 1, 1)
    assert sorted(hello.told) == [
        ("plugin.enabled", "enabled"),
        ("plugin.restarting", "restarting"),
    ]
    assert hello.audit.outcomes("plugin.die") == [("hello", "crashed")]
    assert hello.audit.outcomes("plugin.restart") == [("hello", "ok")]
    assert list(hello.hooks.names()) == ["dashboard.loading"]


async def test_restart_is_outside_of_enablers_context(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What enabled the plugin, a transaction say, has no part in its later restart."""
    seen: list[object] = []
    transaction: ContextVar[str | None] = ContextVar("transaction", default=None)

    async def look(_source: PluginSource) -> PluginInstance:
        seen.append(transaction.get())
        return FakeInstance({})

    monkeypatch.setattr(world.runtime, "start", look)
    await world.lifecycle.add(stored("hello"))
    transaction.set("open")
    await world.lifecycle.enable("hello", ADMIN)
    instance = world.registry.get("hello").instance
    assert isinstance(instance, FakeInstance)
    instance.die("killed")
    await until(lambda: len(seen) == 2)
    assert seen == ["open", None]


async def test_three_deaths_quarantine(hello: World) -> None:
    """The third death within the window is the last, with a reason that is kept."""
    for _ in range(3):
        await die(hello)
    record = hello.registry.get("hello")
    assert (record.state, record.health.deaths) == ("quarantined", 3)
    assert record.reason == "It died 3 times within 60 s. The last time it was killed by signal 9"
    assert hello.store.rows[PluginId("hello")].quarantined == record.reason
    assert (hello.hooks.names(), hello.runtime.running()) == ({}, [])
    assert hello.audit.outcomes("plugin.quarantine") == [("hello", "ok")]


async def test_administrator_pardons(hello: World) -> None:
    """Enabled again after its quarantine, a plugin has a new row before it."""
    for _ in range(3):
        await die(hello)
    await hello.lifecycle.enable("hello", ADMIN)
    assert hello.store.rows[PluginId("hello")].quarantined == ""
    await die(hello)
    assert state(hello) == "enabled"


async def test_restart_that_fails_is_a_death(hello: World) -> None:
    """A plugin that does not even start again ends in quarantine, with that reason."""
    hello.runtime.broken["hello"] = "no such file"
    hello.runtime.latest("hello").die("killed")
    await until(lambda: state(hello) == "quarantined")
    assert "no such file" in hello.registry.get("hello").reason


async def test_disabled_while_restarting_stays_off(hello: World) -> None:
    """A plugin disabled while it is coming back does not come back."""
    await die(hello)  # the first restart comes at once, so this needs a second one
    hello.runtime.latest("hello").die("killed")
    await until(lambda: state(hello) == "restarting")
    await hello.lifecycle.disable("hello", ADMIN)
    await asyncio.sleep(0.05)
    assert (state(hello), hello.runtime.running()) == ("disabled", [])


async def test_stopped_hub_revives_nothing(hello: World) -> None:
    """A hub that is stopping brings nothing back."""
    hello.runtime.latest("hello").die("killed")
    await hello.lifecycle.close()
    await asyncio.sleep(0.05)
    assert hello.runtime.running() == []
    assert hello.store.rows[PluginId("hello")].enabled


@given(st.lists(st.floats(0, 1000), max_size=20))
def test_deaths_within_the_window_count(gaps: list[float]) -> None:
    """However they are spread, the deaths that count are those of the last minute."""
    deaths, moment, moments = Deaths(), 0.0, []
    for gap in gaps:
        moment += gap
        moments.append(moment)
        deaths = deaths.and_one(moment, 60)
        assert len(deaths) == sum(moment - one <= 60 for one in moments)
