"""What the request shield costs: the same hub answers the same request with it and without it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop

from bench.case import Case, awaited, each
from plexihub.app import Hub, HubOptions
from plexihub.services.http.app import HttpApp
from plexihub.services.http.bucket import Buckets
from plexihub.services.http.call import Call
from plexihub.services.http.shield import Shield
from plexihub.services.http.shield.rules import judge

COUNT = 500
HEADERS = [
    (b"host", b"hub"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    (b"accept", b"application/json"),
    (b"accept-language", b"en-GB,en;q=0.7,de;q=0.3"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"referer", b"http://hub/chat/general"),
    (b"sec-fetch-site", b"same-origin"),
    (b"cookie", b"theme=dark"),
]
PLAIN = (b"/api/v1/session", b"")
SEARCH = (b"/api/v1/session", b"title=Tom%27s+notes+%26+plans&after=12&limit=50")


class NoShield(Shield):
    """Lets everything pass, uncounted."""

    def admit(self, call: Call) -> None:
        """Let it pass."""

    def admit_person(self, call: Call) -> None:
        """Let it pass."""


def requests(
    app: HttpApp, request: tuple[bytes, bytes]
) -> Callable[[int], Coroutine[Any, Any, None]]:
    """Make a caller of one route."""
    path, query = request
    scope = {
        "type": "http",
        "method": "GET",
        "path": path.decode(),
        "raw_path": path,
        "query_string": query,
        "client": ("203.0.113.9", 4711),
        "headers": HEADERS,
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        assert message.get("status", 200) == 200

    async def work(count: int) -> None:
        for _ in range(count):
            await app(dict(scope), receive, send)

    return work


async def start(folder: Path) -> Hub:
    """Start a hub whose limits are counted and never reached."""
    limits = {f"security.rate.{name}": 1_000_000 for name in ("address", "reads")}
    hub = Hub(HubOptions(data=folder / "hub", settings_file=folder / "none.toml", flags=limits))
    await hub.start()
    return hub


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Give every case of this module."""
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        hub = runner.run(start(Path(folder)))
        try:
            apps = HttpApp(hub._http_parts()), HttpApp(hub._http_parts())  # noqa: SLF001
            apps[0]._shield = NoShield(hub.kernel.config.get, hub.kernel.audit)  # noqa: SLF001
            yield [*_whole(runner, *apps), *_alone()]
        finally:
            runner.run(hub.stop())


def _whole(runner: asyncio.Runner, without: HttpApp, shielded: HttpApp) -> Iterator[Case]:
    groups = {"request, plain address": PLAIN, "request, encoded query": SEARCH}
    for group, request in groups.items():
        yield Case(
            group=group,
            name="without the shield",
            sample=awaited(runner.run, requests(without, request), COUNT),
            baseline=True,
        )
        yield Case(
            group=group,
            name="PlexiHub",
            sample=awaited(runner.run, requests(shielded, request), COUNT),
            note="GET of one route, no network, nobody signed in",
        )


def _alone() -> Iterator[Case]:
    buckets = Buckets()
    yield Case(
        group="shield, rules alone",
        name="PlexiHub, plain address",
        sample=each(lambda: judge(*PLAIN, HEADERS), COUNT),
    )
    yield Case(
        group="shield, rules alone",
        name="PlexiHub, encoded query",
        sample=each(lambda: judge(*SEARCH, HEADERS), COUNT),
    )
    yield Case(
        group="shield, one bucket",
        name="PlexiHub",
        sample=each(lambda: buckets.take("203.0.113.9", 1_000_000), COUNT),
    )
