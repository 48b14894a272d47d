"""One day with the demo's sandboxed plugins: two people, a phone and a wide screen, both themes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from plexihub_sdk import new_id
from tests.browser.test_accessibility import problems
from tests.browser.test_chatting import open_channel, post
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.checklist("A-21", "A-24", "A-26")]
SignIn = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"}
WIDE = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}


def last(page: Page, text: str) -> Locator:
    """Find the newest message with a text."""
    return page.locator("li.message", has_text=text).last


def test_day_in_a_team(sign_in: SignIn, hub: RunningHub) -> None:
    """Approve, vote, be refused, read the digest and the weather; each page is clean."""
    ada, grace = sign_in("ada", "/chat", **WIDE), sign_in("grace", "/chat", **PHONE)
    open_channel(ada, "general")
    open_channel(grace, "general")

    post(ada, "/signoff Ship it on Friday")
    request = last(grace, "Ship it on Friday")
    request.get_by_role("button", name="Decline").click()
    expect(grace.get_by_text("Say why, in the field above the buttons.")).to_be_visible()
    assert problems(grace) == []
    request.get_by_label("Reason").fill("Not before the weekend")
    request.get_by_role("button", name="Decline").focus()
    grace.keyboard.press("Enter")
    seen = last(ada, "Ship it on Friday")
    expect(seen.get_by_text("Declined by Grace Lindqvist: Not before the weekend")).to_be_visible()
    expect(seen.get_by_role("button", name="Approve")).to_have_count(0)

    post(ada, "/poll Noodles or soup? | Noodles | Soup")
    last(grace, "Noodles or soup?").get_by_role("button", name="Soup").click()
    expect(last(ada, "Noodles or soup?").get_by_text("1 vote", exact=True)).to_be_visible()
    post(grace, "Well, drat")
    expect(grace.get_by_text("“drat” is not said here.").first).to_be_visible()
    post(ada, "/digest")
    expect(last(grace, "The week in numbers:")).to_be_visible()
    assert problems(ada) == []
    assert problems(grace) == []

    for page in (ada, grace):
        page.goto(f"{hub.url}/dashboards")
        page.get_by_role("link", name="Team overview").first.click()
        expect(page.get_by_text("21 °C", exact=True)).to_be_visible()
        expect(page.get_by_text("messages masked", exact=True)).to_be_visible()
    expect(ada.get_by_role("cell", name="Ship it on Friday")).to_be_visible()
    expect(grace.get_by_role("cell", name="Ship it on Friday")).to_have_count(0)
    assert problems(ada) == []
    assert problems(grace) == []


def test_contacts_are_masked_in_what_is_queried(hub: RunningHub) -> None:
    """The demo's data plugin works between the store and whoever asks."""
    with contextlib.closing(hub.client("ada")) as client:
        channel = client.get("/chat/channels").json()["items"][0]["id"]
        said = {"text": "Write to noodles@example.com", "client_id": new_id()}
        kept = client.post(f"/chat/channels/{channel}/messages", json=said).json()
        found = client.post("/query", json={"query": "messages", "filters": {"id": kept["id"]}})
    assert kept["text"] == said["text"]
    assert [one["text"] for one in found.json()["data"]] == ["Write to n…@example.com"]
