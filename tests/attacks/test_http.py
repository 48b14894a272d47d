"""Attacks on the web door."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from plexihub.services.users.throttle import ADDRESS_ATTEMPTS
from tests.attacks.conftest import PASSWORD, Target
from tests.zoo.sandbox import write

pytestmark = pytest.mark.anyio

SEES_RIGHTS = """
export default {
  id: "sees-rights", version: "1.0.0", permissions: ["ui:render"], hooks: {
    async onAuthSuccess(_context: unknown, plugin: any) {
      await plugin.api.renderWidget({ component: "Text", id: "seen", props: {} });
    },
  },
};
"""


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "", "http://hub@evil"])
async def test_malformed_origin_is_refused(target: Target, origin: str) -> None:
    """An origin that is no address is another site's, not an error of the hub's."""
    client = await target.person("grace")
    answer = await client.patch(
        "/api/v1/users/grace", json={"display_name": "Mallory"}, headers={"origin": origin}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf_failed")
    assert (await client.get("/api/v1/users/grace")).json()["display_name"] == "grace"


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/dashboards"])
async def test_json_bomb_is_refused(target: Target, path: str) -> None:
    """JSON that nests a hundred thousand deep is wrong input; nothing is made of it."""
    client = await target.person("grace")
    before = (await client.get("/api/v1/dashboards")).json()
    bomb = b'{"name":"x","description":' + b"[" * 100_000
    answer = await client.post(path, content=bomb)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_input")
    assert (await client.get("/api/v1/dashboards")).json() == before


async def test_page_of_an_ended_session_hears_nothing(target: Target) -> None:
    """Signing out while a page has not said where it stands closes that page."""
    client = await target.person("grace")
    page = Page(target, client)
    await page.open()
    assert (await client.delete("/api/v1/session")).status_code == 204
    target.hub.live.publish("message.created", {"text": "secret"})
    sent = await page.say('{"type":"resume"}')
    assert sent["type"] == "websocket.close"
    assert sent["code"] == 4401
    assert len(target.hub.live) == 0


async def test_deep_first_frame_closes_the_page(target: Target) -> None:
    """A first frame that nests without end is a bad frame."""
    page = Page(target, await target.person("grace"))
    await page.open()
    sent = await page.say('{"type":"resume","x":' + "[" * 100_000)
    assert (sent["type"], sent["code"]) == ("websocket.close", 4400)
    assert len(target.hub.live) == 0


async def test_many_names_from_one_address_are_throttled(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trying one password on many names ends, without the cost of hashing, at a bound."""
    hashed = 0

    async def verify(_stored: str | None, _password: str) -> bool:
        nonlocal hashed
        hashed += 1
        return False

    monkeypatch.setattr(target.hub.users._passwords, "verify", verify)
    client = target.client()
    statuses = [
        (await client.post("/api/v1/session", json={"username": f"n{i}", "password": PASSWORD}))
        for i in range(ADDRESS_ATTEMPTS + 20)
    ]
    refused = [answer for answer in statuses if answer.status_code == 429]
    assert len(refused) >= 10
    assert hashed == len(statuses) - len(refused)
    # What was refused unseen fills no log: the first is on record, the others are counted.
    assert len(await target.records("user.authenticate")) <= hashed
    (record,) = await target.records("request.limit")
    assert record.details == {"policy": "sign-in", "refused": 1}


async def test_forwarded_address_is_not_believed(target: Target) -> None:
    """A client that invents an address for each try is throttled all the same."""
    await target.person("grace")
    client = target.client()
    codes = [
        (
            await client.post(
                "/api/v1/session",
                json={"username": "grace", "password": "wrong wrong"},
                headers={"x-forwarded-for": f"10.0.0.{i}", "forwarded": f"for=10.0.0.{i}"},
            )
        ).status_code
        for i in range(12)
    ]
    assert codes[-1] == 429


async def test_plugin_hears_of_a_sign_in_with_that_persons_rights(
    target: Target, tmp_path: Any
) -> None:
    """A plugin that hears of a sign-in may do what was granted, and that person may: no more."""
    await target.install(write(tmp_path, "sees-rights.ts", SEES_RIGHTS))
    await target.person("grace")
    await target.hub.kernel.events.settle()
    record = (await target.records("gateway.call"))[0]
    assert (record.target, record.outcome) == ("ui.render_widget", "ok")
    person = await target.hub.users.find("grace")
    assert person is not None
    assert record.on_behalf_of == person.id


class Page:
    """An open page, as the server sees it: a WebSocket without a network."""

    def __init__(self, target: Target, client: httpx.AsyncClient) -> None:
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[Any] = asyncio.Queue()
        self._target = target
        self._cookie = f"plexihub_session={client.cookies['plexihub_session']}"

    async def open(self) -> None:
        """Connect and hear the hello."""
        headers = [(b"host", b"hub"), (b"cookie", self._cookie.encode())]
        scope = {"type": "websocket", "path": "/api/v1/live", "headers": headers}
        await self._in.put({"type": "websocket.connect"})
        self._task = asyncio.create_task(self._serve(scope))
        assert (await self._next())["type"] == "websocket.accept"
        assert "hello" in (await self._next())["text"]

    async def _serve(self, scope: dict[str, Any]) -> None:
        await self._target.hub.asgi(scope, self._in.get, self._out.put)

    async def _next(self) -> Any:
        return await asyncio.wait_for(self._out.get(), 5)

    async def say(self, text: str) -> Any:
        """Send a frame, and answer what comes next."""
        await self._in.put({"type": "websocket.receive", "text": text})
        sent = await self._next()
        self._task.cancel()
        await asyncio.wait([self._task])
        return sent
