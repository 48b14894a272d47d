"""A plugin changes elements that are not its own, on open pages, until it is disabled."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import problems
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SignIn = Callable[..., Page]
RESHAPER = Path(__file__).with_name("reshaper")


def link(page: Page, name: str) -> Locator:
    """Find a link of the navigation."""
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True)


def button(page: Page, name: str) -> Locator:
    """Find the buttons beside the messages."""
    return page.get_by_role("button", name=re.compile(f"^{name}: message of"))


@pytest.mark.checklist("P-58")
def test_plugin_renames_and_hides_what_is_there(sign_in: SignIn, hub: RunningHub) -> None:
    """The chat has another name, the people and a button are gone; disabled, all is as before."""
    page = sign_in("grace", "/chat")
    expect(link(page, "Chat")).to_be_visible()
    consent = ("--trusted", "--consent", "I trust reshaper", "--enable")
    done = hub.run("plugin", "install", str(RESHAPER), *consent)
    assert done.returncode == 0, done.stdout + done.stderr
    try:
        expect(link(page, "Talk")).to_be_visible()
        expect(link(page, "Chat")).to_have_count(0)
        expect(link(page, "People")).to_have_count(0)
        expect(button(page, "Keep")).not_to_have_count(0)
        expect(button(page, "Drop")).to_have_count(0)
        assert problems(page) == []
    finally:  # the other tests share this hub
        assert hub.run("plugin", "disable", "reshaper").returncode == 0
    expect(link(page, "Chat")).to_be_visible()
    expect(link(page, "People")).to_be_visible()
    expect(button(page, "Keep")).to_have_count(0)
    assert hub.run("plugin", "remove", "reshaper").returncode == 0
