"""What a handler of the hub's own routes answers, and how it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import msgspec
from starlette.types import Send

from plexihub.services.http.headers import missing

_encode = msgspec.json.Encoder().encode
JSON = "application/json"
BLOCK = 256 * 1024
#: A reader that takes nothing for so long is given up.
STALL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers of a response.

    Args:
        status: HTTP status.
        body: Raw bytes.
        content_type: Of the body; empty for none.
        headers: Further ones.
        cookies: Each for a header of its own.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


def json_answer(
    value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Make an answer of a JSON value; it is never kept by a cache.

    Raises:
        TypeError: It is no JSON.
    """
    return Answer(status, _encode(value), JSON, {"cache-control": "no-store", **(headers or {})})


NOTHING = Answer(204, headers={"cache-control": "no-store"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer(Answer):
    """A response whose body is an open file, read a block at a time and closed at the end.

    Args:
        file: Read from where it stands.
        length: Bytes to send.
    """

    file: BinaryIO
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAnswer(Answer):
    """A response whose body is made while it is sent; nobody knows how long it becomes.

    Args:
        pieces: Of the body; closed at the end, whoever ends it.
    """

    pieces: AsyncGenerator[bytes, None]


async def send_answer(
    send: Send, answer: Answer, always: Iterable[tuple[bytes, bytes]] = (), *, body: bool = True
) -> None:
    """Send an answer; without its body to HEAD.

    Args:
        send: Of the connection.
        answer: It.
        always: Headers beside the answer's own, and beside what every response forbids.
        body: Whether the body is sent.
    """
    headers = [
        (name.lower().encode(), text.encode("latin-1")) for name, text in answer.headers.items()
    ]
    headers += [(b"set-cookie", cookie.encode("latin-1")) for cookie in answer.cookies]
    if answer.content_type:
        headers.append((b"content-type", answer.content_type.encode("latin-1")))
    if answer.status not in {204, 304} and not isinstance(answer, StreamAnswer):
        length = answer.length if isinstance(answer, FileAnswer) else len(answer.body)
        headers.append((b"content-length", str(length).encode()))
    headers += missing(headers)
    headers += always
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    if isinstance(answer, FileAnswer):
        await _send_file(send, start, answer, body=body)
        return
    if isinstance(answer, StreamAnswer):
        await _send_stream(send, start, answer, body=body)
        return
    await send(start)
    await send({"type": "http.response.body", "body": answer.body if body else b""})


async def _send_file(send: Send, start: Any, answer: FileAnswer, *, body: bool) -> None:
    try:
        await send(start)
        left = answer.length if body else 0
        while left > 0:
            block = await asyncio.to_thread(answer.file.read, min(BLOCK, left))
            if not block:  # it was cut off meanwhile: the reader sees that bytes are missing
                break
            left -= len(block)
            async with asyncio.timeout(STALL_SECONDS):
                await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await asyncio.to_thread(answer.file.close)


async def _send_stream(send: Send, start: Any, answer: StreamAnswer, *, body: bool) -> None:
    try:
        await send(start)
        if body:
            async for piece in answer.pieces:
                async with asyncio.timeout(STALL_SECONDS):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await answer.pieces.aclose()
