"""A sandboxed plugin's blocks and widgets, met by two people in two browsers."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import problems
from tests.browser.test_chatting import open_channel, post
from tests.support.guests import write_guest
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SignIn = Callable[..., Page]
DESK = """
onDashboardLoad: () => ({ customWidgets: [
  { id: "ask", component: "Form", title: "Ask the desk", props: {
    fields: [
      { type: "select", id: "kind", label: "Kind",
        options: [{ value: "it", label: "Computer" }, { value: "hr", label: "People" }] },
      { type: "input", id: "what", label: "What is it?" },
    ],
    submit: { action: "ask", label: "Send", style: "primary" } } },
  { id: "rows", component: "Table", title: "Open", props: {
    columns: ["Who", "What"], rows: [["<b>Ada</b>", "Screen"]] } },
  { id: "far", component: "Progress", title: "Done", props: { value: 3, most: 4, hint: "3 of 4" } },
] }),
onActionExecute: ({ action, context }) => context.source === "messageAction"
  ? { result: `Filed: ${context.text}` }
  : { result: `${action} ${context.values.kind} ${context.values.what}` },
"""
ACTIONS = [{"id": "file", "label": "File", "icon": "bookmark"}]


@pytest.fixture(scope="module")
def installed(hub: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install a plugin beside the demo's poll, and take it away: the other tests share this hub."""
    desk = write_guest(tmp_path_factory.mktemp("guests"), "desk", DESK, messageActions=ACTIONS)
    done = hub.run("plugin", "install", str(desk), "--yes", "--enable")
    assert done.returncode == 0, done.stdout + done.stderr
    yield
    assert hub.run("plugin", "remove", "desk").returncode == 0


def poll_of(page: Page, question: str) -> Locator:
    """Find the message of a poll."""
    return page.locator("li.message", has_text=question).last


@pytest.mark.checklist("A-26")
def test_vote_is_seen_by_everybody_at_once(sign_in: SignIn, installed: None) -> None:
    """Two people vote, each sees the other's; the message is the plugin's, and says so."""
    ada = sign_in("ada", "/chat")
    grace = sign_in("grace", "/chat", color_scheme="dark", viewport={"width": 390, "height": 800})
    open_channel(ada, "general")
    open_channel(grace, "general")
    post(ada, "/poll Tea or coffee? | Tea | Coffee")
    mine, theirs = poll_of(ada, "Tea or coffee?"), poll_of(grace, "Tea or coffee?")
    expect(theirs.get_by_text("App", exact=True)).to_be_visible()
    mine.get_by_role("button", name="Coffee").click()
    expect(theirs.get_by_text("1 vote", exact=True)).to_be_visible()
    theirs.get_by_role("button", name="Coffee").click()
    expect(mine.get_by_text("2 votes", exact=True)).to_be_visible()
    assert problems(ada) == []
    assert problems(grace) == []
    theirs.get_by_role("button", name="Close poll").click()
    expect(grace.get_by_text("Only who asked can close a poll.")).to_be_visible()
    mine.get_by_role("button", name="Close poll").click()
    expect(theirs.get_by_text("This poll is closed.")).to_be_visible()
    expect(theirs.get_by_role("button", name="Coffee")).to_have_count(0)


@pytest.mark.checklist("A-29")
def test_form_on_a_dashboard_reaches_its_plugin(
    sign_in: SignIn, hub: RunningHub, installed: None
) -> None:
    """What is chosen and written in a widget comes back in its answer; a cell is text, not HTML."""
    with contextlib.closing(hub.client("grace")) as client:
        board = client.post("/dashboards", json={"title": "Desk"}).json()["id"]
    page = sign_in("grace", f"/dashboards/{board}")
    form = page.get_by_role("region", name="Ask the desk")
    form.get_by_label("Kind").select_option("hr")
    form.get_by_label("What is it?").fill("A new chair")
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_text("ask hr A new chair")).to_be_visible()
    expect(page.get_by_role("cell", name="<b>Ada</b>")).to_be_visible()
    expect(page.get_by_role("progressbar", name="3 of 4")).to_be_visible()
    assert problems(page) == []


@pytest.mark.checklist("A-26")
def test_action_beside_a_message_hands_it_to_its_plugin(sign_in: SignIn, installed: None) -> None:
    """The button is there for everybody, by keyboard too, and its plugin answers with the text."""
    page = sign_in("grace", "/chat", color_scheme="dark")
    open_channel(page, "general")
    post(page, "Bring <b>cake</b> on Friday")
    message = page.locator("li.message", has_text="Bring <b>cake</b>").last
    action = message.get_by_role("button", name=re.compile("^File: message of"))
    action.focus()
    action.press("Enter")
    expect(page.get_by_text("Filed: Bring <b>cake</b> on Friday")).to_be_visible()
    assert problems(page) == []
