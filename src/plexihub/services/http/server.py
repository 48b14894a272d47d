"""Serves the hub over TCP, and to the operator over a Unix socket, inside the running loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.types import ASGIApp, Receive, Scope, Send

from plexihub.services.http.app import operator_app
from plexihub.services.ui import LiveHub
from plexihub_sdk.errors import StartupError

_log = logging.getLogger(__name__)
START_SECONDS = 10.0
DRAIN_SECONDS = 5.0
STOP_SECONDS = 5.0
BACKLOG = 1024
LONGEST_SOCKET_PATH = 107


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
async def serve(app: ASGIApp, live: LiveHub, place: Listening) -> AsyncIterator[str]:
    """Serve as long as the block runs, and answer the address; empty without a host.

    At its end no new call is taken, open pages are told to come back, and running calls have five
    seconds.

    Raises:
        StartupError: The port or the socket cannot be listened on.
    """
    if place.host is not None:
        place = replace(place, port=check_port(place.host, place.port))
    _make_way(place.control_socket)
    drains = [_Drain(operator_app(app))]
    servers = [_server(drains[0], uds=place.control_socket)]
    if place.host is not None:
        drains.append(_Drain(app))
        servers.append(_server(drains[1], address=place.host, port=place.port))
    tasks = [asyncio.create_task(one.serve(), name="server") for one in servers]
    try:
        await _until_serving(place, tasks)
        yield _address(place)
    finally:
        await _stop(servers, tasks, drains=drains, live=live)
        place.control_socket.unlink(missing_ok=True)


def _address(place: Listening) -> str:
    if place.host is None:
        return ""
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"http://{host}:{place.port}"


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


async def _until_serving(place: Listening, tasks: list[asyncio.Task[None]]) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            while not place.control_socket.exists() or not _accepts(place):
                _raise_if_ended(tasks)
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise StartupError("The server did not start in time.", next="Try again.") from None
    place.control_socket.chmod(0o600)


def _accepts(place: Listening) -> bool:
    if place.host is None:
        return True
    where = _reachable(place.host), place.port
    with contextlib.suppress(OSError), socket.create_connection(where, 1):
        return True
    return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not used


def _raise_if_ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done() and (error := task.exception()) is not None:
            raise StartupError(f"The server did not start: {error}.") from error


async def _stop(
    servers: list[Server],
    tasks: list[asyncio.Task[None]],
    *,
    drains: list[_Drain],
    live: LiveHub,
) -> None:
    for drain in drains:
        drain.closing = True
    live.close()
    for drain in drains:
        await drain.empty(DRAIN_SECONDS)
    for server in servers:
        server.stop()  # type: ignore[no-untyped-call]
    _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
    for task in late:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            _log.error("a server ended badly", exc_info=result)


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
