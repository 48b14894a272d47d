"""An administrator finds what a plugin asks for on its page, and decides there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import SCREENS, problems
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "asks-much"
PLUGIN = """
export default {
  id: "asks-much", version: "1.0.0", permissions: ["ui:render", "admin:users", "system:config"],
  hooks: { onActionExecute: async (_context: unknown, plugin: any) =>
    ({ result: (await plugin.api.admin.users.list()).length }) },
};
"""


@pytest.fixture
def installed(hub: RunningHub, tmp_path: Path) -> Iterator[RunningHub]:
    """Install and enable a plugin that wants to manage people and settings."""
    source = tmp_path / f"{NAME}.ts"
    source.write_text(PLUGIN)
    done = hub.run("plugin", "install", str(source), "--yes", "--enable")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "admin:users waits for the approval of an administrator" in done.stdout + done.stderr
    yield hub
    hub.run("plugin", "remove", NAME)


@pytest.mark.checklist("A-36", "A-37")
@pytest.mark.parametrize("screen", SCREENS)
def test_administrator_approves_and_revokes_on_the_plugins_page(
    sign_in: Callable[..., Page], installed: RunningHub, screen: str
) -> None:
    """What waits says who asked; approved it works, revoked no more; the shell says the same."""
    page = sign_in("ada", f"/admin/plugins/{NAME}", **SCREENS[screen])
    card = page.get_by_role("region", name="Permissions")
    expect(card.get_by_text("Waits for approval")).to_have_count(2)
    expect(card.get_by_text("Asked for by operator").first).to_be_visible()
    assert not problems(page)
    card.get_by_role("button", name="Approve admin:users").click()
    expect(card.get_by_text("Granted", exact=True)).to_have_count(2)
    client = installed.client("ada")
    done = client.post("/actions", json={"action": "count"})
    assert (done.status_code, done.json()["result"] > 1) == (200, True)
    shown = installed.run("plugin", "permissions", NAME)
    assert "admin:users" in shown.stdout
    assert "pending" in shown.stdout
    card.get_by_role("button", name="Revoke admin:users").click()
    expect(card.get_by_role("button", name="Ask admin:users")).to_be_visible()
    assert client.post("/actions", json={"action": "count"}).status_code == 502
    card.get_by_role("button", name="Refuse system:config").click()
    expect(card.get_by_text("Waits for approval")).to_have_count(0)
    refused = installed.run("plugin", "approve", NAME, "system:config")
    assert refused.returncode != 0
    assert "Nobody asks for" in refused.stderr
    client.close()
