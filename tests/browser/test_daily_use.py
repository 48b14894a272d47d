"""What a person notices in ten minutes of use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.hub import RunningHub, command, running_hub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ADMIN_PASSWORD = "long enough 123"  # noqa: S105


@pytest.fixture
def bare_hub(tmp_path: Path) -> Iterator[RunningHub]:
    """Serve a hub in which there is one administrator and nothing else."""
    data = tmp_path / "data"
    done = command("init", "--password-stdin", data=data, stdin=f"{ADMIN_PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    with running_hub(data) as hub:
        yield hub


def sideways(page: Page) -> int:
    """Tell how far the open dialog is scrolled to the side."""
    dialog = page.locator("create-person").locator("dialog")
    return int(dialog.evaluate("dialog => dialog.scrollLeft"))


def test_demo_is_healthy_after_people_signed_in(
    sign_in: Callable[..., Page], hub: RunningHub
) -> None:
    """Signing in, which example plugins hear of, leaves none of them with a failure."""
    sign_in("ada")
    sign_in("grace")
    hub.wait_for("/plugins/team-pulse", lambda one: one["health"]["calls"] >= 1)
    found = hub.client("ada").get("/plugins").json()["items"]
    sandboxed = {
        one["id"]: one["health"]["last_error"] for one in found if one["tier"] != "trusted"
    }
    assert len(sandboxed) >= 6
    assert set(sandboxed.values()) == {""}


def test_messages_sent_fast_keep_their_order(sign_in: Callable[..., Page]) -> None:
    """Forty messages, sent as fast as keys go, stand in the order in which they were sent."""
    ada, grace = sign_in("ada", "/chat"), sign_in("grace", "/chat")
    field = ada.get_by_role("textbox", name="Message")
    wanted = [f"quick {number}" for number in range(40)]
    for text in wanted:
        field.fill(text)
        field.press("Enter")
    expect(grace.get_by_text(wanted[-1], exact=True)).to_be_visible()
    expect(grace.get_by_text(re.compile(r"^quick \d+$"))).to_have_text(wanted)


def test_refused_field_leaves_the_dialog_in_place(sign_in: Callable[..., Page]) -> None:
    """The browser's own complaint about a field moves nothing; Escape gives the focus back."""
    page = sign_in("ada", "/people")
    page.get_by_role("button", name="New person").click()
    page.get_by_label("Username").fill("hedda")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Create person").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    assert sideways(page) == 0
    page.keyboard.press("Escape")
    expect(page.get_by_label("Username")).to_have_count(0)
    expect(page.get_by_role("button", name="New person")).to_be_focused()


def test_title_names_the_page_that_is_shown(sign_in: Callable[..., Page]) -> None:
    """Also after going back, and where there is no such page."""
    page = sign_in("ada", "/chat")
    expect(page).to_have_title(re.compile("^#general · Chat · "))
    page.get_by_role("link", name="Dashboards").click()
    page.get_by_role("link", name="Plugins").click()
    page.go_back()
    page.wait_for_timeout(600)  # what the chat still had to do is done by then
    expect(page).to_have_title(re.compile("^Dashboards · "))
    page.goto(page.url.replace("/dashboards", "/nowhere"))
    expect(page).to_have_title(re.compile("^Page not found · "))


@pytest.mark.parametrize("width", [390, 1280])
def test_empty_hub_invites_to_the_next_step(
    bare_hub: RunningHub, contexts: Callable[..., BrowserContext], width: int
) -> None:
    """Where there is no channel and no dashboard, one button makes the first."""
    page = contexts(viewport={"width": width, "height": 800}).new_page()
    page.goto(f"{bare_hub.url}/dashboards")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password", exact=True).fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Make the first dashboard").click()
    expect(page.get_by_label("Title")).to_be_focused()
    page.goto(f"{bare_hub.url}/chat")
    page.get_by_role("button", name="Make the first channel").click()
    page.get_by_label("Name").fill("release")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()


def test_page_says_that_it_loads(
    bare_hub: RunningHub, contexts: Callable[..., BrowserContext]
) -> None:
    """While the program is on its way the page is not blank."""
    page = contexts().new_page()
    page.route(re.compile(r"/assets/shell.*\.js"), lambda _route: None)  # it never comes
    page.goto(bare_hub.url, wait_until="commit")
    expect(page.get_by_text("Loading…")).to_be_visible()


def test_text_runs_in_its_own_direction(sign_in: Callable[..., Page]) -> None:
    """Arabic stands from right to left among messages that do not."""
    page = sign_in("ada", "/chat")
    field = page.get_by_role("textbox", name="Message")
    for text in ("مرحبا بكم!", "welcome!"):
        field.fill(text)
        field.press("Enter")
    expect(page.get_by_text("مرحبا بكم!").last).to_have_css("direction", "rtl")
    expect(page.get_by_text("welcome!").last).to_have_css("direction", "ltr")


def test_page_that_could_not_be_loaded_comes_with_the_hub(
    tmp_path: Path, contexts: Callable[..., BrowserContext]
) -> None:
    """A page asked for while the hub is away is there when the hub is back."""
    with running_hub(tmp_path / "data") as hub:
        port, password = hub.port, hub.password
        page = contexts().new_page()
        page.goto(f"{hub.url}/chat")
        page.get_by_label("Username").fill("grace")
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    page.get_by_role("link", name="People").click()
    expect(page.get_by_text("This page could not be loaded.")).to_be_visible()
    with running_hub(tmp_path / "data", port=port):
        expect(page.get_by_text("@tomas")).to_be_visible(timeout=30_000)
