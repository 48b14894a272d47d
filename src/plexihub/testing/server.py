"""A hub under test for a program in another language: one JSON object a line, in and out.

`{"id": 1, "do": "load", "with": {…}}` is answered `{"id": 1, "value": …}` or
`{"id": 1, "error": {code, message, where, next}}`. It speaks over standard input and output alone,
opens no port, and ends with the program that started it.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from plexihub.kernel.background import Background
from plexihub.kernel.recording import error_of
from plexihub.testing.hub import MemoryHub
from plexihub.testing.leave import leave
from plexihub.testing.person import Person
from plexihub.testing.plugin import LoadedPlugin
from plexihub_sdk.errors import InputError, NotFoundError, PlexiHubError

MOST_LINE = 8 * 1024 * 1024
MOST_AT_ONCE = 64
Do = Callable[..., Awaitable[Any]]


class TestServer:
    """Does what is asked with one hub.

    Args:
        hub: Open.
    """

    __test__ = False  # a class of this name is none of pytest's

    def __init__(self, hub: MemoryHub) -> None:
        self._hub = hub
        self._plugins: dict[str, LoadedPlugin] = {}
        self._people: dict[str, Person] = {}

    async def answer(self, line: bytes) -> bytes:
        """Do what a line asks, and answer with a line."""
        number: Any = None
        try:
            asked = json.loads(line)
            number = asked["id"]
            value = await self._do(str(asked["do"]), dict(asked.get("with") or {}))
            answer = {"id": number, "value": value}
            return json.dumps(answer).encode() + b"\n"
        except (ValueError, KeyError, TypeError) as error:
            refused: BaseException = InputError(f"The question does not fit: {error!r}.")
        except PlexiHubError as error:
            refused = error
        return json.dumps({"id": number, "error": error_of(refused)}).encode() + b"\n"

    async def _do(self, name: str, given: dict[str, Any]) -> Any:
        do: Do | None = getattr(self, f"do_{name}", None)
        if do is None:
            raise NotFoundError(f"There is nothing called {name!r} to do.", where="do")
        inspect.signature(do).bind(**given)
        return await do(**given)

    # --- the hub ---

    async def do_load(self, folder: str, grant: list[str] | None = None) -> dict[str, str]:
        """Load a plugin."""
        plugin = await self._hub.load(Path(folder), grant=grant)
        self._plugins[plugin.id] = plugin
        return {"id": plugin.id}

    async def do_person(self, username: str, role: str = "member") -> dict[str, str]:
        """Create a person."""
        person = await self._hub.person(username, role=role)
        self._people[person.id] = person
        return {"id": person.id, "username": person.username}

    async def do_now(self) -> float:
        """Tell the time, in milliseconds."""
        return self._hub.clock.now().timestamp() * 1000

    async def do_advance(self, **duration: float) -> float:
        """Let time go by."""
        return (await self._hub.advance(**duration)).timestamp() * 1000

    async def do_answer(self, url: str, **answer: Any) -> None:
        """Declare what another machine answers."""
        self._hub.answer(url, **answer)

    async def do_requests(self) -> list[dict[str, Any]]:
        """Tell what was sent to other machines."""
        return [
            {
                "method": one.method,
                "url": one.url,
                "headers": dict(one.headers),
                "body": one.body.decode("utf-8", "replace"),
            }
            for one in self._hub.requests
        ]

    async def do_audit(self, action: str = "", plugin: str = "") -> list[dict[str, Any]]:
        """Tell what stands in the audit."""
        return await self._hub.audit(action, plugin=plugin)

    async def do_ask(self, hook: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Run a hook over every plugin."""
        return await self._hub.ask(hook, payload)

    # --- a plugin ---

    async def do_call(
        self, plugin: str, hook: str, payload: dict[str, Any], person: str | None = None
    ) -> Any:
        """Call a handler."""
        whom = None if person is None else self._people[person]
        return await self._plugins[plugin].call(hook, payload, person=whom)

    async def do_run_job(self, plugin: str, job: str) -> dict[str, Any]:
        """Run a job."""
        return await self._plugins[plugin].run_job(job)

    async def do_stored(self, plugin: str, user: str | None = None) -> dict[str, Any]:
        """Tell what a plugin keeps."""
        return await self._plugins[plugin].stored(user)

    async def do_permissions(self, plugin: str) -> dict[str, list[str]]:
        """Tell which permissions a plugin used."""
        return await self._plugins[plugin].permissions()

    # --- a person ---

    async def do_act(
        self, person: str, action: str, payload: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Have an action done."""
        return await self._people[person].act(action, payload)

    async def do_press(
        self,
        person: str,
        message: dict[str, Any],
        action: str,
        payload: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Press a button of a message."""
        return await self._people[person].press(message, action, payload)

    async def do_post(self, person: str, text: str, channel: str = "general") -> dict[str, Any]:
        """Post a message."""
        return await self._people[person].post(text, channel)

    async def do_command(self, person: str, text: str, channel: str = "general") -> dict[str, Any]:
        """Run a slash command."""
        return await self._people[person].command(text, channel)

    async def do_messages(self, person: str, channel: str = "general") -> list[dict[str, Any]]:
        """Tell the messages of a channel."""
        return await self._people[person].messages(channel)


async def serve_tests() -> None:
    """Serve standard input until it ends."""
    reader = asyncio.StreamReader(limit=MOST_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    working = Background(limit=MOST_AT_ONCE)
    async with MemoryHub() as hub:
        server = TestServer(hub)

        async def one(line: bytes) -> None:
            answer = await server.answer(line)
            await asyncio.to_thread(_print, answer)

        while line := await _line(reader):
            working.spawn(one(line), name="a question of a test")
        await working.close()
        with contextlib.suppress(OSError):
            await leave(hub)


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ValueError:  # longer than any question
        return b""


def _print(answer: bytes) -> None:
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
