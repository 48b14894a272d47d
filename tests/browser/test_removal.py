"""What a plugin opens and keeps, on the pages of administrators."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CODE = """
from plexihub_sdk import Model, column, new_id

class Badge(Model, table="badges_rows"):
    id: str = column(primary_key=True, default=new_id)

class BadgesPlugin:
    def __init__(self, context):
        context.get_service("database").register_models([Badge])[0].create()
        api = context.get_service("api")
        api.register_route("GET", "/api/v1/badges", self.read)
        api.register_route("GET", "/api/v1/badges/public", self.read, auth="anonymous")
        api.register_websocket("/api/v1/badges/watch", self.watch, auth="admin")

    def read(self, request):
        return []

    async def watch(self, line):
        pass
"""


def tables(hub: RunningHub) -> int:
    """Count the plugin's tables with a connection of our own."""
    with closing(sqlite3.connect(hub.data / "hub.db")) as connection:
        found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'badges_rows'")
        return int(found.fetchone()[0])


def install(hub: RunningHub, folder: Path) -> None:
    """Install the plugin by the command."""
    path = folder / "badges.py"
    path.write_text(CODE, encoding="utf-8")
    consent = ("--trusted", "--consent", "I trust badges", "--enable")
    done = hub.run("plugin", "install", str(path), *consent)
    assert done.returncode == 0, done.stderr


def remove(page: Page, *, purge: bool) -> None:
    """Remove the plugin on its page."""
    page.get_by_role("button", name="Remove", exact=True).click()
    choice = page.get_by_role("switch", name="Delete what it stored, for good")
    expect(choice).not_to_be_checked()
    expect(page.get_by_text("Its table badges_rows (1 row).")).to_be_visible()
    if purge:
        choice.click()
    page.get_by_role("button", name="Yes, remove").click()
    expect(page.get_by_role("heading", name="Plugins", exact=True)).to_be_visible()


@pytest.mark.checklist("P-42", "P-67")
def test_open_routes_are_marked_and_what_is_stored_goes_by_choice(
    sign_in: Callable[..., Page], hub: RunningHub, tmp_path: Path
) -> None:
    """The open route has its badge; removal keeps or deletes the table, later deletion too."""
    install(hub, tmp_path)
    page = sign_in("ada", "/admin/plugins/badges")
    routes = page.get_by_role("list", name="Routes").get_by_role("listitem")
    expect(routes).to_have_count(3)
    expect(routes.nth(0)).to_have_text("GET /api/v1/badges")
    expect(routes.nth(1)).to_contain_text("open to anybody")
    expect(routes.nth(2)).to_contain_text("WS /api/v1/badges/watch")
    remove(page, purge=False)
    left = page.get_by_role("list", name="Left behind by removed plugins")
    expect(left).to_contain_text("table badges_rows (1 row)")
    assert tables(hub) == 1
    page.get_by_role("button", name="Delete what badges left").click()
    page.get_by_role("button", name="Yes, delete").click()
    expect(left).to_have_count(0)
    assert tables(hub) == 0
    install(hub, tmp_path)
    page.goto(f"{hub.url}/admin/plugins/badges")
    remove(page, purge=True)
    expect(page.get_by_text("badges", exact=True)).to_have_count(0)
    assert tables(hub) == 0
