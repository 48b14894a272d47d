"""Plugins of both tiers, seen in open pages."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HELLO = "Hello from plugin!"


def open_dashboard(page: Page) -> None:
    """Go to the demo's dashboard."""
    page.get_by_role("link", name=re.compile("Team overview")).first.click()


def switch(page: Page, name: str) -> None:
    """Flip a plugin's switch on the plugins page."""
    page.get_by_role("switch", name=re.compile(name)).click()


@pytest.mark.checklist("A-61", "A-62", "A-24")
def test_typescript_widget_is_on_the_dashboard(
    sign_in: Callable[..., Page], hub: RunningHub
) -> None:
    """The document's minimal plugin runs in a Deno process of its own and shows its widget."""
    page = sign_in("grace", "/dashboards")
    open_dashboard(page)
    expect(page.get_by_text(HELLO)).to_be_visible()
    plugin = hub.wait_for("/plugins/hello_world", lambda one: one["health"]["pid"])
    command = open(f"/proc/{plugin['health']['pid']}/cmdline", "rb").read()  # noqa: PTH123,SIM115
    assert b"deno" in command


def test_disabling_acts_on_open_pages(sign_in: Callable[..., Page], hub: RunningHub) -> None:
    """The widget leaves the other person's open page at once, and comes back."""
    admin, member = sign_in("ada", "/admin/plugins"), sign_in("grace", "/dashboards")
    open_dashboard(member)
    expect(member.get_by_text(HELLO)).to_be_visible()
    switch(admin, "Hello World")
    expect(member.get_by_text(HELLO)).to_have_count(0)
    switch(admin, "Hello World")
    expect(member.get_by_text(HELLO)).to_be_visible()
    hub.wait_for("/plugins/hello-world", lambda one: one["state"] == "enabled")


def test_killed_plugin_comes_back(sign_in: Callable[..., Page], hub: RunningHub) -> None:
    """Killing its process leaves the page whole; it comes back, and the audit page tells it."""
    hub.wait_for("/plugins/hello-world", lambda one: one["state"] == "enabled")
    admin, member = sign_in("ada", "/admin/plugins"), sign_in("grace", "/dashboards")
    open_dashboard(member)
    expect(member.get_by_text(HELLO)).to_be_visible()
    before = hub.wait_for("/plugins/hello-world", lambda one: one["health"]["pid"])["health"]
    os.kill(before["pid"], signal.SIGKILL)
    after = hub.wait_for(
        "/plugins/hello-world",
        lambda one: one["health"]["pid"] not in {None, before["pid"]},
    )["health"]
    assert after["deaths"] == before["deaths"] + 1
    expect(member.get_by_text(HELLO)).to_be_visible()
    admin.goto(f"{hub.url}/admin/audit?plugin=hello-world")
    expect(admin.get_by_text("plugin.die").first).to_be_visible()


@pytest.mark.checklist("P-21")
def test_created_person_carries_the_tag(sign_in: Callable[..., Page], hub: RunningHub) -> None:
    """The document's `user.creating` example tags a person who is created in the admin page."""
    page = sign_in("ada", "/people")
    page.get_by_role(
        "button", name=re.compile("(Add|New|Create).*person", re.IGNORECASE)
    ).first.click()
    page.get_by_label("Username").fill("hedy")
    page.get_by_label("Display name").fill("Hedy L.")
    page.get_by_label("Password", exact=True).fill("a password of her own")
    page.get_by_role("button", name=re.compile("^(Create|Add)")).last.click()
    expect(page.get_by_text("Hedy L.").first).to_be_visible()
    page.goto(f"{hub.url}/people/hedy")
    expect(page.get_by_text("my_plugin_tag")).to_be_visible()
    assert hub.client("ada").get("/users/hedy").json()["tags"] == ["my_plugin_tag"]
    assert "A new user is being created: hedy" in hub.output


@pytest.mark.checklist("P-45")
def test_promoted_person_administers(sign_in: Callable[..., Page], hub: RunningHub) -> None:
    """The document's promotion example makes a member pass where only administrators pass."""
    client = hub.client("ada")
    body = {
        "username": "radia",
        "display_name": "Radia",
        "password": hub.password,
        "role": "member",
    }
    assert client.post("/users", json=body).status_code == 201
    page = sign_in("radia", "/people/radia")
    assert page.context.request.get(f"{hub.url}/api/v1/plugins").status == 403
    assert client.post("/promote/radia").status_code == 200
    assert page.context.request.get(f"{hub.url}/api/v1/plugins").status == 200
    page.reload()
    expect(page.get_by_role("navigation").first.get_by_role("link", name="Plugins")).to_be_visible()
    assert "User radia has been promoted to admin by MyPlugin." in hub.output
    assert client.post("/promote/nobody").status_code == 404
