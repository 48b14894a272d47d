"""The page of a plugin: what it needs, its code changed under it, and its version before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import problems
from tests.support.hub import RunningHub
from tests.support.plugins import write_plugin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROUTE = "context.get_service('api').register_route('GET', '/api/v1/planner', lambda _r: {})"


def install(hub: RunningHub, source: Path) -> None:
    """Install a trusted plugin."""
    consent = f"I trust {source.name}"
    done = hub.run("plugin", "install", str(source), "--trusted", "--consent", consent)
    assert done.returncode == 0, done.stderr


def agree_to_reload(page: Page, phrase: str) -> None:
    """Reload a plugin whose files changed, as the page asks for it."""
    page.get_by_role("button", name="Reload").click()
    page.get_by_label(f"Type exactly: {phrase}").fill(phrase)
    page.get_by_role("button", name="Trust and reload").click()


def test_plugin_page_switches_reloads_and_goes_back(
    sign_in: Callable[..., Page], hub: RunningHub, tmp_path: Path
) -> None:
    """Enabling takes what it needs along; reload runs the changed file; an upgrade is undone."""
    install(hub, write_plugin(tmp_path, "almanac", version="1.4.0", name="Almanac"))
    needs: dict[str, Any] = {
        "dependencies": {"almanac": ">=1.2,<2"},
        "optionalDependencies": {"tides": ""},
    }
    install(hub, write_plugin(tmp_path, "planner", name="Planner", **needs))
    page = sign_in("ada", "/admin/plugins/planner")
    card = page.get_by_role("region", name="Dependencies")
    expect(card).to_contain_text("Disabled")
    expect(card).to_contain_text("Not installed")
    page.get_by_role("switch", name="Enable Planner").click()
    page.get_by_role("button", name="Enable all").click()
    expect(card).to_contain_text("Enabled")
    assert hub.client("ada").get("/plugins/almanac").json()["state"] == "enabled"

    installed = hub.data / "plugins" / "planner" / "plugin.py"
    installed.write_text(installed.read_text().replace("pass\n", f"{ROUTE}\n"))
    agree_to_reload(page, "I trust planner")
    expect(page.get_by_text("GET /api/v1/planner")).to_be_visible()
    good = installed.read_text()
    installed.write_text("def broken(:\n")
    agree_to_reload(page, "I trust planner")
    expect(page.get_by_text("plugin.py:1 is no valid Python").first).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert hub.client("ada").get("/planner").status_code == 200

    installed.write_text(good)
    agree_to_reload(page, "I trust planner")
    expect(page.get_by_role("dialog")).to_be_hidden()
    install(hub, write_plugin(tmp_path, "planner", version="2.0.0", name="Planner", **needs))
    back = page.get_by_role("button", name="Go back to 1.0.0")
    expect(back).to_be_visible()
    assert problems(page) == []
    back.click()
    page.get_by_role("button", name="Yes, go back").click()
    expect(page.get_by_role("button", name="Go back to 2.0.0")).to_be_visible()

    page.goto(f"{hub.url}/admin/plugins")
    page.get_by_role("switch", name="Enable Almanac").click()
    page.get_by_role("button", name="Disable all").click()
    expect(page.get_by_role("switch", name="Enable Planner")).not_to_be_checked()
    for name in ("planner", "almanac"):
        assert hub.run("plugin", "remove", name).returncode == 0
