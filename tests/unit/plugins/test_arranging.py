"""Dashboards as people arrange them: who may, what is asked before, and what stays."""

from __future__ import annotations

from typing import Any

import pytest

from plexihub_sdk import Veto
from plexihub_sdk.errors import InputError, NotFoundError, PermissionDenied
from tests.unit.plugins.conftest import BUILTIN, World

pytestmark = pytest.mark.anyio
DASHBOARDS = "/api/v1/dashboards"
PEOPLE = "dashboards:people"
NOTE = {"component": "Text", "title": "Note", "props": {"text": "Read me"}}


class Board:
    """One dashboard, and the calls that change it."""

    def __init__(self, world: World, identity: str) -> None:
        self.world = world
        self.path = f"{DASHBOARDS}/{identity}"

    async def call(self, method: str, path: str = "", who: str = "grace", body: Any = None) -> Any:
        """Call below the dashboard."""
        return await self.world.call(method, self.path + path, who, body=body)

    async def keys(self) -> list[str]:
        """List the keys of what is shown."""
        return [one["key"] for one in (await self.call("GET"))["widgets"]]


@pytest.fixture
async def board(world: World) -> Board:
    """Make a dashboard of a member's, beside an administrator and another member."""
    await world.add(BUILTIN / "dashboards")
    await world.add(BUILTIN / "chat")
    await world.join("ada", role="admin")
    for name in ("grace", "bob"):
        await world.join(name)
    made = await world.call("POST", DASHBOARDS, "grace", body={"title": "Team"})
    return Board(world, made["id"])


async def test_widget_is_added_changed_and_removed(board: Board) -> None:
    """A person's own widget is stored as written; each step is told to the open pages."""
    made = await board.call("POST", "/widgets", body=NOTE)
    changed = {"title": "News", "props": {"text": "Nothing"}, "span": 2}
    await board.call("PATCH", f"/widgets/{made['key']}", body=changed)
    shown = (await board.call("GET"))["widgets"][0]
    assert (shown["own"], shown["title"], shown["span"]) == (True, "News", 2)
    assert shown["props"] == {"text": "Nothing"}
    await board.call("DELETE", f"/widgets/{made['key']}")
    assert await board.keys() == [PEOPLE, "dashboards:messages"]
    await board.world.kernel.events.settle()
    told = board.world.pushed("dashboard.changed", "reason")
    assert told[-3:] == ["widget.created", "widget.updated", "widget.deleted"]


async def test_order_hiding_and_names_stay_until_reset(board: Board) -> None:
    """What comes by itself is moved, renamed and hidden on this dashboard alone."""
    note = (await board.call("POST", "/widgets", body=NOTE))["key"]
    order = ["dashboards:messages", note, PEOPLE]
    await board.call("PUT", "/layout", body={"order": order})
    assert await board.keys() == order
    await board.call("PATCH", f"/widgets/{PEOPLE}", body={"title": "Us"})
    await board.call("DELETE", "/widgets/dashboards:messages")
    shown = await board.call("GET")
    assert [one["title"] for one in shown["widgets"]] == ["Note", "Us"]
    assert shown["hidden"] == [{"key": "dashboards:messages", "title": "Messages a day"}]
    other = await board.world.call("POST", DASHBOARDS, "grace", body={"title": "Other"})
    assert await Board(board.world, other["id"]).keys() == [PEOPLE, "dashboards:messages"]
    await board.call("DELETE", "/layout")
    assert await board.keys() == [note, PEOPLE, "dashboards:messages"]


async def test_only_owner_and_administrators_change_it(board: Board) -> None:
    """Another member is refused at every door, and sees that it is so; an administrator is not."""
    note = (await board.call("POST", "/widgets", body=NOTE))["key"]
    assert (await board.call("GET", who="bob"))["may_change"] is False
    for method, path, body in (
        ("PATCH", "", {"title": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/widgets", NOTE),
        ("PATCH", f"/widgets/{note}", {"title": "Mine"}),
        ("DELETE", f"/widgets/{note}", None),
        ("PUT", "/layout", {"order": [PEOPLE]}),
        ("DELETE", "/layout", None),
    ):
        with pytest.raises(PermissionDenied):
            await board.call(method, path, "bob", body)
    assert (await board.call("PATCH", who="ada", body={"title": "Ours"}))["title"] == "Ours"
    await board.call("DELETE", who="ada")
    with pytest.raises(NotFoundError):
        await board.call("GET")
    assert await board.world.database.get_model("Widget").count() == 0


async def test_hooks_are_asked_before_each_write(board: Board) -> None:
    """A handler changes what is stored, and its veto leaves everything as it was."""
    hooks = board.world.kernel.hooks

    def shout(payload: dict[str, Any]) -> None:
        payload["title"] = payload["title"].upper()

    def refuse(_payload: dict[str, Any]) -> None:
        raise Veto("It stays.")

    hooks.add("widget.creating", shout)
    hooks.add("dashboard.creating", shout)
    note = await board.call("POST", "/widgets", body=NOTE)
    made = await board.world.call("POST", DASHBOARDS, "grace", body={"title": "Loud"})
    assert (note["title"], made["title"]) == ("NOTE", "LOUD")
    for name in ("widget.updating", "widget.deleting", "dashboard.updating", "dashboard.deleting"):
        hooks.add(name, refuse)
    before = await board.call("GET")
    for method, path, body in (
        ("PATCH", f"/widgets/{note['key']}", {"title": "Other"}),
        ("DELETE", f"/widgets/{note['key']}", None),
        ("PATCH", "", {"title": "Other"}),
        ("DELETE", "", None),
    ):
        with pytest.raises(Veto):
            await board.call(method, path, body=body)
    assert await board.call("GET") == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/widgets", {**NOTE, "component": "Script"}),
        ("POST", "/widgets", {**NOTE, "title": ""}),
        ("POST", "/widgets", {**NOTE, "props": {"text": "x" * 20_001}}),
        ("PATCH", f"/widgets/{PEOPLE}", {"span": 3}),
        ("PATCH", f"/widgets/{PEOPLE}", {"span": True}),
        ("PATCH", f"/widgets/{PEOPLE}", {"hidden": "yes"}),
        ("PATCH", f"/widgets/{PEOPLE}", {"dashboard_id": "x"}),
        ("PATCH", f"/widgets/{PEOPLE}", {"props": {}}),
        ("PATCH", f"/widgets/{PEOPLE}", []),
        ("PUT", "/layout", {"order": [PEOPLE, PEOPLE]}),
        ("PUT", "/layout", {"order": ["x:" + "y" * 200]}),
        ("PUT", "/layout", {"order": 5}),
    ],
)
async def test_what_cannot_be_changes_nothing(
    board: Board, method: str, path: str, body: Any
) -> None:
    """A value that does not fit is refused before anything is stored."""
    with pytest.raises(InputError):
        await board.call(method, path, body=body)
    assert await board.world.database.get_model("Widget").count() == 0
