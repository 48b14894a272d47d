"""Interception: order, change, veto, and what a failing handler means."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from plexihub.kernel.context import CallContext, owner
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub_sdk.errors import Veto
from plexihub_sdk.ids import PluginId
from tests.fakes.world import Failures

pytestmark = pytest.mark.anyio
Payload = dict[str, Any]


def person() -> Payload:
    """Make the payload of `user.creating`."""
    return {"username": "ada", "display_name": "Ada", "role": "member", "tags": ["new"]}


def adds(name: str) -> Callable[[Payload], None]:
    """Make a handler that adds a tag."""
    return lambda payload: payload["tags"].append(name)


def spoils(payload: Payload) -> None:
    """Change everything, at every depth, and fail."""
    payload["tags"].append("spoilt")
    payload.setdefault("extra", 1)
    del payload["role"]
    raise ValueError("spoilt")


async def test_no_handler_returns_payload(hooks: HookTable) -> None:
    """A hook that nobody handles answers the same object."""
    payload = person()
    assert await hooks.call("user.creating", payload) is payload


@pytest.mark.checklist("P-19")
async def test_order_is_tier_priority_registration(hooks: HookTable) -> None:
    """The core runs first, then trusted, then sandboxed; within a tier priority, then age."""
    plugin = PluginId("a")
    hooks.add("user.creating", adds("sandboxed"), owner=plugin, tier="sandboxed", priority=99)
    hooks.add("user.creating", adds("first"), owner=plugin)
    hooks.add("user.creating", adds("second"), owner=plugin)
    hooks.add("user.creating", adds("high"), owner=plugin, priority=5)
    hooks.add("user.creating", adds("core"), priority=-9)
    payload = await hooks.call("user.creating", person())
    assert payload["tags"] == ["new", "core", "high", "first", "second", "sandboxed"]


@pytest.mark.checklist("P-17")
async def test_changes_in_place_and_returned_are_used(hooks: HookTable) -> None:
    """The caller goes on with what a handler changed and what it returned."""

    async def rename(_payload: Payload) -> Payload:
        await asyncio.sleep(0)
        return {"display_name": "Countess"}

    hooks.add("user.creating", adds("plain"))
    hooks.add("user.creating", rename)
    payload = await hooks.call("user.creating", person())
    assert payload == person() | {"display_name": "Countess", "tags": ["new", "plain"]}


async def test_veto_names_plugin_and_stops(hooks: HookTable) -> None:
    """A veto reaches the caller with the plugin's id, and nobody runs after it."""

    def refuse(_payload: Payload) -> None:
        raise Veto("not today")

    payload = person()
    hooks.add("user.creating", refuse, owner=PluginId("guard"), priority=1)
    hooks.add("user.creating", adds("late"))
    hooks.add("user.creating", adds("later"), owner=PluginId("guard"))
    with pytest.raises(Veto, match="not today") as caught:
        await hooks.call("user.creating", payload)
    assert (caught.value.plugin, payload["tags"]) == ("guard", ["new", "late"])


async def test_raising_handler_leaves_no_change(hooks: HookTable, failures: Failures) -> None:
    """What a failing handler did is undone; those before and after it count."""
    hooks.add("user.creating", adds("before"))
    hooks.add("user.creating", spoils)
    hooks.add("user.creating", adds("after"))
    payload = await hooks.call("user.creating", person())
    assert payload == person() | {"tags": ["new", "before", "after"]}
    assert failures.names() == ["ValueError"]


async def test_live_objects_are_kept(hooks: HookTable) -> None:
    """Putting the payload back keeps the live objects in it, not copies of them."""
    alive = object()
    hooks.add("user.creating", spoils)
    payload = await hooks.call("user.creating", person() | {"live": [alive]})
    assert payload["live"][0] is alive


async def test_late_handler_contained(failures: Failures, ownership: Ownership) -> None:
    """A handler that does not answer in time is given up."""

    async def hang(_payload: Payload) -> None:
        await asyncio.Event().wait()

    hooks = HookTable(ownership, failures)
    hooks.add("user.creating", hang, owner=PluginId("slow"))
    payload = await hooks.call("user.creating", person(), CallContext().within(0.01))
    assert (payload, failures.names()) == (person(), ["PluginTimeoutError"])


@pytest.mark.parametrize("error", [SystemExit(3), asyncio.CancelledError(), RecursionError()])
async def test_grave_errors_contained(
    hooks: HookTable, failures: Failures, error: BaseException
) -> None:
    """A handler cannot end the hub or cancel the caller by what it raises."""

    def fail(_payload: Payload) -> None:
        raise error

    hooks.add("user.creating", fail)
    await hooks.call("user.creating", person())
    assert failures.names() == [type(error).__name__]


async def test_callers_cancellation_passes(hooks: HookTable, failures: Failures) -> None:
    """A caller that gives up is not held by a handler."""
    hooks.add("user.creating", lambda _payload: asyncio.Event().wait())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await hooks.call("user.creating", person())
    assert failures.seen == []


async def test_closed_hook_refuses_on_failure(hooks: HookTable) -> None:
    """Where the catalogue says closed, a handler that fails refuses the operation."""
    hooks.add("user.authenticating", spoils, owner=PluginId("guard"))
    with pytest.raises(Veto, match="guard had to decide") as caught:
        await hooks.call("user.authenticating", person())
    assert caught.value.plugin == "guard"


async def test_removed_while_running(hooks: HookTable) -> None:
    """A handler may take itself away; the others still run."""
    undo = hooks.add("plugin.own.ing", lambda payload: (undo(), payload.update(one=1))[1])
    hooks.add("plugin.own.ing", lambda payload: payload.update(two=2))
    await hooks.call("plugin.own.ing", {})
    assert await hooks.call("plugin.own.ing", {}) == {"two": 2}


async def test_owner_and_context_are_set(hooks: HookTable) -> None:
    """A plugin's handler runs as its plugin, and nobody does afterwards."""
    seen: list[str | None] = []

    async def look(_payload: Payload) -> None:
        seen.append(owner.get())
        await asyncio.sleep(0)
        seen.append(owner.get())

    hooks.add("user.creating", look, owner=PluginId("notes"))
    await hooks.call("user.creating", person())
    assert (seen, owner.get()) == (["notes", "notes"], None)


async def test_calls_are_observed(ownership: Ownership, failures: Failures) -> None:
    """Each call into a plugin is told with what came of it; the core's own are not."""
    book: list[tuple[str, str, str]] = []
    hooks = HookTable(
        ownership,
        failures,
        lambda plugin, name, _ms, error: book.append((plugin, name, repr(error))),
    )
    hooks.add("user.creating", adds("x"), owner=PluginId("good"))
    hooks.add("user.creating", spoils, owner=PluginId("bad"))
    hooks.add("user.creating", adds("core"))
    await hooks.call("user.creating", person())
    assert book == [
        ("good", "user.creating", "None"),
        ("bad", "user.creating", "ValueError('spoilt')"),
    ]


async def test_gathered_guests_wait_together(hooks: HookTable, failures: Failures) -> None:
    """Guests of a gathering hook run at one time; what they add stands in their order."""
    running: list[str] = []
    together = asyncio.Event()

    def adds_widget(name: str) -> Callable[[Payload], Any]:
        async def handler(payload: Payload) -> None:
            running.append(name)
            if len(running) == 3:
                together.set()
            await together.wait()
            if name == "b":
                raise ValueError(name)
            payload["customWidgets"].append(name)

        return handler

    for name in ("a", "b", "c"):
        handler = adds_widget(name)
        hooks.add("dashboard.loading", handler, owner=PluginId(name), tier="sandboxed")
    payload: Payload = {"userId": "", "dashboardId": "", "customWidgets": ["own"]}
    await hooks.call("dashboard.loading", payload)
    assert payload["customWidgets"] == ["own", "a", "c"]
    assert [plugin for _, plugin, _ in failures.seen] == ["b"]
