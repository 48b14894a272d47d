"""What trusted plugins add to the pages, seen by two people in two browsers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import problems
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SignIn = Callable[..., Page]
ROOT = Path(__file__).parents[2]
PLUGINS = {
    "contributor": Path(__file__).with_name("contributor"),
    "profile-tab": ROOT / "examples" / "trusted" / "profile-tab",
    "theme": ROOT / "examples" / "trusted" / "theme",
}


@pytest.fixture(scope="module")
def installed(hub: RunningHub) -> Iterator[RunningHub]:
    """Install the plugins, disabled."""
    for name, path in PLUGINS.items():
        phrase = f"I trust {name}"
        done = hub.run("plugin", "install", str(path), "--trusted", "--consent", phrase)
        assert done.returncode == 0, done.stdout + done.stderr
    yield hub
    for name in PLUGINS:
        hub.run("plugin", "remove", name, "--yes")


@pytest.fixture
def switched(installed: RunningHub) -> Iterator[Callable[..., None]]:
    """Switch a plugin, and off again after the test."""
    client = installed.client("ada")

    def switch(name: str, *, on: bool = True) -> None:
        answer = client.post(f"/plugins/{name}/{'enable' if on else 'disable'}")
        assert answer.status_code == 200, answer.text

    yield switch
    for name in PLUGINS:
        switch(name, on=False)
    client.close()


def side_colour(page: Page) -> str:
    """Tell the colour behind the navigation."""
    side: Locator = page.locator("hub-frame header.side")
    return str(side.evaluate("one => getComputedStyle(one).backgroundColor"))


def link(page: Page, name: str) -> Locator:
    """Find a link of the navigation."""
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True)


@pytest.mark.checklist("P-58", "P-63")
def test_theme_changes_core_element_for_everybody(
    sign_in: SignIn, switched: Callable[..., None]
) -> None:
    """Both open pages take the colour on, inside components too, and off on disable."""
    pages = [sign_in("ada", "/people"), sign_in("grace", "/people")]
    before = [side_colour(page) for page in pages]
    switched("theme")
    for page, plain in zip(pages, before, strict=True):
        expect(link(page, "People")).to_have_css("border-left-width", "3px")
        assert side_colour(page) != plain
        assert problems(page) == []
    switched("theme", on=False)
    for page, plain in zip(pages, before, strict=True):
        expect(link(page, "People")).to_have_css("border-left-width", "0px")
        assert side_colour(page) == plain


@pytest.mark.checklist("P-62")
def test_tab_is_on_every_profile(sign_in: SignIn, switched: Callable[..., None]) -> None:
    """The tab appears in an open page, works by click and by keyboard, and leaves."""
    page = sign_in("grace", "/people/ada")
    expect(page.get_by_role("article")).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(0)
    switched("profile-tab")
    page.get_by_role("tab", name="Activity").click()
    expect(page.get_by_text(re.compile(r"wrote \d+ messages on this hub"))).to_be_visible()
    assert problems(page) == []
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Profile")).to_be_focused()
    expect(page.get_by_role("article")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile(r"wrote \d+ messages on this hub"))).to_be_visible()
    switched("profile-tab", on=False)
    expect(page.get_by_role("tab")).to_have_count(0)
    expect(page.get_by_role("article")).to_be_visible()


@pytest.mark.checklist("P-59", "P-79")
def test_panel_with_its_own_module(
    sign_in: SignIn, switched: Callable[..., None], hub: RunningHub
) -> None:
    """A second person opens the panel from the navigation; it is gone from there on disable."""
    page = sign_in("grace", "/people")
    switched("contributor")
    link(page, "Corner").click()
    expect(page.get_by_role("heading", name="A corner of the plugin's own, grace")).to_be_visible()
    module = page.request.get(f"{hub.url}/plugins/contributor/elements.js")
    assert (module.status, module.headers["content-type"].split(";")[0]) == (200, "text/javascript")
    assert page.request.get(f"{hub.url}/plugins/contributor/plugin.py").status == 404
    switched("contributor", on=False)
    expect(link(page, "Corner")).to_have_count(0)
    expect(page.get_by_text("There is no such page")).to_be_visible()
    assert page.request.get(f"{hub.url}/plugins/contributor/elements.js").status == 404


@pytest.mark.checklist("P-60")
def test_widgets_of_both_kinds(sign_in: SignIn, switched: Callable[..., None]) -> None:
    """A custom element counts clicks on a dashboard, beside data for the kit; both leave."""
    page = sign_in("grace", "/dashboards")
    page.get_by_role("link", name=re.compile("Team overview")).first.click()
    switched("contributor")
    page.get_by_role("button", name="Count 41").click()
    expect(page.get_by_role("button", name="Count 42")).to_be_visible()
    expect(page.get_by_text("A note of the kit")).to_be_visible()
    switched("contributor", on=False)
    expect(page.get_by_role("region", name="Counter")).to_have_count(0)
    expect(page.get_by_text("A note of the kit")).to_have_count(0)


@pytest.mark.checklist("P-61")
def test_settings_button_calls_its_route(sign_in: SignIn, switched: Callable[..., None]) -> None:
    """A click calls the plugin with the person's session, and its answer is shown."""
    page = sign_in("ada", "/admin/settings")
    switched("contributor")
    page.get_by_role("button", name="Tidy up").click()
    expect(page.get_by_text("Tidied up for ada.")).to_be_visible()
    assert problems(page) == []
    switched("contributor", on=False)
    expect(page.get_by_role("button", name="Tidy up")).to_have_count(0)


def test_message_action_names_its_message(sign_in: SignIn, switched: Callable[..., None]) -> None:
    """The button beside a message is reached by keyboard and calls the plugin with the message."""
    page = sign_in("grace", "/chat")
    expect(page.get_by_role("log")).to_be_visible()
    switched("contributor")
    action = page.get_by_role("button", name=re.compile("^Keep: message of")).last
    action.focus()
    action.press("Enter")
    expect(page.get_by_text("Kept for grace: True.")).to_be_visible()
    switched("contributor", on=False)
    expect(page.get_by_role("button", name=re.compile("^Keep"))).to_have_count(0)


@pytest.mark.checklist("P-64", "P-65")
def test_script_runs_for_everybody(sign_in: SignIn, switched: Callable[..., None]) -> None:
    """It runs in both pages, stands with its owner's name, and pages are told when it is gone."""
    admin = sign_in("ada", "/admin/plugins/contributor")
    member = sign_in("grace", "/people")
    switched("contributor")
    for page in (admin, member):
        expect(page.locator("html[data-contributor=ran]")).to_have_count(1)
    expect(admin.get_by_role("region", name="Contributions")).to_contain_text("everywhere.js")
    expect(member.get_by_role("heading", level=1)).to_have_css("letter-spacing", "3px")
    switched("contributor", on=False)
    expect(member.get_by_role("heading", level=1)).not_to_have_css("letter-spacing", "3px")
    member.get_by_role("button", name="Reload the page").click()
    expect(member.locator("html[data-contributor]")).to_have_count(0)
    expect(member.get_by_role("button", name="Reload the page")).to_have_count(0)
