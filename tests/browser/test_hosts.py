"""An administrator decides on a plugin's page where it may go, and with what."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import SCREENS, problems
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.checklist("A-35", "A-42")]
NAME = "goes-out"
PLUGIN = """
export default { id: "goes-out", name: "Goes out", version: "1.0.0",
  permissions: [{ name: "network:fetch", hosts: ["api.example.com"] }],
  hooks: { onActionExecute: async ({ context }: any) =>
    ({ result: await fetch(context.url).then((got) => `got ${got.status}`, (no) => no.message) }) },
};
"""


@pytest.fixture(scope="module")
def installed(hub: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """Install and enable a plugin that goes where it is told, on a hub whose administrators decide.

    This machine is what it may ask for.
    """
    source = tmp_path_factory.mktemp("guests") / f"{NAME}.ts"
    source.write_text(PLUGIN, encoding="utf-8")
    settings = {
        "plugins.network.unknown": "ask",
        "plugins.network.private": [f"127.0.0.1:{hub.port}"],
    }
    with contextlib.closing(hub.client("ada")) as client:
        for key, value in settings.items():
            assert client.request("PUT", f"/config/{key}", json={"value": value}).status_code == 200
        done = hub.run("plugin", "install", str(source), "--yes", "--enable")
        assert done.returncode == 0, done.stdout + done.stderr
        yield hub
        assert client.request("DELETE", f"/plugins/{NAME}").is_success
        for key in settings:
            client.request("DELETE", f"/config/{key}")


@pytest.mark.parametrize("screen", SCREENS)
def test_hosts_are_decided_about_on_the_plugins_page(
    sign_in: Callable[..., Page], installed: RunningHub, screen: str
) -> None:
    """What it asks for appears by itself; each decision there counts for its next request."""
    host = f"127.0.0.1:{installed.port}"
    page = sign_in("ada", f"/admin/plugins/{NAME}", **SCREENS[screen])
    card = page.get_by_role("region", name="Hosts")
    expect(card.get_by_text("api.example.com", exact=True)).to_be_visible()
    with contextlib.closing(installed.client("ada")) as client:

        def go() -> str:
            asked = {"action": "go", "payload": {"url": f"http://{host}/healthz"}}
            answer = client.post("/actions", json=asked)
            assert answer.status_code == 200, answer.text
            return str(answer.json()["result"])

        assert "No administrator has let" in go()
        asked = card.get_by_role("list", name="Asked for").get_by_role("listitem")
        expect(asked).to_contain_text(f"http://{host}/healthz, asked once")
        assert problems(page) == []
        card.get_by_role("button", name=f"Allow once {host}").click()
        expect(asked).to_have_count(0)
        assert go() == "got 200"
        card.get_by_role("button", name="Add a host").click()
        page.get_by_role("textbox", name="Host").fill("no host")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert").get_by_text("'no host'")).to_be_visible()
        page.get_by_role("textbox", name="Host").fill(host)
        page.get_by_role("button", name="Save").click()
        expect(card.get_by_text("Allowed", exact=True)).to_be_visible()
        assert go() == "got 200"
        card.get_by_role("button", name=f"Refuse {host}").click()
        expect(card.get_by_text("Refused", exact=True)).to_be_visible()
        assert "refused" in go()
        card.get_by_role("button", name=f"Forget {host}").click()
        expect(card.get_by_role("list", name="Decided")).to_have_count(0)


def test_secrets_are_set_and_deleted_and_never_shown(
    sign_in: Callable[..., Page], installed: RunningHub
) -> None:
    """What is typed goes in and comes back nowhere; another value takes its place; it ends."""
    page = sign_in("ada", f"/admin/plugins/{NAME}", **SCREENS["phone, dark"])
    card = page.get_by_role("region", name="Secrets")
    expect(card.get_by_text("None is set.")).to_be_visible()
    card.get_by_role("button", name="Set a secret").click()
    value = page.get_by_label("Value")
    expect(value).to_have_attribute("type", "password")
    page.get_by_role("textbox", name="Name").fill("weather")
    value.fill("short")
    page.get_by_role("textbox", name="Hosts").fill("api.example.com, *.example.org")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("8 to 4096")).to_be_visible()
    value.fill("sesame, open")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(card.get_by_text("*.example.org")).to_be_visible()
    assert problems(page) == []
    page.reload()
    expect(card.get_by_text("Set by", exact=False)).to_be_visible()
    assert "sesame" not in page.content()
    card.get_by_role("button", name="Replace weather").click()
    expect(value).to_have_value("")
    expect(page.get_by_role("textbox", name="Hosts")).to_have_value(
        "api.example.com, *.example.org"
    )
    value.fill("another one")
    page.get_by_role("textbox", name="Hosts").fill("api.example.com")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(card.get_by_text("*.example.org")).to_have_count(0)
    with contextlib.closing(installed.client("ada")) as client:
        shown = client.get(f"/plugins/{NAME}/secrets")
        assert [one["hosts"] for one in shown.json()["items"]] == [["api.example.com"]]
        assert "another one" not in shown.text
    card.get_by_role("button", name="Delete weather").click()
    page.get_by_role("button", name="Yes, delete").click()
    expect(card.get_by_text("None is set.")).to_be_visible()
