"""Dashboards: every widget that can be shown, and a word about each that cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from plexihub.kernel.plugins import PluginRecord
from plexihub.kernel.ports import StoredPlugin
from plexihub_sdk import Veto, new_id
from plexihub_sdk.errors import InputError, NotFoundError
from plexihub_sdk.manifest import parse_manifest
from tests.unit.plugins.conftest import BUILTIN, EXAMPLES, World

pytestmark = pytest.mark.anyio
DASHBOARDS = "/api/v1/dashboards"


class Board:
    """One dashboard as people see it."""

    def __init__(self, world: World, identity: str) -> None:
        self.world = world
        self.identity = identity

    async def show(self) -> Any:
        """Open it as its owner."""
        return await self.world.call("GET", f"{DASHBOARDS}/{self.identity}", "ada")

    async def widgets(self) -> list[tuple[str, str]]:
        """List its widgets as (plugin, id)."""
        return [(one["plugin"], one["id"]) for one in (await self.show())["widgets"]]

    def on_loading(self, handler: Callable[[dict[str, Any]], Any]) -> None:
        """Register for `dashboard.loading`, as the core."""
        self.world.kernel.services.get("events").on("dashboard.loading", handler)


@pytest.fixture
async def board(world: World) -> Board:
    """Enable the dashboards, with one person and one dashboard."""
    await world.add(BUILTIN / "dashboards")
    await world.join("ada", role="admin")
    made = await world.call("POST", DASHBOARDS, "ada", body={"title": " Team "})
    return Board(world, made["id"])


async def test_new_dashboard_is_listed(board: Board) -> None:
    """A dashboard is there for everybody, with its owner."""
    ada = await board.world.users.find("ada")
    assert ada is not None
    assert await board.world.call("GET", DASHBOARDS, "ada") == {
        "items": [{"id": board.identity, "title": "Team", "owner_id": ada.id}],
        "next": None,
    }


@pytest.mark.parametrize("title", ["", "  ", "x" * 81, "two\nlines", 7])
async def test_bad_title_is_refused(board: Board, title: Any) -> None:
    """A title is one short line."""
    with pytest.raises(InputError) as caught:
        await board.world.call("POST", DASHBOARDS, "ada", body={"title": title})
    assert caught.value.where == "title"


async def test_unknown_dashboard_is_not_found(board: Board) -> None:
    """Opening what is not there says so."""
    with pytest.raises(NotFoundError):
        await board.world.call("GET", f"{DASHBOARDS}/{new_id()}", "ada")


async def test_hub_without_chat_shows_people_alone(board: Board) -> None:
    """The own widgets follow what the hub has: without chat there is no chart of messages."""
    shown = await board.show()
    assert shown["problems"] == []
    assert [(one["id"], one["props"]["value"]) for one in shown["widgets"]] == [("people", 1)]


async def test_chart_counts_messages_of_each_day(board: Board) -> None:
    """With chat, the last seven days are charted, today last."""
    world = board.world
    await world.add(BUILTIN / "chat")
    path = "/api/v1/chat/channels"
    channel = (await world.call("POST", path, "ada", body={"name": "general"}))["id"]
    for text in ("one", "two"):
        body = {"text": text, "client_id": new_id()}
        await world.call("POST", f"{path}/{channel}/messages", "ada", body=body)
    chart = next(one for one in (await board.show())["widgets"] if one["id"] == "messages")
    assert (chart["component"], len(chart["props"]["labels"])) == ("Chart", 7)
    assert sum(chart["props"]["values"]) == 2


async def test_hook_adds_widgets_and_knows_for_whom(board: Board) -> None:
    """A handler of `dashboard.loading` learns person and dashboard, and its widget is shown."""
    seen: dict[str, Any] = {}

    def add(payload: dict[str, Any]) -> None:
        seen.update(payload, customWidgets=None)
        payload["customWidgets"].append({"id": "mine", "component": "Text", "plugin": "me"})

    board.on_loading(add)
    assert ("me", "mine") in await board.widgets()
    ada = await board.world.users.find("ada")
    assert ada is not None
    assert (seen["userId"], seen["dashboardId"]) == (ada.id, board.identity)


async def test_failing_handler_is_a_problem_beside_the_others(board: Board) -> None:
    """One handler raises: the page has everything else, and says what is missing."""

    def fail(payload: dict[str, Any]) -> None:
        payload["customWidgets"].append({"id": "half", "component": "Text"})
        raise ValueError("no data today")

    board.on_loading(fail)
    board.on_loading(
        lambda payload: payload["customWidgets"].append({"id": "fine", "component": "Text"})
    )
    shown = await board.show()
    assert shown["problems"] == [{"plugin": "", "reason": "no data today"}]
    assert [one["id"] for one in shown["widgets"]] == ["people", "fine"]


async def test_plugin_in_quarantine_is_a_problem(board: Board) -> None:
    """A plugin that should add widgets and may not run is named with the reason."""
    manifest = parse_manifest(
        {
            "id": "hello-world",
            "version": "1.0.0",
            "manifest": {"entrypoint": "main.ts", "hooks": ["onDashboardLoad"]},
        }
    )
    stored = StoredPlugin(
        id=manifest.id, manifest=manifest, tier="sandboxed", runtime="deno", root=EXAMPLES
    )
    record = PluginRecord(stored, "quarantined", "It died three times in a row.")
    board.world.kernel.registry.add(record)
    assert (await board.show())["problems"] == [
        {"plugin": "hello-world", "reason": "It died three times in a row."}
    ]


@pytest.mark.parametrize(
    "widget",
    [
        None,
        {},
        {"id": "x"},
        {"id": 1, "component": "Text"},
        {"id": "x", "component": "T", "props": 3},
    ],
)
async def test_undrawable_widget_is_a_problem(board: Board, widget: Any) -> None:
    """A widget that nobody can draw is named, and the page is there."""
    board.on_loading(lambda payload: payload["customWidgets"].append(widget))
    shown = await board.show()
    assert [one["id"] for one in shown["widgets"]] == ["people"]
    assert len(shown["problems"]) == 1


async def test_veto_keeps_the_page_shut(board: Board) -> None:
    """A handler may refuse to open a dashboard, with its reason."""

    def refuse(_payload: dict[str, Any]) -> None:
        raise Veto("Not today.")

    board.on_loading(refuse)
    with pytest.raises(Veto, match=r"Not today\."):
        await board.show()


async def test_open_pages_hear_of_plugins(board: Board) -> None:
    """Enabling and disabling a plugin tells open pages what to fetch again, in order."""
    world = board.world
    await world.kernel.events.settle()
    world.live.told.clear()
    await world.add(EXAMPLES / "my_plugin.py")
    await world.kernel.lifecycle.disable("my-plugin", world.core)
    await world.kernel.events.settle()
    assert world.pushed("dashboard.changed", "reason") == [
        "plugin.installed",
        "plugin.enabled",
        "plugin.disabled",
    ]
    last = world.pushed("plugin.changed")[-1]
    assert last == {"id": "my-plugin", "state": "disabled", "health": {"status": "off"}}
