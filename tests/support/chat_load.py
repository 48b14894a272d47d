"""People who chat with a served hub while plugins misbehave in it, and what they notice of it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import websockets

from plexihub_sdk.ids import new_id
from tests.support.hub import RunningHub

HOSTILE = Path(__file__).parents[1] / "zoo" / "hostile"
NAMES = ("burns", "eats", "hangs", "floods", "crashes")
POSTERS = 6
LISTENERS = 3
#: Of all posters together; each stays below what one person may write in a minute.
A_SECOND = 15
SECONDS = 20.0
VISITORS = 3
#: How often somebody lets those out that were quarantined: they are to go on being hostile.
OUT_SECONDS = 2.0


@dataclass(slots=True)
class Round:
    """What a while of chatting came to.

    Args:
        latencies: Seconds from sending to the answer, of each message.
        acknowledged: Ids of the messages that the hub says it has.
        refused: What it answered instead.
    """

    latencies: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def p99_ms(self) -> float:
        """The latency that one message of a hundred was beyond, in milliseconds."""
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[-1] * 1000

    @property
    def median_ms(self) -> float:
        """The latency in the middle, in milliseconds."""
        return statistics.median(self.latencies) * 1000


@dataclass(slots=True)
class ChatLoad:
    """Posters, listeners, and visitors who call the hostile plugins."""

    hub: RunningHub
    posters: list[httpx.AsyncClient]
    admin: httpx.AsyncClient
    visitor: httpx.AsyncClient
    channel: str
    heard: list[set[str]]
    #: How often each hostile plugin had to be let out of quarantine.
    again: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))

    async def chat(self, seconds: float) -> Round:
        """Post for a while: a message comes when it comes, whether or not the last was answered."""
        found, tasks = Round(), []
        begin = time.monotonic()
        for number in range(int(seconds * A_SECOND)):
            await asyncio.sleep(max(0.0, begin + number / A_SECOND - time.monotonic()))
            poster = self.posters[number % len(self.posters)]
            tasks.append(asyncio.create_task(self._post(poster, found, f"message {number}")))
        await asyncio.gather(*tasks)
        return found

    async def _post(self, poster: httpx.AsyncClient, found: Round, text: str) -> None:
        begin = time.perf_counter()
        answer = await poster.post(
            f"/chat/channels/{self.channel}/messages", json={"text": text, "client_id": new_id()}
        )
        found.latencies.append(time.perf_counter() - begin)
        if answer.status_code == 201:
            found.acknowledged.append(answer.json()["id"])
        else:
            found.refused.append(answer.text)

    @asynccontextmanager
    async def hostile(self) -> AsyncIterator[None]:
        """Enable the hostile plugins and keep calling them; those in quarantine are let out."""
        for name in NAMES:
            await self._order(name, "enable")
        tasks = [asyncio.create_task(self._visit()) for _ in range(VISITORS)]
        tasks.append(asyncio.create_task(self._let_out()))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for name in NAMES:
                await self._order(name, "disable")

    async def _order(self, name: str, order: str) -> None:
        answer = await self.admin.post(f"/plugins/{name}/{order}")
        assert answer.is_success, answer.text

    async def _visit(self) -> None:
        [first, *_] = (await self.visitor.get("/dashboards")).json()["items"]
        while True:
            answer = await self.visitor.get(f"/dashboards/{first['id']}")
            assert answer.status_code == 200, answer.text
            await asyncio.sleep(0.05)

    async def _let_out(self) -> None:
        while True:
            await asyncio.sleep(OUT_SECONDS)
            for name in NAMES:
                shown = (await self.admin.get(f"/plugins/{name}")).json()
                if shown["state"] in {"quarantined", "failed"}:
                    self.again[name] += 1
                    with suppress(AssertionError):  # it may be on its way by now
                        await self._order(name, "enable")

    async def delivered(self, ids: set[str]) -> list[set[str]]:
        """Wait for the listeners; answer what each of them has not heard."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                while any(ids - each for each in self.heard):  # noqa: ASYNC110 - heard elsewhere
                    await asyncio.sleep(0.05)
        return [ids - each for each in self.heard]


@asynccontextmanager
async def chat_load(hub: RunningHub, folder: Path) -> AsyncIterator[ChatLoad]:
    """Install the hostile plugins, disabled, and let people sit down in a channel."""
    for name in NAMES:
        await asyncio.to_thread(_install, hub, folder, name)
    async with AsyncExitStack() as stack:

        async def person(username: str) -> httpx.AsyncClient:
            client = httpx.AsyncClient(base_url=f"{hub.url}/api/v1", timeout=60, trust_env=False)
            await stack.enter_async_context(client)
            said = {"username": username, "password": hub.password}
            answer = await client.post("/session", json=said)
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            return client

        admin = await person("ada")
        names = [one["username"] for one in (await admin.get("/users")).json()["items"]]
        others = [name for name in names if name != "ada"]
        posters = [await person(others[number % len(others)]) for number in range(POSTERS)]
        made = await admin.post("/chat/channels", json={"name": "load"})
        channel = made.json()["id"]
        for poster in posters:
            await poster.post(f"/chat/channels/{channel}/members")
        heard: list[set[str]] = [set() for _ in range(LISTENERS)]
        for number, ids in enumerate(heard):
            line = await stack.enter_async_context(_line(hub, posters[number]))
            task = asyncio.create_task(_listen(line, ids))
            stack.callback(task.cancel)
        yield ChatLoad(hub, posters, admin, await person("ada"), channel, heard)


def _install(hub: RunningHub, folder: Path, name: str) -> None:
    [source] = HOSTILE.glob(f"{name}.*")
    if source.suffix == ".py":
        root = folder / name
        root.mkdir(parents=True)
        (root / "main.py").write_bytes(source.read_bytes())
        manifest = {"id": name, "version": "1.0.0", "entrypoint": "main.py"}
        more = {"permissions": ["ui:render"], "hooks": ["onDashboardLoad"]}
        (root / "plugin.json").write_text(json.dumps({**manifest, **more}), encoding="utf-8")
        source = root
    # They are to meet the sandbox; the rules alone would not let them in.
    hub.run("config", "set", "plugins.validation", "warn")
    done = hub.run("plugin", "install", str(source), "--yes")
    assert done.returncode == 0, done.stderr


def _line(hub: RunningHub, client: httpx.AsyncClient) -> websockets.connect:
    cookie = "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)
    address = hub.url.replace("http", "ws") + "/api/v1/live"
    return websockets.connect(address, additional_headers={"cookie": cookie}, proxy=None)


async def _listen(line: Any, ids: set[str]) -> None:
    await line.send(json.dumps({"type": "resume", "after": 0}))
    async for text in line:
        frame = json.loads(text)
        if frame["type"] == "event" and frame["topic"] == "message.created":
            ids.add(frame["data"]["message"]["id"])
        elif frame["type"] == "ping":
            await line.send('{"type":"pong"}')


def stored(data: Path) -> set[str]:
    """Read the ids of all messages from the database itself."""
    connection = sqlite3.connect(f"file:{data / 'hub.db'}?mode=ro", uri=True)
    try:
        return {row[0] for row in connection.execute("SELECT id FROM chat_messages")}
    finally:
        connection.close()
