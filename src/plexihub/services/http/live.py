"""The live door: one WebSocket a page. See `ui.live` for what is sent over it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

import msgspec
from starlette.types import Receive, Send

from plexihub.services.http.errors import CsrfError
from plexihub.services.http.security import check_origin
from plexihub.services.ui import LiveHub, Subscription
from plexihub_sdk.errors import LimitExceededError

_log = logging.getLogger(__name__)
PING = '{"type":"ping"}'
PING_SECONDS = 20.0
#: A page that is silent for two pings is gone, though its connection has not noticed.
SILENT_SECONDS = 50.0
RESUME_SECONDS = 10.0
SEND_SECONDS = 20.0
#: A session that ended without a word (expired, or its row was deleted) is noticed after this.
RECHECK_PINGS = 3
UNAUTHENTICATED, FORBIDDEN, BAD_FRAME, SLOW, RESTART, FULL = 4401, 4403, 4400, 4408, 1012, 1013
_CODES = {"slow": SLOW, "revoked": UNAUTHENTICATED, "closing": RESTART}
LONGEST_FRAME = 4096


class Resume(msgspec.Struct):
    """Where the page stands."""

    type: Literal["resume"]
    epoch: str | None = None
    after: int = 0


class Line:
    """One page's connection.

    Args:
        receive: Of the server.
        send: Of the server.
        is_valid: Whether the session is still good.
    """

    def __init__(
        self, receive: Receive, send: Send, is_valid: Callable[[], Awaitable[bool]]
    ) -> None:
        self._receive = receive
        self._send = send
        self._is_valid = is_valid
        self._heard = asyncio.Event()

    async def serve(self, live: LiveHub, person: str, session: str) -> None:
        """Say hello, resume, and pass events on until one side ends it."""
        await self._send({"type": "websocket.accept"})
        await self._text(live.hello())
        resume = await self._resume()
        if resume is None:
            await self.close(BAD_FRAME, "the first frame must be a resume")
            return
        try:
            share = live.subscribe(person, session, epoch=resume.epoch, after=resume.after)
        except LimitExceededError:
            await self.close(FULL, "too many pages are open")
            return
        try:
            # It may have ended while the page kept us waiting for its first frame.
            if not await self._is_valid():
                await self.close(UNAUTHENTICATED, "revoked")
                return
            await self._run(share)
        finally:
            share.close()

    async def _resume(self) -> Resume | None:
        try:
            async with asyncio.timeout(RESUME_SECONDS):
                message = await self._receive()
            return msgspec.json.decode(message.get("text") or "", type=Resume)
        except (TimeoutError, msgspec.MsgspecError, RecursionError):
            return None

    async def _run(self, share: Subscription) -> None:
        jobs = [
            asyncio.create_task(self._pass_on(share), name="live events"),
            asyncio.create_task(self._listen(), name="live frames"),
            asyncio.create_task(self._ping(share), name="live pings"),
        ]
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(jobs)
        if share.ended:
            await self.close(_CODES[share.ended], share.ended)

    async def _pass_on(self, share: Subscription) -> None:
        async for text in share:
            await self._text(text)

    async def _listen(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect" or _is_too_long(message):
                return
            self._heard.set()

    async def _ping(self, share: Subscription) -> None:
        count, silent = 0, 0.0
        while silent < SILENT_SECONDS:
            self._heard.clear()
            await asyncio.sleep(PING_SECONDS)
            silent = 0.0 if self._heard.is_set() else silent + PING_SECONDS
            count += 1
            if count % RECHECK_PINGS == 0 and not await self._is_valid():
                share.end("revoked")
                return
            await self._text(PING)

    async def _text(self, text: str) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await self._send({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        """End the connection; it may be gone already."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(SEND_SECONDS):
                await self._send({"type": "websocket.close", "code": code, "reason": reason})


def _is_too_long(message: Any) -> bool:
    return len(message.get("text") or message.get("bytes") or "") > LONGEST_FRAME


async def _end(jobs: list[asyncio.Task[None]]) -> None:
    for job in jobs:
        job.cancel()
    for error in await asyncio.gather(*jobs, return_exceptions=True):
        if isinstance(error, Exception) and not isinstance(error, TimeoutError):
            _log.debug("a live connection broke: %s", error)


def may_connect(headers: Mapping[str, str]) -> bool:
    """Whether a connection comes from the hub's own pages, or from no page at all."""
    try:
        check_origin(headers)
    except CsrfError:
        return False
    return True
