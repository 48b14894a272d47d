"""What plugins cost a request: a plugin's route against bare Starlette, and a hundred idle ones.

Over HTTP, both behind the hub's own server, with the client in a process of its own; and through
the ASGI interface alone. Requests a second are what people notice. The processor time of the
serving process is the figure that other programs on the machine disturb least; it has in it what is
done behind the requests, the audit log and its rows.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bench.case import Case, Run
from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.ports import InstallRequest
from plexihub.services.http import Listening, serve
from plexihub.services.ui import LiveHub

REQUESTS = 400
CONNECTIONS = 4
ROUTE = "/api/v1/bench"
OWN_ROUTE = "/api/v1/session"
IDLE = 100
CTX = CallContext(actor=OPERATOR)
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a person who lives for one measurement
PLUGIN = """
class Plugin:
    def __init__(self, context):
        api = context.get_service("api")
        api.register_route("GET", "/api/v1/bench", self.answer, auth="anonymous")

    async def answer(self, request):
        return {"path": request.path}
"""
IDLE_PLUGIN = "class Plugin:\n    def __init__(self, context):\n        self.context = context\n"
Settle = Callable[[], Awaitable[None]]


async def _answer(request: Request) -> JSONResponse:
    return JSONResponse({"path": request.url.path})


async def _nothing() -> None:
    """Have nothing left to do."""


@dataclass(frozen=True, slots=True)
class Served:
    """An application, what it does behind its requests, and who asks it."""

    app: Any
    settle: Settle = _nothing
    headers: dict[str, str] = field(default_factory=dict)


def _scope(path: str, headers: dict[str, str]) -> dict[str, Any]:
    sent = {"host": "hub", "accept": "application/json", **headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), text.encode()) for name, text in sent.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


async def _receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Any) -> None:
    if message["type"] == "http.response.start" and message["status"] != 200:
        raise RuntimeError(f"the hub answered {message['status']}")


async def _ask(served: Served, path: str) -> float:
    """Answer the processor's microseconds a request."""
    await served.settle()
    start = time.process_time()
    for _ in range(REQUESTS):
        await served.app(_scope(path, served.headers), _receive, _send)
    await served.settle()
    return (time.process_time() - start) / REQUESTS * 1e6


class Visitor:
    """The client's process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def seconds(self, port: int, path: str, headers: dict[str, str]) -> float:
        """Ask so many times, and answer how long that took.

        Raises:
            RuntimeError: The client ended.
        """
        talk_to, hear = self._process.stdin, self._process.stdout
        if talk_to is None or hear is None:
            raise RuntimeError("the client has no pipes")
        order = {"port": port, "path": path, "headers": headers}
        order |= {"requests": REQUESTS, "connections": CONNECTIONS}
        talk_to.write(json.dumps(order).encode() + b"\n")
        line = await asyncio.wait_for(hear.readline(), 60)
        if not line:
            raise RuntimeError("the client ended; it says why above")
        return float(line)

    async def fetch(self, served: Served, port: int) -> float:
        """Answer the requests a second."""
        await served.settle()
        return REQUESTS / await self.seconds(port, ROUTE, served.headers)

    async def cost(self, served: Served, port: int) -> float:
        """Answer the microseconds of this process a request."""
        await served.settle()
        start = time.process_time()
        await self.seconds(port, ROUTE, served.headers)
        await served.settle()
        return (time.process_time() - start) / REQUESTS * 1e6

    async def end(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await asyncio.wait_for(self._process.wait(), 10)


async def _visitor() -> Visitor:
    pipe = asyncio.subprocess.PIPE
    arguments = (sys.executable, "-m", "bench.client")
    return Visitor(await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _serve(stack: AsyncExitStack, app: Any, folder: Path) -> int:
    port, live = _free_port(), LiveHub()
    place = Listening(control_socket=folder / "socket", host="127.0.0.1", port=port)
    await stack.enter_async_context(serve(app, live.close, place))
    return port


async def _add(hub: Hub, folder: Path, name: str, code: str) -> None:
    source = folder / f"{name}.py"
    source.write_text(code)
    request = InstallRequest(source=source, tier="trusted", consent=f"I trust {name}")
    await hub.installer.install(request, CTX)
    await hub.kernel.lifecycle.enable(name, CTX)


async def _started(folder: Path, idle: int) -> Hub:
    # The limits would end the measurement, and are measured by themselves (`shield`).
    flags = {"security.rate.address": 0, "security.rate.reads": 0}
    hub = Hub(HubOptions(data=folder / "data", settings_file=folder / "none", flags=flags))
    await hub.start()
    await _add(hub, folder, "bench", PLUGIN)
    for number in range(idle):
        await _add(hub, folder, f"idle-{number}", IDLE_PLUGIN)
    return hub


async def _cookie(hub: Hub) -> dict[str, str]:
    user = await hub.users.create(CTX, username="grace", password=PASSWORD)
    token, _session = await hub.sessions.create(CTX, user)
    return {"cookie": f"plexihub_session={token}"}


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Give every case of this module."""
    bare = Served(Starlette(routes=[Route(ROUTE, _answer)]))
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        stack = AsyncExitStack()
        hubs: list[Served] = []
        try:
            for idle in (0, IDLE):
                home = Path(folder) / str(idle)
                home.mkdir()
                hub = runner.run(_started(home, idle))
                stack.push_async_callback(hub.stop)
                settle, headers = hub.logs.catch_up, runner.run(_cookie(hub))
                hubs.append(Served(hub.asgi, settle, headers))
            nobody = Served(hubs[0].app, hubs[0].settle)
            visitor = runner.run(_visitor())
            stack.push_async_callback(visitor.end)
            for name in ("bare", "hub"):
                (Path(folder) / name).mkdir()
            ports = {
                name: runner.run(_serve(stack, served.app, Path(folder) / name))
                for name, served in (("bare", bare), ("hub", nobody))
            }
            yield [
                *_http_cases(runner.run, visitor, (bare, ports["bare"]), (nobody, ports["hub"])),
                *_cases(runner.run, bare, nobody),
                *_idle_cases(runner.run, hubs),
            ]
        finally:
            runner.run(stack.aclose())


def _sampler(
    run: Run, measure: Callable[..., Coroutine[Any, Any, float]], *what: Any
) -> Callable[[], float]:
    def sample() -> float:
        found: float = run(measure(*what))
        return found

    return sample


def _http_cases(
    run: Run, visitor: Visitor, bare: tuple[Served, int], hub: tuple[Served, int]
) -> Iterator[Case]:
    for name, (served, port) in (("bare Starlette", bare), ("PlexiHub", hub)):
        yield Case(
            group="a plugin's route, over HTTP",
            name=name,
            sample=_sampler(run, visitor.fetch, served, port),
            unit="requests/s",
            more_is_better=True,
            baseline=served is bare[0],
            note="no identity, no limits, no filter, no audit" if served is bare[0] else "",
        )
    for name, (served, port) in (("bare Starlette", bare), ("PlexiHub", hub)):
        yield Case(
            group="a plugin's route, over HTTP, processor time",
            name=name,
            sample=_sampler(run, visitor.cost, served, port),
            baseline=served is bare[0],
        )


def _cases(run: Run, bare: Served, hub: Served) -> Iterator[Case]:
    for name, served in (("bare Starlette", bare), ("PlexiHub", hub)):
        yield Case(
            group="a plugin's route, no socket, processor time",
            name=name,
            sample=_sampler(run, _ask, served, ROUTE),
            baseline=served is bare,
        )


def _idle_cases(run: Run, hubs: list[Served]) -> Iterator[Case]:
    for path, what in ((ROUTE, "a plugin's route"), (OWN_ROUTE, "a route of the hub")):
        for name, served in zip(("no plugin idle", f"{IDLE} idle"), hubs, strict=True):
            yield Case(
                group=f"{what}, signed in, no socket, processor time",
                name=name,
                sample=_sampler(run, _ask, served, path),
                baseline=served is hubs[0],
            )
