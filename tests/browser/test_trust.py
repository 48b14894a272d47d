"""A trusted plugin's page says what it can do; enabling changed code asks for a typed consent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import SCREENS, problems
from tests.support.hub import RunningHub
from tests.support.plugins import write_plugin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "reaches-all"
PLUGIN = '''
import os
import socket

class ReachesAllPlugin:
    """Uses each part of the hub once."""

    def __init__(self, context):
        self.users = context.get_service("users")
        self.plugins = context.get_service("plugins")
        self.model = context.get_service("database").get_model("User")
        context.get_service("config").get("hub.name")
        context.get_service("events").on("user.login", self.heard)
        context.get_service("ui").inject_css("body { accent-color: teal }")
        context.get_service("api").register_route("GET", "/api/v1/reaches-all", self.heard)
        context.get_service("scheduler").add_job(self.heard, "interval", minutes=60)
        os.listdir("/")
        open("/etc/hostname").close()

    def heard(self, *_):
        socket.create_connection
        self.plugins.disable
'''


@pytest.fixture
def installed(hub: RunningHub, tmp_path: Path) -> Iterator[RunningHub]:
    """Install and enable a plugin that uses everything."""
    source = tmp_path / "reaches_all.py"
    source.write_text(PLUGIN)
    phrase = f"I trust {NAME}"
    done = hub.run("plugin", "install", str(source), "--trusted", "--consent", phrase, "--enable")
    assert done.returncode == 0, done.stdout + done.stderr
    yield hub
    hub.run("plugin", "remove", NAME)


@pytest.mark.checklist("P-68", "P-75", "P-76", "P-77", "P-78", "P-79", "P-80")
def test_page_shows_ratings_evidence_and_grants(
    sign_in: Callable[..., Page], installed: RunningHub
) -> None:
    """Five critical, four high, one medium, each with its places; a switch takes a grant."""
    page = sign_in("ada", f"/admin/plugins/{NAME}", **SCREENS["phone, dark"])
    ratings = page.get_by_role("list", name="Ratings").locator("> li")
    expect(ratings).to_have_count(10)
    shown = [re.split(r"\s{2,}|\n", one.inner_text().strip())[0] for one in ratings.all()]
    assert [shown.count(one) for one in ("Critical", "High", "Medium")] == [5, 4, 1]
    files = page.locator("[data-capability=files]")
    files.get_by_text("in its source").click()
    expect(files.get_by_text("reaches_all.py:18", exact=True)).to_be_visible()
    access = page.get_by_role("region", name="System access")
    expect(access.get_by_role("cell", name="/etc/hostname")).to_be_visible()
    assert problems(page) == []
    access.get_by_role("switch", name="Grant files").click()
    expect(access.get_by_role("switch", name="Grant files")).not_to_be_checked()
    left = ["network", "commands"]
    installed.wait_for(f"/plugins/{NAME}", lambda one: one["permissions"]["granted"] == left)


@pytest.mark.checklist("P-03")
def test_changed_code_asks_for_consent(sign_in: Callable[..., Page], installed: RunningHub) -> None:
    """The dialog shows the four effects and what scripts can do; a wrong phrase enables nothing."""
    path = installed.data / "plugins" / NAME / "reaches_all.py"
    path.chmod(0o644)
    path.write_text(PLUGIN + '        context.get_service("ui").inject_script("x.js")\n')
    page = sign_in("ada", "/admin/plugins")
    switch = page.get_by_role("switch", name=re.compile("Reaches All"))
    switch.click()
    expect(switch).not_to_be_checked()
    switch.click()
    expect(page.get_by_role("dialog", name="Trust Reaches All?")).to_be_visible()
    dialog = page.locator("plugin-consent")  # what is in a slot is no child of the dialog itself
    for text in ("lose or corrupt all data", "critical security holes", "crash it", "severely"):
        expect(dialog.get_by_text(re.compile(text)).first).to_be_visible()
    expect(dialog.get_by_text(re.compile("as a keylogger would"))).to_be_visible()
    assert problems(page) == []
    field = dialog.get_by_label(f"Type exactly: I trust {NAME}")
    field.fill("yes")
    dialog.get_by_role("button", name="Trust and enable").click()
    expect(dialog.get_by_role("alert")).to_contain_text("typed consent")
    path.write_text(PLUGIN)
    field.fill(f"I trust {NAME}")
    dialog.get_by_role("button", name="Trust and enable").click()
    expect(dialog.get_by_role("alert")).to_have_count(0)
    expect(switch).to_be_checked()


def test_consent_and_what_is_needed_in_one_go(
    sign_in: Callable[..., Page], hub: RunningHub, tmp_path: Path
) -> None:
    """A plugin that changed and needs one that is off: asked for both, then for the consent."""
    for name, needs in (("calendar", {}), ("planner", {"calendar": ""})):
        source = write_plugin(tmp_path, name, dependencies=needs)
        phrase = f"I trust {name}"
        done = hub.run("plugin", "install", str(source), "--trusted", "--consent", phrase)
        assert done.returncode == 0, done.stdout + done.stderr
    code = hub.data / "plugins" / "planner" / "plugin.py"
    code.chmod(0o644)
    code.write_text(code.read_text() + "\n# another\n")
    try:
        page = sign_in("ada", "/admin/plugins/planner")
        switch = page.get_by_role("switch", name=re.compile("Enable planner", re.IGNORECASE))
        switch.click()
        page.get_by_role("button", name="Enable all", exact=True).click()
        dialog = page.locator("plugin-consent")
        dialog.get_by_label("Type exactly: I trust planner").fill("I trust planner")
        dialog.get_by_role("button", name="Trust and enable").click()
        expect(switch).to_be_checked()
        hub.wait_for("/plugins/calendar", lambda one: one["state"] == "enabled")
    finally:
        for name in ("planner", "calendar"):
            hub.run("plugin", "remove", name)
