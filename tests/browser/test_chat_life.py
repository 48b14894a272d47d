"""Two people live with the chat: what one does, the other sees, without a reload."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from plexihub_sdk.ids import new_id
from tests.browser.test_accessibility import problems
from tests.browser.test_chatting import open_channel, post
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SignIn = Callable[..., Page]


@pytest.fixture
def both(sign_in: SignIn) -> tuple[Page, Page]:
    """Open the same channel for Ada and Grace."""
    pages = sign_in("ada", "/chat"), sign_in("grace", "/chat")
    for page in pages:
        open_channel(page, "general")
    return pages


def row(page: Page, text: str) -> Locator:
    """Find a message of the channel by a part of its text."""
    room = page.get_by_role("region", name="Channel general")
    return room.get_by_role("listitem").filter(has_text=text)


def act(message: Locator, name: str) -> None:
    """Press a button beside a message, with the keyboard."""
    button = message.get_by_role("button", name=re.compile(f"^{name}: message of"))
    button.focus()
    button.press("Enter")


def test_edit_and_delete_are_seen_by_the_other(both: tuple[Page, Page]) -> None:
    """The new text comes with its mark; a deleted message goes; who may not has no button."""
    ada, grace = both
    text = f"frist {new_id()[:8]}"
    post(ada, text)
    expect(row(grace, text)).to_be_visible()
    expect(row(grace, text).get_by_role("button", name=re.compile("^Edit"))).to_have_count(0)
    act(row(ada, text), "Edit")
    field = ada.get_by_role("textbox", name="Edit message")
    expect(field).to_be_focused()
    better = text.replace("frist", "first")
    field.fill(better)
    field.press("Enter")
    expect(field).to_have_count(0)
    expect(row(grace, better)).to_contain_text("(edited)")
    expect(row(grace, text)).to_have_count(0)
    act(row(ada, better), "Delete")
    ada.get_by_role("button", name="Delete", exact=True).click()
    for page in both:
        expect(row(page, better)).to_have_count(0)


def test_reactions_count_for_both(both: tuple[Page, Page]) -> None:
    """An emoji found by word stands at the message for both; a click adds and takes back."""
    ada, grace = both
    text = f"ready {new_id()[:8]}"
    post(ada, text)
    act(row(grace, text), "React")
    grace.keyboard.type("rocketry")
    expect(grace.get_by_text("No emoji has that name.")).to_be_visible()
    for _ in "ry":
        grace.keyboard.press("Backspace")
    grace.keyboard.press("Enter")
    expect(row(ada, text).get_by_role("button", name="🚀 1: Grace Lindqvist")).to_be_visible()
    row(ada, text).get_by_role("button", name=re.compile("^🚀")).click()
    theirs = row(grace, text).get_by_role("button", name=re.compile("^🚀 2: .*Ada Okafor"))
    expect(theirs).to_have_attribute("aria-pressed", "true")
    assert problems(grace) == []
    theirs.click()
    own = row(ada, text).get_by_role("button", name="🚀 1: Ada Okafor")
    own.click()
    expect(row(grace, text).get_by_role("button", name=re.compile("🚀"))).to_have_count(0)


def test_thread_is_followed_by_both(both: tuple[Page, Page]) -> None:
    """Answers come live beside the channel, are counted below the message, and outlive it."""
    ada, grace = both
    text = f"question {new_id()[:8]}"
    post(ada, text)
    act(row(grace, text), "Reply in thread")
    box = grace.get_by_role("textbox", name="Reply")
    expect(box).to_be_focused()
    box.fill("**one**")
    box.press("Enter")
    row(ada, text).get_by_role("button", name=re.compile("1 reply")).click()
    thread = ada.get_by_role("region", name="Thread")
    expect(thread.locator("strong", has_text="one")).to_be_visible()
    box.fill("two")
    box.press("Enter")
    expect(thread.get_by_text("two", exact=True)).to_be_visible()
    expect(row(ada, text).get_by_role("button", name=re.compile("2 replies"))).to_be_visible()
    assert problems(ada) == []
    act(row(ada, text), "Delete")
    ada.get_by_role("button", name="Delete", exact=True).click()
    theirs = grace.get_by_role("region", name="Thread")
    expect(theirs.get_by_text("This message was deleted.")).to_be_visible()
    expect(theirs.get_by_text("two", exact=True)).to_be_visible()
    expect(row(grace, text)).to_have_count(0)
    box.press("Escape")
    expect(theirs).to_have_count(0)


def test_commands_are_suggested_and_unknown_ones_keep_the_text(both: tuple[Page, Page]) -> None:
    """A command is completed by keyboard and posted for both; one there is not loses nothing."""
    ada, grace = both
    mark = new_id()[:8]
    box = ada.get_by_label("Message", exact=True)
    box.press_sequentially("/ro")
    expect(ada.get_by_role("option", name="/roll 2d6")).to_be_visible()
    assert problems(ada) == []
    box.press("Tab")
    expect(box).to_have_value("/roll ")
    box.press_sequentially("2d1")
    box.press("Enter")
    expect(row(grace, "2d1: 1 + 1 = 2").last).to_be_visible()
    post(ada, f"/rol {mark}")
    expect(ada.get_by_text("There is no command /rol.")).to_be_visible()
    expect(box).to_have_value(f"/rol {mark}")
    ada.get_by_role("button", name="Polish the draft").click()  # the message does not cover it
    expect(box).to_have_value(f"/rol {mark}.")
    post(ada, "/help")
    expect(row(ada, "Only you can see this")).to_contain_text("/roll 2d6")
    expect(row(grace, "Only you can see this")).to_have_count(0)


def test_composer_button_changes_the_draft_while_its_plugin_runs(
    both: tuple[Page, Page], hub: RunningHub
) -> None:
    """The button is in the open page at once, polishes the draft, and leaves on disable."""
    _, grace = both
    client = hub.client("ada")
    button = grace.get_by_role("button", name="Polish the draft")
    assert client.post("/plugins/slash-command/disable").status_code == 200
    expect(button).to_have_count(0)
    assert client.post("/plugins/slash-command/enable").status_code == 200
    box = grace.get_by_label("Message", exact=True)
    box.fill("polish me")
    button.click()
    expect(box).to_have_value("Polish me.")
    client.close()


def test_message_waits_for_the_hub_to_answer(both: tuple[Page, Page]) -> None:
    """What is sent while offline says so, and arrives by itself, once, when the hub answers."""
    ada, grace = both
    text = f"later {new_id()[:8]}"
    ada.context.set_offline(True)
    post(ada, text)
    expect(row(ada, text)).to_contain_text("Trying again")
    ada.context.set_offline(False)
    expect(row(grace, text)).to_have_count(1)
    expect(row(ada, text)).not_to_contain_text("Trying again")
    expect(row(ada, text)).to_have_count(1)


def test_text_is_never_run_and_links_lead_to_the_web_alone(both: tuple[Page, Page]) -> None:
    """HTML stands as it was typed; no script runs, no such link is there."""
    ada, grace = both
    mark = new_id()[:8]
    post(ada, f"{mark} <img src=x onerror=document.title='owned'> [go](javascript:alert(1))")
    found = row(grace, mark)
    expect(found).to_contain_text("<img src=x onerror=document.title='owned'>")
    expect(found.locator("a, img, script")).to_have_count(0)
    assert grace.title() != "owned"
    post(ada, f"{mark} [the site](https://site.example/a) @grace `code`")
    link = row(grace, "the site").last.get_by_role("link")
    expect(link).to_have_attribute("href", "https://site.example/a")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_channel_is_left_renamed_and_deleted(sign_in: SignIn) -> None:
    """Leaving, joining, renaming and deleting are seen in the lists of both."""
    ada, grace = sign_in("ada", "/chat"), sign_in("grace", "/chat")
    name = f"place-{new_id()[:8]}"
    ada.get_by_role("button", name="New channel").click()
    ada.get_by_label("Name").fill(name)
    ada.get_by_role("button", name="Create channel").click()
    grace.get_by_role("list", name="Other channels").get_by_role("link", name=name).click()
    grace.get_by_role("button", name="Join channel").click()
    expect(grace.get_by_label("Message", exact=True)).to_be_editable()
    ada.get_by_role("button", name="2 members").click()
    members = ada.get_by_role("list", name="Members")
    expect(members.get_by_role("listitem")).to_have_count(2)
    ada.keyboard.press("Escape")
    expect(members).to_have_count(0)
    ada.get_by_role("button", name="Channel menu").click()
    ada.get_by_role("menuitem", name="Edit channel").click()
    ada.get_by_label("Name").fill(f"{name}-new")
    ada.get_by_role("button", name="Save").click()
    expect(grace.get_by_role("heading", name=f"{name}-new")).to_be_visible()
    grace.get_by_role("button", name="Channel menu").click()
    grace.get_by_role("menuitem", name="Leave channel").click()
    expect(grace.get_by_role("button", name="Join channel")).to_be_visible()
    ada.get_by_role("button", name="Channel menu").click()
    ada.get_by_role("menuitem", name="Delete channel").click()
    ada.get_by_role("button", name="Delete channel", exact=True).click()
    expect(grace.get_by_role("link", name=name)).to_have_count(0)
    expect(grace.get_by_text("There is no such channel")).to_be_visible()
