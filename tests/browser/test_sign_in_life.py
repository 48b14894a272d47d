"""Signing in with a second step, ending sessions, and acting as somebody else, in real browsers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_accessibility import problems
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SignIn = Callable[..., Page]
TRUSTED = Path(__file__).parents[2] / "examples" / "trusted"
SECONDS = 30


@pytest.fixture
def totp(hub: RunningHub) -> Iterator[None]:
    """Run the example for a while."""
    plugin = str(TRUSTED / "totp")
    done = hub.run(
        "plugin", "install", plugin, "--trusted", "--consent", "I trust totp", "--enable"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    yield
    hub.run("plugin", "remove", "totp", "--yes")


def next_code(secret: str) -> str:
    """Answer the code of the next half minute, which the hub takes too and has not seen."""
    return pyotp.TOTP(secret).at(int(time.time()) + SECONDS)  # noqa: TID251 - codes are of the wall clock


@pytest.mark.checklist("P-53")
@pytest.mark.usefixtures("totp")
def test_one_time_code_stands_before_the_session(sign_in: SignIn, hub: RunningHub) -> None:
    """Grace sets codes up on her profile; then the password alone opens nothing."""
    page = sign_in("grace", "/people/grace")
    page.get_by_role("tab", name="Two-step sign-in").click()
    page.get_by_role("button", name="Set up one-time codes").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.locator("totp-settings code").inner_text()
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Confirm").click()
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(8)
    assert problems(page) == []
    recovery = codes.first.inner_text()

    again = sign_in("grace")
    code = again.get_by_label("Code", exact=True)
    expect(code).to_be_focused()
    expect(again.get_by_text("Enter the code that your authenticator shows")).to_be_visible()
    assert [one["name"] for one in again.context.cookies()] == []
    assert again.context.request.get(f"{hub.url}/api/v1/users").status == 401
    assert problems(again) == []
    code.fill("000000")
    again.get_by_role("button", name="Continue").click()
    expect(again.get_by_role("alert")).to_contain_text("not right")
    code.fill(next_code(secret))
    again.get_by_role("button", name="Continue").click()
    expect(again.get_by_role("navigation", name="Main")).to_be_visible()

    third = sign_in("grace")
    third.get_by_label("Code", exact=True).fill(recovery)
    third.get_by_label("Code", exact=True).press("Enter")
    expect(third.get_by_role("navigation", name="Main")).to_be_visible()


def test_ended_session_is_signed_out_at_once(sign_in: SignIn) -> None:
    """Tomas ends his other sessions: the other browser is on the sign-in page, without a click."""
    here, there = sign_in("tomas", "/people/tomas"), sign_in("tomas")
    expect(there.get_by_role("navigation", name="Main")).to_be_visible()
    here.reload()
    sessions = here.get_by_role("list", name="Sessions").get_by_role("listitem")
    expect(sessions.filter(has_text="This one")).to_have_count(1)
    here.get_by_role("button", name="End all others").click()
    expect(there.get_by_text("Your session ended")).to_be_visible()
    expect(sessions).to_have_count(1)


@pytest.mark.checklist("P-57")
def test_administrator_acts_as_a_member(sign_in: SignIn) -> None:
    """Ada sees the hub as Tomas under a banner, and stops; he sees it in his list meanwhile."""
    page = sign_in("ada", "/people/tomas")
    page.get_by_role("button", name="Act as").click()
    page.get_by_role("button", name="Act as them").click()
    banner = page.get_by_role("status").filter(has_text="You act as")
    expect(banner).to_be_visible()
    expect(page.get_by_role("link", name="Plugins")).to_have_count(0)
    assert problems(page) == []
    tomas = sign_in("tomas", "/people/tomas")
    listed = tomas.get_by_role("list", name="Sessions").get_by_role("listitem")
    expect(listed.filter(has_text="ada acts as @tomas")).to_have_count(1)
    banner.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("link", name="Plugins")).to_be_visible()
    tomas.reload()
    expect(listed.filter(has_text="This one")).to_have_count(1)
    expect(listed.filter(has_text="ada acts as @tomas")).to_have_count(0)


@pytest.mark.checklist("P-56")
def test_new_role_opens_a_page(sign_in: SignIn, hub: RunningHub) -> None:
    """Ada makes a role that manages people and gives it to Tomas: the page is there for him."""
    tomas, page = sign_in("tomas"), sign_in("ada", "/admin/roles")
    roles = tomas.get_by_role("navigation", name="Main").get_by_role("link", name="Roles")
    expect(tomas.get_by_role("link", name="People")).to_be_visible()
    expect(roles).to_have_count(0)
    page.get_by_role("button", name="New role").click()
    page.get_by_label("Name", exact=True).fill("steward")
    page.get_by_label("Title").fill("Steward")
    page.get_by_role("checkbox", name="admin:users").check()
    page.get_by_role("button", name="Create role").click()
    expect(page.locator("[data-role=steward]")).to_contain_text("admin:users")
    assert problems(page) == []
    page.goto(f"{hub.url}/people/tomas")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Role").select_option("Steward")
    page.get_by_role("button", name="Save").click()
    expect(roles).to_be_visible()
    with_rights = tomas.context.request.get(f"{hub.url}/api/v1/users/tomas").json()
    assert with_rights["role"] == "steward"
    hub.run("user", "role", "tomas", "member")


def test_reason_of_a_refused_sign_in_is_shown(
    hub: RunningHub, contexts: Callable[..., BrowserContext], browser: Browser
) -> None:
    """Whatever hour it is: a plugin that never opens says why, on the sign-in page."""
    del browser
    plugin = hub.data.parent / "never_open.py"
    plugin.write_text(
        "from plexihub_sdk import Veto\n\n\n"
        "class NeverOpenPlugin:\n"
        "    def __init__(self, context):\n"
        '        context.get_service("events").on("user.authenticating", self.refuse)\n\n'
        "    def refuse(self, data):\n"
        '        if data["username"] == "tomas":\n'
        '            raise Veto("The office opens at eight.")\n'
    )
    consent = "I trust never-open"
    done = hub.run("plugin", "install", str(plugin), "--trusted", "--consent", consent, "--enable")
    assert done.returncode == 0, done.stdout + done.stderr
    page = contexts().new_page()
    page.goto(hub.url)
    page.get_by_label("Username").fill("tomas")
    page.get_by_label("Password", exact=True).fill(hub.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("The office opens at eight.")
    hub.run("plugin", "remove", "never-open", "--yes")
