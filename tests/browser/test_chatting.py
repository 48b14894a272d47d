"""Two people chat in two browsers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from plexihub_sdk.ids import new_id
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def open_channel(page: Page, name: str) -> None:
    """Go to a channel by its link."""
    page.get_by_role("link", name=re.compile(rf"\b{name}\b")).first.click()
    expect(page.get_by_label("Message", exact=True)).to_be_editable()


def post(page: Page, text: str) -> None:
    """Write a message and send it with the keyboard."""
    box = page.get_by_label("Message", exact=True)
    box.fill(text)
    box.press("Enter")


def test_message_appears_for_the_other(sign_in: Callable[..., Page]) -> None:
    """What one person posts, the other sees without a reload, once; it is there after one, too."""
    ada, grace = sign_in("ada", "/chat"), sign_in("grace", "/chat")
    open_channel(ada, "general")
    open_channel(grace, "general")
    text = f"Hello from Ada {new_id()}"
    post(ada, text)
    expect(grace.get_by_text(text)).to_have_count(1)
    expect(ada.get_by_text(text)).to_have_count(1)
    grace.reload()
    expect(grace.get_by_text(text)).to_have_count(1)


def test_dropped_connection_loses_nothing(sign_in: Callable[..., Page], hub: RunningHub) -> None:
    """What is posted while a browser is offline arrives afterwards, in order and once."""
    grace = sign_in("grace", "/chat")
    open_channel(grace, "general")
    expect(grace.get_by_role("log").first).to_be_visible()
    grace.context.set_offline(True)
    grace.evaluate("window.dispatchEvent(new Event('offline'))")
    client = hub.client("ada")
    channels = client.get("/chat/channels").json()["items"]
    general = next(one for one in channels if one["name"] == "general")
    texts = [f"while you were away {number} {new_id()}" for number in range(5)]
    for text in texts:
        body = {"text": text, "client_id": new_id()}
        assert client.post(f"/chat/channels/{general['id']}/messages", json=body).status_code == 201
    client.close()
    grace.context.set_offline(False)
    for text in texts:
        expect(grace.get_by_text(text)).to_have_count(1)
    shown = grace.get_by_text("while you were away").all_inner_texts()
    assert [text for text in shown if text in texts] == texts


def test_unread_is_counted(sign_in: Callable[..., Page]) -> None:
    """A message in a channel that is not open shows as unread, until it is opened."""
    ada, grace = sign_in("ada", "/chat"), sign_in("grace", "/chat")
    open_channel(grace, "general")
    open_channel(ada, "launch")
    post(ada, f"news {new_id()}")
    link = grace.get_by_role("link", name=re.compile(r"launch.*unread"))
    expect(link).to_be_visible()
    link.click()
    expect(link).to_have_count(0)


def test_new_channel_appears_for_all(sign_in: Callable[..., Page]) -> None:
    """A channel that one person makes is in the other's list at once."""
    ada, grace = sign_in("ada", "/chat"), sign_in("grace", "/chat")
    name = f"topic-{new_id()[:8]}"
    ada.get_by_role(
        "button", name=re.compile("(New|Create|Add).*channel", re.IGNORECASE)
    ).first.click()
    ada.get_by_label("Name").fill(name)
    ada.get_by_role("button", name=re.compile("^Create")).last.click()
    expect(grace.get_by_role("link", name=re.compile(name))).to_be_visible()
