"""An administrator decides where a sandboxed plugin may go, and gives it secrets, on its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import problems
from tests.browser.test_chatting import open_channel, post
from tests.support.guests import write_guest
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.checklist("A-42")]
SignIn = Callable[..., Page]
#: The demo's weather server, which answers nobody who has no key.
HOST = "127.0.0.1:8765"
ASKS = f"""
async onCommand() {{
  const answer = await fetch("http://{HOST}/v1/weather");
  return `It answered ${{answer.status}}.`;
}},
"""


@pytest.fixture(scope="module")
def asker(hub: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install a plugin that calls a host which it was not granted."""
    root = write_guest(
        tmp_path_factory.mktemp("guests"),
        "asker",
        ASKS,
        permissions=["commands:offer", {"name": "network:fetch", "hosts": ["api.example.com"]}],
        commands=[{"name": "fetchit", "description": "Fetch it"}],
    )
    done = hub.run("plugin", "install", str(root), "--yes", "--enable")
    assert done.returncode == 0, done.stdout + done.stderr
    assert hub.run("config", "set", "plugins.network.unknown", "ask").returncode == 0
    yield
    assert hub.run("config", "set", "plugins.network.unknown", "refuse").returncode == 0
    assert hub.run("plugin", "remove", "asker").returncode == 0


def test_host_is_allowed_while_the_plugin_waits(sign_in: SignIn, asker: None) -> None:
    """The question appears by itself; after the click the request goes out."""
    ada = sign_in("ada", "/admin/plugins/asker")
    network = ada.get_by_role("region", name="Network")
    expect(network.get_by_text("No host waits for a decision.")).to_be_visible()
    grace = sign_in("grace", "/chat", color_scheme="dark", viewport={"width": 390, "height": 800})
    open_channel(grace, "general")
    post(grace, "/fetchit")
    network.get_by_role("button", name=f"Allow {HOST}").click()
    expect(grace.get_by_text("It answered 401.")).to_be_visible()
    expect(network.get_by_text("Allowed", exact=True)).to_be_visible()
    assert problems(ada) == []
    network.get_by_role("button", name=f"Forget {HOST}").click()
    expect(network.get_by_text("No host waits for a decision.")).to_be_visible()


def test_secret_is_set_and_never_shown(sign_in: SignIn, hub: RunningHub, asker: None) -> None:
    """Name and hosts are listed; the value is in no answer, and deleting ends it."""
    page = sign_in("ada", "/admin/plugins/asker", color_scheme="dark")
    network = page.get_by_role("region", name="Network")
    network.get_by_role("button", name="Set a secret").click()
    page.get_by_label("Name").fill("key")
    page.get_by_label("Value").fill("sunny-side-down")
    expect(page.get_by_label("Only for these hosts")).to_have_value("api.example.com")
    assert problems(page) == []
    page.keyboard.press("Enter")
    expect(network.get_by_text("only for api.example.com")).to_be_visible()
    assert "sunny-side-down" not in page.content()
    assert "sunny-side-down" not in hub.run("plugin", "secret", "asker").stdout
    network.get_by_role("button", name="Delete key").click()
    expect(network.get_by_text("It was given none.")).to_be_visible()
