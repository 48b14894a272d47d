"""A real server: TCP, the operator's socket, live pages, and an orderly end."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from websockets.asyncio.client import ClientConnection

from plexihub.kernel.context import CallContext
from plexihub.services.http import Listening, check_port, live, serve
from plexihub_sdk.errors import StartupError
from tests.unit.services.http.conftest import Web

pytestmark = pytest.mark.anyio


@dataclass
class Served:
    """A hub that listens."""

    web: Web
    url: str
    socket: Path

    async def token(self, username: str = "ada") -> str:
        """Sign a new person in, and answer the cookie's value."""
        person = await self.web.person(username)
        token, _ = await self.web.parts.sessions.create(CallContext(), person)
        return token

    def connect(self, token: str, **headers: str) -> websockets.connect:
        """Open a live connection with a cookie."""
        cookie = {"cookie": f"plexihub_session={token}", **headers}
        address = self.url.replace("http", "ws") + "/api/v1/live"
        return websockets.connect(address, additional_headers=cookie, proxy=None)


@pytest.fixture
async def served(web: Web, tmp_path: Path) -> AsyncIterator[Served]:
    """Listen on a free port."""
    place = Listening(host="127.0.0.1", port=0, control_socket=tmp_path / "control.sock")
    async with serve(web.app, web.parts.live.close, place) as listener:
        yield Served(web, listener.address, place.control_socket)


async def frame(line: ClientConnection) -> Any:
    """Receive one frame."""
    async with asyncio.timeout(10):
        return json.loads(await line.recv())


async def resume(line: ClientConnection, epoch: str | None = None, after: int = 0) -> Any:
    """Take the hello, say where this page stands, and answer the hello."""
    hello = await frame(line)
    await line.send(json.dumps({"type": "resume", "epoch": epoch, "after": after}))
    return hello


async def close_code(line: ClientConnection) -> int | None:
    """Wait for the end and answer its code."""
    async with asyncio.timeout(10):
        await line.wait_closed()
    return line.close_code


async def test_operator_comes_by_the_socket_only(served: Served) -> None:
    """The same call is refused over TCP; only the hub's own account can open the socket."""
    transport = httpx.AsyncHTTPTransport(uds=str(served.socket))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as operator:
        assert (await operator.get("/api/v1/plugins")).status_code == 200
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as stranger:
        assert (await stranger.get("/api/v1/plugins")).status_code == 401
    assert served.socket.stat().st_mode & 0o777 == 0o600


async def test_page_resumes_without_losing_or_doubling(served: Served) -> None:
    """What happened while the line was down arrives after the hello, in order, once."""
    publish = served.web.parts.live.publish
    token = await served.token()
    async with served.connect(token) as line:
        hello = await resume(line)
        assert (hello["type"], (await frame(line))["type"]) == ("hello", "reset")
        publish("a", {"n": 1})
        seen = await frame(line)
    publish("b", {"n": 2})
    publish("c", {"n": 3})
    async with served.connect(token) as line:
        await resume(line, hello["epoch"], seen["seq"])
        publish("d", {"n": 4})
        assert [(await frame(line))["topic"] for _ in range(3)] == ["b", "c", "d"]


async def test_signing_out_closes_the_page(served: Served) -> None:
    """An open page hears that its session is over, and is closed."""
    token = await served.token()
    found = await served.web.parts.sessions.find(token)
    assert found is not None
    async with served.connect(token) as line:
        await resume(line)
        await frame(line)
        await served.web.parts.sessions.revoke(CallContext(), found.session.id)
        assert (await frame(line))["topic"] == "session.revoked"
        assert await close_code(line) == live.UNAUTHENTICATED


async def test_stranger_is_closed_with_a_reason(served: Served) -> None:
    """A page without a session learns that it must sign in."""
    async with served.connect("no such token") as line:
        assert await close_code(line) == live.UNAUTHENTICATED


async def test_page_of_another_site_is_refused(served: Served) -> None:
    """A cookie does not open the line for another site's script."""
    token = await served.token()
    with pytest.raises(websockets.InvalidStatus) as caught:
        async with served.connect(token, origin="http://evil.example"):
            pass
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"type": "pong"}', '{"type": "resume", "after": "x"}']
)
async def test_first_frame_must_be_a_resume(served: Served, text: str) -> None:
    """Anything else ends the line."""
    async with served.connect(await served.token()) as line:
        await line.send(text)
        assert await close_code(line) == live.BAD_FRAME


async def test_silent_page_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that answers no ping is gone; one that does stays."""
    monkeypatch.setattr(live, "PING_SECONDS", 0.05)
    monkeypatch.setattr(live, "SILENT_SECONDS", 0.1)
    token = await served.token()
    async with served.connect(token) as line:
        await resume(line)
        for _ in range(6):
            while (await frame(line))["type"] != "ping":
                pass
            await line.send('{"type": "pong"}')
        assert await close_code(line) is not None
    assert len(served.web.parts.live) == 0


async def test_deleted_session_is_noticed(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session whose row was taken away past every service ends its pages too."""
    monkeypatch.setattr(live, "PING_SECONDS", 0.05)
    async with served.connect(await served.token()) as line:
        await resume(line)
        await served.web.parts.database.execute("DELETE FROM sessions")
        assert await close_code(line) == live.UNAUTHENTICATED


async def test_stopping_tells_pages_and_lets_calls_finish(web: Web, tmp_path: Path) -> None:
    """A running call gets its answer, an open page is told to come back, the socket is gone."""
    started = asyncio.Event()

    async def slow(_request: object) -> str:
        started.set()
        await asyncio.sleep(0.2)
        return "done"

    web.parts.api.register_route("GET", "/api/v1/slow", slow, auth="anonymous")
    place = Listening(host="127.0.0.1", port=0, control_socket=tmp_path / "control.sock")
    async with serve(web.app, web.parts.live.close, place) as listener:
        url = listener.address
        served = Served(web, url, place.control_socket)
        line = await served.connect(await served.token())
        await resume(line)
        await frame(line)
        client = httpx.AsyncClient(base_url=url, trust_env=False)
        call = asyncio.create_task(client.get("/api/v1/slow"))
        await started.wait()
    assert (await call).json() == "done"
    assert await close_code(line) == live.RESTART
    assert not place.control_socket.exists()
    with pytest.raises(httpx.ConnectError):
        await client.get("/healthz")
    await client.aclose()


def test_taken_port_is_one_sentence() -> None:
    """The port is named, and what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StartupError, match=rf"Port {port} .* taken") as caught:
            check_port("127.0.0.1", port)
    assert "--port" in caught.value.next
    assert check_port("127.0.0.1", port) == port


@pytest.mark.parametrize(("host", "port"), [("256.1.1.1", 0), ("127.0.0.1", 70000), ("8.8.8.8", 0)])
def test_impossible_address_is_refused(host: str, port: int) -> None:
    """An address that is not this machine's is refused in a sentence."""
    with pytest.raises(StartupError, match="cannot listen"):
        check_port(host, port)


async def test_long_socket_path_is_refused(web: Web, tmp_path: Path) -> None:
    """The system cannot make sockets of any path; the folder is named."""
    place = Listening(host="127.0.0.1", port=0, control_socket=tmp_path / ("x" * 120))
    with pytest.raises(StartupError, match="too long"):
        async with serve(web.app, web.parts.live.close, place):
            pass


async def test_second_server_on_a_port_disturbs_nothing(served: Served, tmp_path: Path) -> None:
    """A taken port stops the newcomer before it touches anything."""
    port = int(served.url.rpartition(":")[2])
    place = Listening(host="127.0.0.1", port=port, control_socket=tmp_path / "other.sock")
    with pytest.raises(StartupError, match="taken"):
        async with serve(served.web.app, served.web.parts.live.close, place):
            pass
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as client:
        assert (await client.get("/healthz")).status_code == 200
