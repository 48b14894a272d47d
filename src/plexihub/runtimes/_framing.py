"""Frames between the hub and a sandboxed process (docs/protocol.md): bytes in, checked frames out.

Length is checked before a byte of a message is kept, depth before anybody sees it. What a frame
means is the session's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from plexihub_sdk.errors import LimitExceededError, ProtocolError
from plexihub_sdk.wire import HEADER_BYTES, MAX_DEPTH, MAX_MESSAGE_BYTES, PROTOCOL_VERSION

_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b'[]{}"'))
_TEXT = re.compile(rb'"[^"]*"')
_MIB = 1024 * 1024


class Excess(Exception):  # noqa: N818 - never raised alone
    """Which limit of the protocol was passed: the cause of the error that says so.

    Args:
        limit: Its name in the table of limits.
        measured: How much it was, in the limit's unit.
    """

    def __init__(self, limit: str, measured: float) -> None:
        super().__init__(limit)
        self.limit = limit
        self.measured = measured


class WireError(msgspec.Struct):
    """An error as it stands in a frame."""

    code: str
    message: str
    data: dict[str, Any] = {}


class _Frame(msgspec.Struct, tag_field="type", forbid_unknown_fields=True):
    pass


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What of a plugin is watched, as its guest is told.

    Args:
        now: The moment, in milliseconds, where the hub tells the clock, or for what a replay has
            no more of; None for the real clock.
        seen: What is played back to the plugin's top level; None where nothing is.
        coverage: Whether the lines that run are noted.
    """

    now: float | None = None
    seen: dict[str, list[Any]] | None = None
    coverage: bool = False


class Hello(_Frame, tag="hello"):
    """First frame to a guest: what to load, and the proof that the answer is to this start."""

    nonce: str
    entry: str
    plugin: str
    protocol: int = PROTOCOL_VERSION
    watch: Watched | None = None


class File(_Frame, tag="file"):
    """One of the plugin's files, before the hello: to a process that was started for nobody."""

    path: str
    text: str


class Call(_Frame, tag="call", omit_defaults=True):
    """The hub calls one of the plugin's hooks."""

    id: int
    hook: str
    payload: Any
    ms: int
    user: str | None
    trace: str
    now: float | None = None
    seen: dict[str, list[Any]] | None = None


class Response(_Frame, tag="response", omit_defaults=True):
    """The answer to a guest's request: either a value, or an error that is not None."""

    id: int
    value: Any
    error: WireError | None
    now: float | None = None


class Cancel(_Frame, tag="cancel"):
    """Nobody waits for this call's answer any more; it is answered all the same."""

    id: int


class Stop(_Frame, tag="stop"):
    """The guest is to end now."""


class Cover(_Frame, tag="cover"):
    """The guest is to tell which lines ran."""


class Ready(_Frame, tag="ready"):
    """The plugin is loaded."""

    protocol: int
    nonce: str
    plugin: dict[str, Any]
    hooks: list[str]
    seen: dict[str, list[Any]] = {}


class Failed(_Frame, tag="failed"):
    """The plugin could not be loaded."""

    nonce: str
    error: WireError


class Result(_Frame, tag="result"):
    """A call's answer."""

    id: int
    value: Any
    seen: dict[str, list[Any]] = {}


class Error(_Frame, tag="error"):
    """A call raised."""

    id: int
    error: WireError
    seen: dict[str, list[Any]] = {}


class Request(_Frame, tag="request"):
    """The plugin asks the gateway for something, within `call` (0: within none)."""

    id: int
    call: int
    method: str
    params: dict[str, Any]


class Log(_Frame, tag="log"):
    """A line of the plugin's console."""

    level: str
    text: str


class Reached(_Frame, tag="limit"):
    """The guest refused its plugin something that is beyond a limit of the protocol."""

    limit: str
    measured: float


class Covered(_Frame, tag="covered"):
    """What ran of the plugin, as its language counts."""

    data: Any


FromGuest = Result | Error | Request | Log | Ready | Failed | Reached | Covered
ToGuest = Call | Response | Cancel | Stop | Hello | Cover | File

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[FromGuest] = msgspec.json.Decoder(FromGuest)


def encode(frame: ToGuest) -> bytes:
    """Write one frame, its length before it.

    Raises:
        LimitExceededError: It is larger or nests deeper than a frame may, or is no JSON.
    """
    try:
        body = _encoder.encode(frame)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise LimitExceededError(f"This cannot be sent to a plugin: {error}.") from None
    if len(body) > MAX_MESSAGE_BYTES:
        problem = f"{len(body)} bytes: a message is 4 MiB at most."
        raise LimitExceededError(problem) from Excess("message_mb", len(body) / _MIB)
    if _is_deeper(body):
        problem = f"Nested deeper than {MAX_DEPTH} levels."
        raise LimitExceededError(problem) from Excess("message_depth", MAX_DEPTH + 1)
    return len(body).to_bytes(HEADER_BYTES, "big") + body


def decode(body: bytes) -> FromGuest:
    """Read one frame's JSON text.

    Raises:
        ProtocolError: It is no frame of the protocol.
    """
    try:
        frame = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(f"It sent what is no message of the protocol: {error}.") from None
    if _is_deeper(body):
        problem = f"It sent a message nested deeper than {MAX_DEPTH} levels."
        raise ProtocolError(problem) from Excess("message_depth", MAX_DEPTH + 1)
    return frame


def _is_deeper(body: bytes) -> bool:
    """Whether arrays and objects are too many inside one another; the frame is not counted.

    Looks at the text: to walk along the values takes ten times as long where they are many.
    """
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH + 1:
        return False
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Left are brackets of one kind, and quotes; then the brackets that no quotes are around.
    brackets = body.translate(_SQUARE, _NO_BRACKETS).replace(b'""', b"")
    brackets = _TEXT.sub(b"", brackets)
    for _ in range(MAX_DEPTH + 1):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")  # the innermost level
    return bool(brackets)


class Splitter:
    """Cuts a stream of bytes into the JSON texts of frames."""

    __slots__ = ("_buffer", "_limit")

    def __init__(self, limit: int = MAX_MESSAGE_BYTES) -> None:
        self._buffer = bytearray()
        self._limit = limit

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes and answer each JSON text that is complete.

        Raises:
            ProtocolError: A frame is empty or larger than the limit.
        """
        # The usual case, whole frames in one piece, is never copied into the buffer.
        source: bytes | bytearray = data
        if self._buffer:
            self._buffer += data
            source = self._buffer
        at = 0
        while (end := self._end(source, at)) > 0:
            yield _cut(source, at + HEADER_BYTES, end)
            at = end
        if source is self._buffer:
            del self._buffer[:at]
        else:
            self._buffer += source[at:]

    def _end(self, source: bytes | bytearray, at: int) -> int:
        body = at + HEADER_BYTES
        if len(source) < body:
            return 0
        size = int.from_bytes(source[at:body], "big")
        if not 0 < size <= self._limit:
            cause = Excess("message_mb", size / _MIB) if size else None
            raise ProtocolError(f"It announced a message of {size} bytes.") from cause
        return body + size if len(source) >= body + size else 0


def _cut(source: bytes | bytearray, start: int, end: int) -> bytes:
    if isinstance(source, bytes):
        return source[start:end]
    # A slice of a bytearray is a copy itself.
    with memoryview(source) as whole, whole[start:end] as part:
        return bytes(part)
