"""Serves the hub over TCP, and to the operator over a Unix socket, inside the running loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.types import ASGIApp, Receive, Scope, Send

from plexihub.services.http.app import operator_app
from plexihub_sdk.errors import StartupError

_log = logging.getLogger(__name__)
START_SECONDS = 10.0
DRAIN_SECONDS = 5.0
STOP_SECONDS = 5.0
BACKLOG = 1024
LONGEST_SOCKET_PATH = 107
CloseLines = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where to listen.

    Args:
        control_socket: The operator's way in; only the hub's own account can open it.
        host: Address; None where another application serves the hub's pages.
        port: 0 finds a free one.
    """

    control_socket: Path
    host: str | None = None
    port: int = 0


def check_port(host: str, port: int) -> int:
    """Answer the port to listen on, a free one for 0, before anything else is started.

    Raises:
        StartupError: It cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As the server does it: a port that only waits for old connections to fade is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
            found: int = probe.getsockname()[1]
            return found
    except (OSError, OverflowError) as error:
        raise _cannot_listen(host, port, error) from error


def _cannot_listen(host: str, port: int, error: OSError | OverflowError) -> StartupError:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        problem = f"Port {port} on {host} is taken by another program."
    elif number == errno.EACCES:
        problem = f"Port {port} on {host} may not be used by this account."
    else:
        problem = f"The hub cannot listen on port {port} of {host!r}: {error}."
    return StartupError(problem, where="server.port", next="Choose another one with --port.")


@asynccontextmanager
async def serve(app: ASGIApp, close_lines: CloseLines, place: Listening) -> AsyncIterator[Listener]:
    """Serve as long as the block runs.

    At its end no new call is taken, open pages are told to come back, and running calls have five
    seconds.

    Raises:
        StartupError: The port or the socket cannot be listened on.
    """
    listener = Listener(app, close_lines, place.control_socket)
    try:
        await listener.open(place)
        yield listener
    finally:
        await listener.close()


class Listener:
    """Where the hub listens now: for the operator, and for everybody where it was told so.

    Args:
        app: Answers the connections.
        close_lines: Sends the open pages away, and ends plugins' connections, before a server ends.
        control_socket: The operator's way in.
    """

    def __init__(self, app: ASGIApp, close_lines: CloseLines, control_socket: Path) -> None:
        self._app = app
        self._close_lines = close_lines
        self._socket = control_socket
        self._operator: _Endpoint | None = None
        self._public: _Endpoint | None = None
        self._old: set[asyncio.Task[None]] = set()
        self.host = ""
        self.port = 0

    @property
    def address(self) -> str:
        """The hub's own address; empty where it only serves the operator."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}" if host else ""

    async def open(self, place: Listening) -> None:
        """Begin to listen.

        Raises:
            StartupError: The port or the socket cannot be listened on.
        """
        if place.host is not None:
            place = replace(place, port=check_port(place.host, place.port))
        _make_way(self._socket)
        self._operator = _Endpoint(operator_app(self._app), uds=self._socket)
        await self._operator.start(self._socket.exists)
        self._socket.chmod(0o600)
        if place.host is not None:
            self._public = await self._listen(place.host, place.port)

    async def _listen(self, host: str, port: int) -> _Endpoint:
        endpoint = _Endpoint(self._app, address=host, port=port)
        try:
            await endpoint.start(lambda: _accepts(host, port))
        except BaseException:
            await endpoint.stop()
            raise
        self.host, self.port = host, port
        return endpoint

    async def move(self, port: int) -> None:
        """Listen on another port; the old one is closed when the calls that came by it are done.

        Raises:
            StartupError: It cannot be listened on; nothing has changed.
        """
        if self._public is None or port == self.port:
            return
        await asyncio.to_thread(check_port, self.host, port)
        old, self._public = self._public, await self._listen(self.host, port)
        # The call that asked for this came by the old port, and is still to be answered.
        task = asyncio.create_task(self._leave(old), name="leave the old port")
        self._old.add(task)
        task.add_done_callback(self._old.discard)

    async def _leave(self, old: _Endpoint) -> None:
        old.drain.closing = True
        self._close_lines()
        await old.stop()

    async def close(self) -> None:
        """Take no new call, send the open pages away, and give running calls five seconds."""
        endpoints = [one for one in (self._operator, self._public) if one is not None]
        for endpoint in endpoints:
            endpoint.drain.closing = True
        self._close_lines()
        await asyncio.gather(*(one.stop() for one in endpoints), *self._old)
        if self._operator is not None:
            self._socket.unlink(missing_ok=True)


class _Endpoint:
    """One server, and the calls that it carries."""

    def __init__(self, app: ASGIApp, **where: Any) -> None:
        self.drain = _Drain(app)
        self._server = _server(self.drain, **where)
        self._task: asyncio.Task[None] | None = None

    async def start(self, is_serving: Callable[[], bool]) -> None:
        self._task = asyncio.create_task(self._server.serve(), name="server")
        try:
            async with asyncio.timeout(START_SECONDS):
                while not is_serving():
                    _raise_if_ended(self._task)
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise StartupError("The server did not start in time.", next="Try again.") from None

    async def stop(self) -> None:
        if self._task is None:
            return
        self.drain.closing = True
        await self.drain.empty(DRAIN_SECONDS)
        self._server.stop()  # type: ignore[no-untyped-call]
        _, late = await asyncio.wait([self._task], timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        result = (await asyncio.gather(self._task, return_exceptions=True))[0]
        if isinstance(result, Exception):
            _log.error("a server ended badly", exc_info=result)


def _server(app: ASGIApp, **where: Any) -> Server:
    return Server(app, interface=Interfaces.ASGINL, log_enabled=False, backlog=BACKLOG, **where)


def _make_way(path: Path) -> None:
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        raise StartupError(
            f"The path of the control socket is too long: {path}.",
            where=str(path),
            next="Choose a data folder with a shorter path.",
        )
    path.unlink(missing_ok=True)


def _accepts(host: str, port: int) -> bool:
    where = _reachable(host), port
    with contextlib.suppress(OSError), socket.create_connection(where, 1):
        return True
    return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not used


def _raise_if_ended(task: asyncio.Task[None]) -> None:
    if task.done() and (error := task.exception()) is not None:
        raise StartupError(f"The server did not start: {error}.") from error


class _Drain:
    """Counts running calls, and turns new ones away when it closes."""

    def __init__(self, app: ASGIApp) -> None:
        self.closing = False
        self._app = app
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.closing:
            await _turn_away(scope, send)
            return
        self._running += 1
        self._idle.clear()
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1
            if self._running == 0:
                self._idle.set()

    async def empty(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            _log.warning("%d calls were still running when the server stopped", self._running)


async def _turn_away(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1012, "reason": "stopping"})
        return
    headers = [(b"connection", b"close"), (b"retry-after", b"5"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
