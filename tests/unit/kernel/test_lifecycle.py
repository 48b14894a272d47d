"""A plugin's life, seen from outside: states, registrations, records, and what others notice."""

import asyncio
from typing import Any

import pytest

from plexihub.kernel.context import OPERATOR, Actor, CallContext
from plexihub_sdk.errors import (
    ConflictError,
    NotFoundError,
    PluginLoadError,
    Veto,
)
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.fakes.runtime import Behaviour, crash, garble, hang, stored
from tests.fakes.stores import MemoryPluginStore
from tests.fakes.world import World

pytestmark = pytest.mark.anyio
ADMIN = CallContext(actor=OPERATOR)
VIEWER = CallContext(actor=Actor("user", "u1", "ada"), rights=ROLE_RIGHTS["member"])


def widget(name: str) -> Behaviour:
    """Make a handler that shows one widget."""

    async def handler(_payload: dict[str, Any], _ctx: CallContext) -> dict[str, Any]:
        return {"customWidgets": [{"id": name, "component": "Text"}]}

    return handler


async def install(world: World, plugin: str, behaviour: Behaviour, **more: Any) -> None:
    """Add and enable a plugin that handles one hook."""
    world.runtime.prepare(plugin, onDashboardLoad=behaviour)
    await world.lifecycle.add(stored(plugin, **more))
    await world.lifecycle.enable(plugin, ADMIN)


async def page(world: World, ctx: CallContext = VIEWER) -> list[str]:
    """Load a dashboard and answer the ids of its widgets."""
    payload = await world.hooks.call(
        "dashboard.loading", {"userId": "u1", "dashboardId": "d1"}, ctx
    )
    return [one["id"] for one in payload.get("customWidgets", [])]


async def test_enabled_plugin_is_called(world: World) -> None:
    """An enabled plugin's widget is on the page, the call is counted and recorded."""
    await install(world, "hello", widget("hi"))
    assert await page(world) == ["hi"]
    record = world.registry.get("hello")
    assert (record.status, record.health.calls, record.health.failures) == ("healthy", 1, 0)
    call = world.audit.entries[-1]
    assert (call.action, call.target, call.outcome) == (
        "plugin.execution",
        "dashboard.loading",
        "ok",
    )
    assert (call.ctx.actor.id, call.ctx.on_behalf_of, call.memory_mb) == ("hello", "u1", 12.5)
    assert call.execution_ms is not None


async def test_underscores_find_the_plugin(world: World) -> None:
    """`hello_world` is another spelling of `hello-world`."""
    await world.lifecycle.add(stored("hello-world"))
    assert world.registry.get("hello_world").id == "hello-world"
    with pytest.raises(NotFoundError, match="nobody"):
        await world.lifecycle.enable("nobody", ADMIN)


async def test_twenty_times_leave_no_trace(world: World) -> None:
    """Enabled and disabled twenty times, nothing of the plugin is left."""
    world.runtime.prepare("hello", onDashboardLoad=widget("hi"), onAuthSuccess=widget("x"))
    await world.lifecycle.add(stored("hello", hooks=("onDashboardLoad", "onAuthSuccess")))
    tasks = len(asyncio.all_tasks())
    for _ in range(20):
        await world.lifecycle.enable("hello", ADMIN)
        assert await page(world) == ["hi"]
        await world.lifecycle.disable("hello", ADMIN)
        assert await page(world) == []
    assert (world.hooks.names(), world.events.names(), world.runtime.running()) == ({}, {}, [])
    assert world.ownership.count(PluginId("hello")) == 0
    await world.events.settle()
    assert len(asyncio.all_tasks()) == tasks


async def test_calls_at_once_are_serialised(world: World) -> None:
    """Enabled and disabled by many at once, a plugin has at most one instance."""
    world.runtime.prepare("hello", onDashboardLoad=widget("hi"))
    await world.lifecycle.add(stored("hello"))
    lifecycle = world.lifecycle
    moves: list[Any] = [lifecycle.enable, lifecycle.enable, lifecycle.disable, lifecycle.enable] * 5
    await asyncio.gather(*(move("hello", ADMIN) for move in moves))
    assert len(world.runtime.running()) == 1
    assert await page(world) == ["hi"]


@pytest.mark.checklist("A-21")
async def test_undeclared_hook_never_called(world: World) -> None:
    """A hook that the manifest does not declare is not called, though the code has it."""
    world.runtime.prepare("hello", onDashboardLoad=widget("hi"), onDataFetch=widget("x"))
    await world.lifecycle.add(stored("hello", hooks=("onDataFetch",)))
    await world.lifecycle.enable("hello", ADMIN)
    assert await page(world) == []
    assert world.runtime.latest("hello").seen == []


async def test_widgets_need_the_permission(world: World) -> None:
    """Without `ui:render` a plugin's widgets are not shown, on record."""
    await install(world, "hello", widget("hi"), granted=())
    assert await page(world) == []
    assert world.audit.outcomes("permission.check") == [("onDashboardLoad", "denied")]
    assert world.audit.outcomes("plugin.execution") == [("dashboard.loading", "denied")]


@pytest.mark.parametrize(
    ("behaviour", "outcome"), [(hang, "timeout"), (crash, "crashed"), (garble, "failed")]
)
@pytest.mark.checklist("A-45")
async def test_bad_plugin_harms_no_other(world: World, behaviour: Behaviour, outcome: str) -> None:
    """A plugin that hangs, crashes or answers garbage is recorded; the other widgets are there."""
    await install(world, "bad", behaviour)
    await install(world, "good", widget("hi"))
    assert await page(world, VIEWER.within(0.05)) == ["hi"]
    # They were asked at one time, so whoever was done first stands first.
    assert sorted(world.audit.outcomes("plugin.execution")) == sorted(
        [("dashboard.loading", outcome), ("dashboard.loading", "ok")]
    )
    assert world.registry.get("bad").health.failures == 1


async def test_hanging_plugin_is_ended(world: World) -> None:
    """It is the runtime that ends a late call, so that the hanging instance does not live on."""
    await install(world, "bad", hang)
    await page(world, VIEWER.within(0.05))
    assert world.runtime.latest("bad").ended.result().reason == "it did not answer in time"


async def test_down_plugin_answers_at_once(world: World) -> None:
    """While a plugin is down nobody waits for it."""
    await install(world, "hello", widget("hi"))
    world.runtime.broken["hello"] = "no memory"
    world.runtime.latest("hello").die("killed")
    await asyncio.sleep(0.005)
    async with asyncio.timeout(1):
        assert await page(world) == []
    assert world.failures.names()[-1] == "PluginUnavailableError"
    assert world.registry.get("hello").status == "down"


async def test_failed_start_is_told(world: World) -> None:
    """A plugin that does not start is `failed` with the reason; nothing of it is left."""
    world.runtime.broken["hello"] = "syntax error in line 3"
    await world.lifecycle.add(stored("hello"))
    with pytest.raises(PluginLoadError, match="line 3"):
        await world.lifecycle.enable("hello", ADMIN)
    record = world.registry.get("hello")
    assert (record.state, record.reason) == ("failed", "syntax error in line 3")
    assert not world.store.rows[PluginId("hello")].enabled
    assert world.audit.outcomes("plugin.enable") == [("hello", "failed")]


async def test_failed_save_undoes_start(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last step of enabling fails, the steps before it are undone."""

    async def refuse(_plugin: object) -> None:
        raise OSError("disk full")

    world.runtime.prepare("hello", onDashboardLoad=widget("hi"))
    await world.lifecycle.add(stored("hello"))
    monkeypatch.setattr(world.store, "save", refuse)
    with pytest.raises(OSError, match="disk full"):
        await world.lifecycle.enable("hello", ADMIN)
    assert (world.hooks.names(), world.runtime.running()) == ({}, [])
    assert world.registry.get("hello").state == "failed"


async def test_veto_keeps_state(world: World) -> None:
    """A plugin whose enabling is refused stays as it was."""

    def refuse(_payload: dict[str, Any]) -> None:
        raise Veto("not in office hours")

    await world.lifecycle.add(stored("hello"))
    world.hooks.add("plugin.enabling", refuse)
    with pytest.raises(Veto):
        await world.lifecycle.enable("hello", ADMIN)
    assert world.registry.get("hello").state == "disabled"
    assert world.audit.outcomes("plugin.enable") == [("hello", "vetoed")]


async def test_start_all_survives_one_failure(world: World) -> None:
    """At the start of the hub one bad plugin keeps none of the others."""
    rows = [stored(name, enabled=True) for name in ("a", "bad", "b")]
    quarantined = stored("q", enabled=True)
    quarantined.quarantined = "died too often"
    await world.lifecycle.load(MemoryPluginStore(*rows, quarantined, stored("off")))
    for name in ("a", "b", "q", "off"):
        world.runtime.prepare(name, onDashboardLoad=widget(name))
    world.runtime.broken["bad"] = "broken"
    await world.lifecycle.start_all()
    states = {record.id: record.state for record in world.registry}
    assert states == {
        "a": "enabled",
        "bad": "failed",
        "b": "enabled",
        "q": "quarantined",
        "off": "disabled",
    }
    assert sorted(await page(world)) == ["a", "b"]


async def test_removed_plugin_is_gone(world: World) -> None:
    """Removing stops and forgets; what comes with the hub stays."""
    await install(world, "hello", widget("hi"))
    await world.lifecycle.remove("hello", ADMIN)
    assert (world.store.rows, len(world.registry), world.runtime.running()) == ({}, 0, [])
    builtin = stored("chat")
    builtin.builtin = True
    await world.lifecycle.add(builtin)
    with pytest.raises(ConflictError, match="comes with the hub"):
        await world.lifecycle.remove("chat", ADMIN)


async def test_changes_are_told(world: World) -> None:
    """Each change of state is published with the state."""
    world.hear("plugin.installed", "plugin.enabled", "plugin.disabled", "plugin.removed")
    await install(world, "hello", widget("hi"))
    await world.lifecycle.disable("hello", ADMIN)
    await world.lifecycle.remove("hello", ADMIN)
    await world.events.settle()
    assert sorted(world.told) == [
        ("plugin.disabled", "disabled"),
        ("plugin.enabled", "enabled"),
        ("plugin.installed", "disabled"),
        ("plugin.removed", "disabled"),
    ]


async def test_events_reach_the_sandbox(world: World) -> None:
    """A declared event is delivered to the plugin; its answer is ignored."""
    heard = asyncio.Event()

    async def greet(_payload: dict[str, Any], _ctx: CallContext) -> str:
        heard.set()
        return "ignored"

    world.runtime.prepare("hello", onAuthSuccess=greet)
    await world.lifecycle.add(stored("hello", hooks=("onAuthSuccess",)))
    await world.lifecycle.enable("hello", ADMIN)
    world.events.publish("user.login", {"userId": "u1", "sessionId": "s1"}, VIEWER)
    await world.events.settle()
    assert heard.is_set()
    assert world.audit.outcomes("plugin.execution") == [("user.login", "ok")]


async def test_unknown_runtime_is_named(world: World) -> None:
    """A plugin of a runtime that this hub has not fails with that reason."""
    plugin = stored("hello")
    plugin.runtime = "wasm"
    await world.lifecycle.add(plugin)
    with pytest.raises(PluginLoadError, match="'wasm'"):
        await world.lifecycle.enable("hello", ADMIN)


async def test_description_has_the_rest_shape(world: World) -> None:
    """The description has the fields that administrators see."""
    await install(world, "hello", widget("hi"))
    seen = world.registry.get("hello").describe({"panels": ["hello"]})
    assert seen["contributes"] == {"panels": ["hello"], "widgets": [], "routes": []}
    assert (seen["state"], seen["health"]["pid"], seen["hooks"]) == (
        "enabled",
        4242,
        ["onDashboardLoad"],
    )
