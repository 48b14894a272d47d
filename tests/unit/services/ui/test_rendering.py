"""What plugins may do with what a person's page is about to be given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.hooks import HookTable
from plexihub.services.ui import pages_for, rendered
from plexihub.services.ui.pages import PAGES

pytestmark = pytest.mark.anyio
PLACES = Path(__file__).parents[4] / "web" / "src" / "shell" / "place.ts"


def lists() -> dict[str, list[dict[str, Any]]]:
    """Make a page of two panels, a button, and the hub's own pages."""
    panel = {"owner": "chat", "title": "Chat", "icon": "chat", "order": 10, "module": "a.js"}
    button = {"id": "tidy", "owner": "notes", "label": "Tidy", "route": "/api/v1/tidy"}
    return {
        "pages": pages_for(lambda _permission: False),
        "panels": [panel | {"id": "chat"}, panel | {"id": "rooms", "title": "Rooms"}],
        "settings_buttons": [button],
    }


async def after(hooks: HookTable, change: Any) -> dict[str, list[dict[str, Any]]]:
    """Answer the page as a handler leaves it."""
    hooks.add("ui.rendering", lambda payload: change(payload["page"]))
    return await rendered(hooks, CallContext(), "ada", lists())


async def test_nobody_changes_nothing(hooks: HookTable) -> None:
    """Without a handler the page is what it was."""
    assert await rendered(hooks, CallContext(), "ada", lists()) == lists()


async def test_items_are_renamed_moved_and_left_out(hooks: HookTable) -> None:
    """The order is the handler's; a page of the shell that is left out is named as hidden."""

    def change(page: dict[str, list[dict[str, Any]]]) -> None:
        page["panels"].reverse()
        page["panels"][0] |= {"title": "Talk", "order": 5}
        page["settings_buttons"].clear()
        page["pages"] = []

    left = await after(hooks, change)
    assert [(one["id"], one["title"], one["order"]) for one in left["panels"]] == [
        ("rooms", "Talk", 5),
        ("chat", "Chat", 10),
    ]
    assert left["settings_buttons"] == []
    assert [(one["path"], one["hidden"]) for one in left["pages"]] == [("/people", True)]


async def test_nothing_new_and_no_other_code_comes_in(hooks: HookTable) -> None:
    """Modules, routes, ids and strangers' items are dropped, and so are values of another type."""

    def change(page: dict[str, list[dict[str, Any]]]) -> None:
        page["panels"][0] |= {"module": "evil.js", "title": 5, "order": "first", "icon": "x" * 500}
        page["panels"] += [{"id": "evil", "owner": "evil"}, page["panels"][1]]
        page["settings_buttons"][0]["route"] = "/api/v1/evil"
        page["strangers"] = [{"id": "evil"}]

    assert await after(hooks, change) == lists()


@pytest.mark.parametrize("junk", [None, "panels", [1, None], {}])
async def test_list_that_is_none_is_a_failure(hooks: HookTable, junk: Any) -> None:
    """What the catalogue does not allow is put back as it was."""
    assert await after(hooks, lambda page: page.update(panels=junk)) == lists()


def test_pages_are_those_of_the_shell() -> None:
    """The two lists of the hub's own pages say the same."""
    found = re.findall(
        r'ownPage\("([^"]+)", "([^"]+)", "([^"]+)", \{[^}]*?order: (\d+)(?:,\s*needs: "([^"]+)")?',
        PLACES.read_text(),
    )
    assert [(*texts, int(order), needs) for *texts, order, needs in found] == list(PAGES)
