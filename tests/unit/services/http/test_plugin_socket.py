"""WebSocket routes of plugins, over a real server and with a real client."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import websockets

from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.context import CallContext, current, owner
from plexihub.services.http import Listening, live, open_sockets, plugin_socket, serve, socket_call
from plexihub_sdk import WebSocket
from plexihub_sdk.errors import ConflictError, InputError, PluginUnavailableError
from tests.unit.services.http.conftest import Web
from tests.unit.services.http.test_plugin_route import DEMO, register_line
from tests.unit.services.http.test_server import Served, close_code

pytestmark = pytest.mark.anyio
ECHO = "/api/v1/demo/echo/{room}"
CALLS = AuditQuery(action="route.call")


@pytest.fixture
async def served(web: Web, tmp_path: Path) -> AsyncIterator[Served]:
    """Listen on a free port; at the end every line is closed, as the hub does."""
    web.parts.api.sockets.listen(web.kernel.events)
    place = Listening(host="127.0.0.1", port=0, control_socket=tmp_path / "control.sock")
    async with serve(web.app, web.parts.api.sockets.close, place) as listener:
        yield Served(web, listener.address, place.control_socket)


def line_to(served: Served, path: str, token: str = "", **headers: str) -> websockets.connect:
    """Connect to a plugin's route."""
    cookie = {"cookie": f"plexihub_session={token}"} if token else {}
    address = served.url.replace("http", "ws") + path
    return websockets.connect(address, additional_headers={**cookie, **headers}, proxy=None)


async def echo(line: WebSocket) -> None:
    """Say who is there, then send back what comes."""
    who = line.person.username if line.person else "nobody"
    facts = [who, dict(line.params), dict(line.query), owner.get(), current().actor.kind]
    await line.send(json.dumps(facts))
    async for message in line:
        await line.send(message)


async def told(line: Any) -> Any:
    """Receive one message in time."""
    async with asyncio.timeout(10):
        return await line.recv()


async def until(is_so: Any) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.checklist("P-66")
async def test_line_goes_to_the_plugin_and_ends_with_it(served: Served) -> None:
    """Identity, parameters, text and bytes arrive; disabling closes the line and the path."""
    register_line(served.web, ECHO, echo)
    token = await served.token()
    async with line_to(served, "/api/v1/demo/echo/blue?a=1", token) as line:
        assert json.loads(await told(line)) == [
            "ada",
            {"room": "blue"},
            {"a": "1"},
            "demo",
            "plugin",
        ]
        await line.send("hello")
        await line.send(b"\x00\x01")
        assert [await told(line), await told(line)] == ["hello", b"\x00\x01"]
        served.web.kernel.ownership.drop(DEMO)
        assert (await close_code(line), line.close_reason) == (1001, "the plugin was disabled")
    with pytest.raises(websockets.InvalidStatus):
        async with line_to(served, "/api/v1/demo/echo/blue", token):
            pass
    await until(lambda: len(served.web.parts.api.sockets) == 0)
    (record,) = await served.web.kernel.audit.read(AuditQuery(action="route.call"))
    assert (record.actor.id, record.target, record.outcome) == ("demo", f"WS {ECHO}", "ok")


@pytest.mark.checklist("P-67")
async def test_who_may_connect_is_what_the_plugin_chose(served: Served) -> None:
    """By default a session is needed; pages of other sites come in nowhere."""
    for auth in ("user", "admin", "anonymous"):
        register_line(served.web, f"/api/v1/demo/{auth}", echo, auth=auth)
    member = await served.token("bob")
    codes = []
    for auth in ("user", "admin"):
        async with line_to(served, f"/api/v1/demo/{auth}") as line:
            codes.append(await close_code(line))
    async with line_to(served, "/api/v1/demo/admin", member) as line:
        codes.append(await close_code(line))
    assert codes == [live.UNAUTHENTICATED, live.UNAUTHENTICATED, live.FORBIDDEN]
    async with line_to(served, "/api/v1/demo/anonymous") as line:
        assert json.loads(await told(line))[0] == "nobody"
    for auth in ("user", "anonymous"):
        with pytest.raises(websockets.InvalidStatus):
            async with line_to(served, f"/api/v1/demo/{auth}", member, origin="http://evil.test"):
                pass
    records = await served.web.kernel.audit.read(AuditQuery(action="route.open"))
    assert [one.target for one in records] == ["WS /api/v1/demo/anonymous"]


async def test_ended_session_closes_the_line(served: Served) -> None:
    """Whoever signs out is gone from plugins' lines at once."""
    register_line(served.web, ECHO, echo)
    token = await served.token()
    found = await served.web.parts.sessions.find(token)
    assert found is not None
    async with line_to(served, "/api/v1/demo/echo/a", token) as line:
        await told(line)
        await served.web.parts.sessions.revoke(CallContext(), found.session.id)
        assert await close_code(line) == live.UNAUTHENTICATED


async def test_lost_right_closes_the_line(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """An administrator who is one no more is noticed, and an idle line is closed."""
    monkeypatch.setattr(plugin_socket, "RECHECK_SECONDS", 0.05)
    register_line(served.web, "/api/v1/demo/admin", echo, auth="admin")
    person = await served.web.person("eve", "admin")
    token, _ = await served.web.parts.sessions.create(CallContext(), person)
    async with line_to(served, "/api/v1/demo/admin", token) as line:
        await told(line)
        await asyncio.sleep(0.2)
        assert line.close_code is None
        person.role = "member"
        await person.save()
        assert await close_code(line) == live.UNAUTHENTICATED
    monkeypatch.setattr(plugin_socket, "IDLE_SECONDS", 0.01)
    register_line(served.web, "/api/v1/demo/open", echo, auth="anonymous")
    async with line_to(served, "/api/v1/demo/open") as line:
        assert await close_code(line) == 4408


async def test_failing_and_ending_handlers_close_the_line(served: Served) -> None:
    """A handler that raises is on record and named; one that ends or closes ends the line."""

    async def fails(_line: WebSocket) -> None:
        raise RuntimeError("secret detail")

    async def exits(_line: WebSocket) -> None:
        raise SystemExit(3)

    async def ends(line: WebSocket) -> None:
        await line.send("bye")

    async def closes(line: WebSocket) -> None:
        await line.close(4001, "enough")
        with pytest.raises(PluginUnavailableError):
            await line.receive()

    ends_with = []
    for handler in (fails, exits, ends, closes):
        path = f"/api/v1/demo/{handler.__name__}"
        register_line(served.web, path, handler, auth="anonymous")
        async with line_to(served, path) as line:
            ends_with.append((await close_code(line), line.close_reason))
    failed = (1011, "the plugin failed")
    assert ends_with == [failed, failed, (1000, ""), (4001, "enough")]
    # The line is closed for the browser a moment before its handler has returned.
    await until(lambda: len(served.web.parts.api.sockets) == 0)
    records = await served.web.kernel.audit.read(CALLS)
    assert [one.outcome for one in records] == ["ok", "ok", "failed", "failed"]


async def test_floods_are_bounded(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too large a message, more than a sleeping handler reads, and too many lines are refused."""
    monkeypatch.setattr(plugin_socket, "SLOW_SECONDS", 0.1)
    monkeypatch.setattr(socket_call, "END_SECONDS", 0.5)
    monkeypatch.setattr(open_sockets, "MOST_A_SENDER", 3)

    async def sleeps(_line: WebSocket) -> None:
        await asyncio.sleep(60)

    register_line(served.web, "/api/v1/demo/sleeps", sleeps, auth="anonymous")
    register_line(served.web, ECHO, echo, auth="anonymous")
    async with line_to(served, "/api/v1/demo/echo/a") as line:
        await told(line)
        await line.send("x" * (plugin_socket.LONGEST + 1))
        assert await close_code(line) == 1009
    async with line_to(served, "/api/v1/demo/sleeps") as line:
        for _ in range(plugin_socket.MOST_UNREAD + 2):
            await line.send("x")
        assert await close_code(line) == 4408
    await until(lambda: len(served.web.parts.api.sockets) == 0)
    lines = [await line_to(served, "/api/v1/demo/echo/a") for _ in range(4)]
    assert await close_code(lines[3]) == live.FULL
    for line in lines:
        await line.close()


async def test_impossible_line_is_refused(web: Web) -> None:
    """The hub's own line and another plugin's are not taken, nor is a handler that cannot wait."""
    register_line(web, ECHO, echo)
    for path in ("/api/v1/live", "/api/v1/demo/echo/{other}"):
        with pytest.raises(ConflictError, match=f"WS {path}"):
            web.parts.api.register_websocket(path, echo)
    with pytest.raises(InputError, match="coroutine"):
        web.parts.api.register_websocket("/api/v1/demo/plain", print)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="auth"):
        web.parts.api.register_websocket("/api/v1/demo/x", echo, auth="everybody")  # type: ignore[arg-type]
