"""An administrator sees what waits, what changed, why, and who may: on the pages of plugins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import SCREENS, problems
from tests.support.hub import RunningHub

# Starting the hub and two installs come out of the first test's time.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]
NAME = "asks-more"
FIRST = """
export default {
  id: "asks-more", name: "Asks more", version: "1.0.0",
  permissions: ["ui:render", { name: "data:read", models: ["users"] }, "files:own"],
  hooks: { onActionExecute: () => ({ result: 1 }) },
};
"""
SECOND = """
export default {
  id: "asks-more", name: "Asks more", version: "1.1.0",
  permissions: [
    "ui:render", { name: "data:read", models: ["users", "messages"] }, "storage:own",
    { name: "network:fetch", hosts: ["api.example.com"], methods: ["GET"] },
  ],
  hooks: {
    onActionExecute: async (_context: unknown, plugin: any) =>
      ({ result: await plugin.api.permissions.request("storage:own", "To keep your drafts") }),
  },
};
"""


@pytest.fixture
def upgraded(hub: RunningHub, tmp_path: Path) -> Iterator[RunningHub]:
    """Install a plugin, and upgrade it to one that asks for more, without an answer to that."""
    source = tmp_path / f"{NAME}.ts"
    source.write_text(FIRST)
    done = hub.run("plugin", "install", str(source), "--yes", "--enable")
    assert done.returncode == 0, done.stdout + done.stderr
    source.write_text(SECOND)
    done = hub.run("plugin", "install", str(source), "--later")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "network:fetch waits for the approval" in done.stderr
    yield hub
    hub.run("plugin", "remove", NAME)


@pytest.mark.checklist("A-11")
@pytest.mark.parametrize("screen", SCREENS)
def test_what_a_new_version_asks_for_is_decided_on_the_pages(
    sign_in: Callable[..., Page], upgraded: RunningHub, screen: str
) -> None:
    """The list has what waits; the plugin's page the difference, the reason, and why."""
    del upgraded
    page = sign_in("ada", "/admin/plugins", **SCREENS[screen])
    waiting = page.get_by_role("region", name="Waiting for you")
    expect(waiting.get_by_role("listitem")).to_have_count(3)
    row = page.locator(f"[data-plugin={NAME}]")
    expect(row.get_by_text("3 to decide")).to_be_visible()
    who = page.get_by_role("region", name="Who may do what")
    who.get_by_label("Permission").select_option("data:read")
    expect(who.get_by_role("list", name="People").get_by_text("ada")).to_be_visible()
    assert not problems(page)
    waiting.get_by_role("button", name="Refuse network:fetch for Asks more").click()
    expect(waiting.get_by_role("listitem")).to_have_count(2)
    waiting.get_by_role("link", name="Asks more").first.click()
    card = page.get_by_role("region", name="Permissions")
    changes = card.get_by_role("group", name="Since version 1.0.0")
    expect(changes.get_by_text("network:fetch is new")).to_be_visible()
    expect(changes.get_by_text("data:read reaches further")).to_be_visible()
    expect(changes.get_by_text("files:own is asked for no more")).to_be_visible()
    expect(card.get_by_role("list", name="High risk")).to_contain_text("network:fetch")
    card.get_by_text("Why?").first.click()
    expect(card.get_by_text("Refused by", exact=False)).to_be_visible()
    assert not problems(page)
    card.get_by_role("button", name="Approve data:read").click()
    expect(card.get_by_text("Asks for more")).to_have_count(0)
    expect(card.get_by_role("button", name="Revoke data:read")).to_be_visible()
    card.get_by_role("button", name="Approve storage:own").click()
    expect(card.get_by_text("Waits for approval")).to_have_count(0)
