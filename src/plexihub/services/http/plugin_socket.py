"""One connection of a plugin's WebSocket route, from its acceptance to its end."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from starlette.types import Receive, Send

from plexihub_sdk.errors import InputError, PluginUnavailableError
from plexihub_sdk.routes import Person

#: The size of a message, as that of a body.
LONGEST = 1024 * 1024
MOST_UNREAD = 64
#: For a handler that reads nothing, and for another side that takes nothing.
SLOW_SECONDS = 20.0
RECHECK_SECONDS = 60.0
#: A line that nobody used for so long is closed: the other side may be gone without a word.
IDLE_SECONDS = 3600.0
LONGEST_REASON = 120
OWN_CODES = range(4000, 5000)

#: Close code and reason by why a connection ended. `gone` is not told: nobody listens any more.
ENDINGS: Mapping[str, tuple[int, str]] = {
    "returned": (1000, ""),
    "disabled": (1001, "the plugin was disabled"),
    "too long": (1009, "a message may have 1 MiB at most"),
    "failed": (1011, "the plugin failed"),
    "closing": (1012, "the hub stops"),
    "revoked": (4401, "the session ended"),
    "slow": (4408, "messages were not taken in time"),
    "idle": (4408, "nothing was sent for an hour"),
}


class PluginSocket:
    """What a plugin's handler is given; see `plexihub_sdk.routes.WebSocket`.

    Args:
        receive: Of the server.
        send: Of the server.
        path: As requested.
        params: Of the route's path.
        query: Of the request.
        person: Who is signed in.
    """

    def __init__(  # noqa: PLR0913 - keyword-only facts of the request
        self,
        receive: Receive,
        send: Send,
        *,
        path: str,
        params: Mapping[str, str],
        query: Mapping[str, str],
        person: Person | None,
    ) -> None:
        self.path = path
        self.params = params
        self.query = query
        self.person = person
        self.over = asyncio.Event()
        self._ending = 1000, ""
        self._is_told = False
        self._server = receive, send
        self._sending = asyncio.Lock()
        self._unread: deque[str | bytes] = deque()
        self._news, self._room = asyncio.Event(), asyncio.Event()
        self._used = time.monotonic()

    # --- For the handler ---

    async def receive(self) -> str | bytes:
        """Wait for the next message.

        Raises:
            PluginUnavailableError: The connection is closed.
        """
        while not self._unread:
            if self.over.is_set():
                raise PluginUnavailableError("The connection is closed.", where=self.path)
            self._news.clear()
            await self._news.wait()
        self._room.set()
        return self._unread.popleft()

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        while True:
            try:
                message = await self.receive()
            except PluginUnavailableError:
                return
            yield message

    async def send(self, message: str | bytes) -> None:
        """Send one message.

        Raises:
            InputError: It is neither text nor bytes, or too large.
            PluginUnavailableError: The connection is closed, or the other side takes nothing.
        """
        if not isinstance(message, str | bytes) or len(message) > LONGEST:
            raise InputError(
                f"A message is text or bytes, {LONGEST} at most.",
                where=self.path,
                next="Encode JSON with `json.dumps` first.",
            )
        if self.over.is_set():
            raise PluginUnavailableError("The connection is closed.", where=self.path)
        kind = "text" if isinstance(message, str) else "bytes"
        try:
            await self._tell({"type": "websocket.send", kind: message})
        except Exception as error:
            self.end("slow" if isinstance(error, TimeoutError) else "gone")
            raise PluginUnavailableError("The other side is gone.", where=self.path) from error

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection.

        Raises:
            InputError: The code is neither 1000 nor from 4000 to 4999.
        """
        if code != 1000 and code not in OWN_CODES:  # noqa: PLR2004 - the protocol's "all is well"
            raise InputError("Close with 1000, or with 4000 to 4999.", where=self.path)
        self._end(code, reason)

    # --- For the hub ---

    @property
    def is_gone(self) -> bool:
        """Whether the other side left, so that a handler may end in its own time."""
        return self._is_told

    def end(self, why: str) -> None:
        """Let the connection end for one of `ENDINGS`, or because the other side is `gone`."""
        if why == "gone" and not self.over.is_set():
            self._is_told = True
        self._end(*ENDINGS.get(why, (1000, "")))

    def _end(self, code: int, reason: str) -> None:
        if not self.over.is_set():
            self._ending = code, reason
            self.over.set()
            self._news.set()

    async def accept(self) -> None:
        """Take the connection up."""
        await self._tell({"type": "websocket.accept"})

    async def listen(self) -> None:
        """Take in what the other side sends, until the connection is over."""
        receive, _ = self._server
        while not self.over.is_set():
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return self.end("gone")
            text = message.get("text")
            content = text if text is not None else message.get("bytes") or b""
            if len(content) > LONGEST:
                return self.end("too long")
            if not await self._has_room():
                return self.end("slow")
            self._used = time.monotonic()
            self._unread.append(content)
            self._news.set()
        return None

    async def _has_room(self) -> bool:
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                while len(self._unread) >= MOST_UNREAD:
                    self._room.clear()
                    await self._room.wait()
        except TimeoutError:
            return False
        return True

    async def watch(self, may_stay: Callable[[], Awaitable[bool]]) -> None:
        """End the connection when its person may no longer be here, or nobody uses it."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            if not await may_stay():
                return self.end("revoked")
            if time.monotonic() - self._used > IDLE_SECONDS:
                return self.end("idle")

    async def finish(self) -> None:
        """Tell the other side that it is over, where it still listens."""
        self.end("returned")
        if self._is_told:
            return
        self._is_told = True
        code, reason = self._ending
        short = reason.encode("utf-8", "replace")[:LONGEST_REASON].decode("utf-8", "ignore")
        with contextlib.suppress(Exception):
            await self._tell({"type": "websocket.close", "code": code, "reason": short})

    async def _tell(self, message: dict[str, Any]) -> None:
        _, send = self._server
        async with asyncio.timeout(SLOW_SECONDS), self._sending:
            await send(message)
        self._used = time.monotonic()
