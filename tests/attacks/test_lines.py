"""Connections of plugins' WebSocket routes: who is told to be there, and for how long."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from plexihub.services.ui.live import MOST_OF_ONE
from plexihub_sdk import WebSocket
from plexihub_sdk.errors import LimitExceededError
from tests.attacks.conftest import Target

pytestmark = pytest.mark.anyio
PATH = "/api/v1/demo/who"


@dataclass
class Line:
    """What came over one connection, and a way to end it."""

    inbox: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    outbox: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)

    async def told(self) -> Any:
        """Receive what the hub does next."""
        async with asyncio.timeout(10):
            return await self.outbox.get()


@asynccontextmanager
async def line_to(target: Target, client: httpx.AsyncClient) -> AsyncIterator[Line]:
    """Connect with a browser's cookies."""
    line = Line()
    await line.inbox.put({"type": "websocket.connect"})
    cookies = "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)
    scope = {
        "type": "websocket",
        "path": PATH,
        "query_string": b"",
        "headers": [(b"host", b"hub"), (b"cookie", cookies.encode())],
        "client": ("127.0.0.1", 1),
        "scheme": "ws",
    }
    serving = asyncio.create_task(target.hub.asgi(scope, line.inbox.get, line.outbox.put))
    try:
        assert (await line.told())["type"] == "websocket.accept"
        yield line
    finally:
        await line.inbox.put({"type": "websocket.disconnect"})
        await serving


async def who(line: WebSocket) -> None:
    """Say who is there, and stay."""
    person = line.person
    assert person is not None
    await line.send(json.dumps([person.username, sorted(person.rights), person.is_impersonated]))
    async for _ in line:
        pass


async def test_rights_are_those_of_the_moment(target: Target) -> None:
    """A member whose role was cut down is not told to a plugin with what members had before."""
    target.hub.routes.register_websocket(PATH, who)
    grace = await target.person("grace")
    await target.operator().patch("/api/v1/roles/member", json={"permissions": []})
    async with line_to(target, grace) as line:
        assert json.loads((await line.told())["text"]) == ["grace", [], False]


async def test_acting_as_somebody_is_told_and_ends_at_once(target: Target) -> None:
    """A plugin knows that it is not the person; an ended session ends the connection with it."""
    target.hub.routes.register_websocket(PATH, who, auth="anonymous")
    grace, ada = await target.person("grace"), await target.person("ada", "admin")
    ada.headers["x-csrf-token"] = (
        await ada.post("/api/v1/users/grace/impersonate", json={})
    ).json()["csrf"]
    async with line_to(target, ada) as line:
        name, _, is_impersonated = json.loads((await line.told())["text"])
        assert (name, is_impersonated) == ("grace", True)
        mine = (await grace.get("/api/v1/sessions")).json()["items"]
        (other,) = [one["id"] for one in mine if one["kind"] == "impersonation"]
        assert (await grace.delete(f"/api/v1/sessions/{other}")).status_code == 204
        assert (await line.told())["code"] == 4401


async def test_one_person_does_not_take_everybodys_places(target: Target) -> None:
    """Of the open pages' lines one person has so many; others still get theirs."""
    live = target.hub.live
    shares = [live.subscribe("grace") for _ in range(MOST_OF_ONE)]
    with pytest.raises(LimitExceededError, match="pages open"):
        live.subscribe("grace")
    shares.append(live.subscribe("ada"))
    shares[0].close()
    shares.append(live.subscribe("grace"))
    for share in shares:
        share.close()
