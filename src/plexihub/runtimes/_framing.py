"""Frames between the hub and a sandboxed process (docs/protocol.md): bytes in, checked frames out.

Length is checked before a byte of a message is kept, depth before anybody sees it. What a frame
means is the session's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from plexihub_sdk.errors import LimitExceededError, ProtocolError
from plexihub_sdk.wire import HEADER_BYTES, MAX_DEPTH, MAX_MESSAGE_BYTES, PROTOCOL_VERSION

_CONTAINERS = frozenset({dict, list, tuple})
#: Bytes up to which counting brackets is cheaper than looking at every value.
_COUNTED = 32 * 1024


class WireError(msgspec.Struct):
    """An error as it stands in a frame."""

    code: str
    message: str
    data: dict[str, Any] = {}


class _Frame(msgspec.Struct, tag_field="type", forbid_unknown_fields=True):
    pass


class Hello(_Frame, tag="hello"):
    """First frame to a guest: what to load, and the proof that the answer is to this start."""

    nonce: str
    entry: str
    plugin: str
    protocol: int = PROTOCOL_VERSION


class Call(_Frame, tag="call"):
    """The hub calls one of the plugin's hooks."""

    id: int
    hook: str
    payload: Any
    ms: int
    user: str | None
    trace: str


class Response(_Frame, tag="response"):
    """The answer to a guest's request: either a value, or an error that is not None."""

    id: int
    value: Any
    error: WireError | None


class Cancel(_Frame, tag="cancel"):
    """Nobody waits for this call's answer any more; it is answered all the same."""

    id: int


class Stop(_Frame, tag="stop"):
    """The guest is to end now."""


class Ready(_Frame, tag="ready"):
    """The plugin is loaded."""

    protocol: int
    nonce: str
    plugin: dict[str, Any]
    hooks: list[str]


class Failed(_Frame, tag="failed"):
    """The plugin could not be loaded."""

    nonce: str
    error: WireError


class Result(_Frame, tag="result"):
    """A call's answer."""

    id: int
    value: Any


class Error(_Frame, tag="error"):
    """A call raised."""

    id: int
    error: WireError


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


FromGuest = Result | Error | Request | Log | Ready | Failed
ToGuest = Call | Response | Cancel | Stop | Hello

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
        raise LimitExceededError(f"{len(body)} bytes: a message is 4 MiB at most.")
    if _may_be_deeper(body) and _is_deeper(_sent(frame)):
        raise LimitExceededError(f"Nested deeper than {MAX_DEPTH} levels.")
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
    if _may_be_deeper(body) and any(map(_is_deeper, _values(frame))):
        raise ProtocolError(f"It sent a message nested deeper than {MAX_DEPTH} levels.")
    return frame


def _sent(frame: ToGuest) -> object:
    match frame:
        case Call():
            return frame.payload
        case Response():
            return frame.value
    return None


def _values(frame: FromGuest) -> tuple[object, ...]:
    match frame:
        case Result():
            return (frame.value,)
        case Request():
            return (frame.params,)
        case Ready():
            return (frame.plugin,)
        case Error() | Failed():
            return (frame.error.data,)
        case Log():
            return ()


def _is_deeper(value: object) -> bool:
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(MAX_DEPTH):
        if not level:
            return False
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)  # type: ignore[attr-defined]
            if type(child) in _CONTAINERS
        ]
    return bool(level)


def _may_be_deeper(body: bytes) -> bool:
    # Small messages are counted through, at the speed of C. A walk along the values costs less
    # where a message is large, since then it is mostly text.
    return len(body) > _COUNTED or body.count(b"[") + body.count(b"{") > MAX_DEPTH


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
            raise ProtocolError(f"It announced a message of {size} bytes.")
        return body + size if len(source) >= body + size else 0


def _cut(source: bytes | bytearray, start: int, end: int) -> bytes:
    if isinstance(source, bytes):
        return source[start:end]
    # A slice of a bytearray is a copy itself.
    with memoryview(source) as whole, whole[start:end] as part:
        return bytes(part)
