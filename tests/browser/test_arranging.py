"""A dashboard that one person arranges and another one looks at."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_arranged_dashboard_is_seen_by_the_other(
    sign_in: Callable[..., Page], hub: RunningHub
) -> None:
    """Adding, moving by keyboard, hiding and renaming show in the other's open page at once."""
    client = hub.client("grace")
    made = client.post("/dashboards", json={"title": "Arranged"}).json()
    path = f"/dashboards/{made['id']}"
    grace, bob = sign_in("grace", path), sign_in("tomas", path)
    expect(bob.get_by_role("region", name="People", exact=True)).to_be_visible()
    expect(bob.get_by_role("button", name="Arrange")).to_have_count(0)
    grace.get_by_role("button", name="Add widget").click()
    grace.get_by_label("Kind").select_option("List")
    grace.get_by_label("Title").fill("This week")
    grace.get_by_label("Content").fill("Ship it\nSleep")
    grace.get_by_role("button", name="Add", exact=True).click()
    week = bob.get_by_role("region", name="This week")
    expect(week.get_by_role("listitem")).to_have_text(["Ship it", "Sleep"])
    grace.get_by_role("button", name="Arrange").click()
    later = grace.get_by_role("button", name="Move later: This week")
    later.focus()
    grace.keyboard.press("Enter")
    expect(later).to_be_focused()
    expect(bob.locator("section.widget h2").nth(1)).to_have_text("This week")
    grace.get_by_role("button", name="Hide: People", exact=True).click()
    expect(bob.get_by_role("region", name="People", exact=True)).to_have_count(0)
    grace.get_by_role("button", name=re.compile("^Show People")).click()
    expect(bob.get_by_role("region", name="People", exact=True)).to_be_visible()
    grace.get_by_role("button", name="Rename", exact=True).click()
    grace.get_by_label("Title").fill("Rearranged")
    grace.get_by_role("button", name="Save").click()
    expect(bob.get_by_role("heading", name="Rearranged")).to_be_visible()
    expect(grace.get_by_role("heading", name="Rearranged")).to_be_visible()
    cards = grace.locator("section.widget")
    expect(cards.first).to_have_attribute("aria-label", "People")
    cards.first.drag_to(cards.nth(1))
    expect(bob.locator("section.widget h2").nth(1)).to_have_text("People")
    grace.get_by_role("button", name="Delete", exact=True).click()
    grace.get_by_role("button", name="Delete dashboard").click()
    expect(grace).to_have_url(f"{hub.url}/dashboards")
    assert client.get(path).status_code == 404
