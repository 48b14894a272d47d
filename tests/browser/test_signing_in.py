"""Signing in and out in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_wrong_password_is_explained(
    hub: RunningHub, contexts: Callable[..., BrowserContext]
) -> None:
    """A wrong password gets one sentence, and the page stays."""
    page = contexts().new_page()
    page.goto(hub.url)
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("password")
    expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
    assert [one["name"] for one in page.context.cookies()] == []


def test_sign_in_and_out(sign_in: Callable[..., Page], hub: RunningHub) -> None:
    """The cookie is out of the reach of scripts, and signing out ends the session."""
    page = sign_in("grace")
    cookie = next(one for one in page.context.cookies() if one["name"] == "plexihub_session")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name=re.compile("Account")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("Username")).to_be_visible()
    kept = page.context.request.get(
        f"{hub.url}/api/v1/users", headers={"Cookie": f"plexihub_session={cookie['value']}"}
    )
    assert kept.status == 401


def test_member_sees_no_administration(sign_in: Callable[..., Page], hub: RunningHub) -> None:
    """What is for administrators is neither shown nor answered."""
    page = sign_in("grace")
    navigation = page.get_by_role("navigation").first
    expect(navigation.get_by_role("link", name="Chat")).to_be_visible()
    expect(navigation.get_by_role("link", name="Plugins")).to_have_count(0)
    assert page.context.request.get(f"{hub.url}/api/v1/plugins").status == 403
