"""The body of an answer: unpacked as it comes, and never further than it may be long.

A few bytes can unpack to a gigabyte at once, and packed twice to a thousand; a limit that is looked
at afterwards comes too late. So each step says how much it may make.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator

#: What this unpacks, as the header `accept-encoding` says it.
ACCEPTED = "gzip, deflate"
_GZIP = zlib.MAX_WBITS | 16
_PIECE = 64 * 1024


class PackedError(ValueError):
    """A body is not packed as its header says, or in a way that is not unpacked."""


class LongError(ValueError):
    """A body is longer than it may be."""


async def read_body(parts: AsyncIterable[bytes], encoding: str, *, most: int) -> bytes:
    """Put a body together.

    Args:
        parts: As they came.
        encoding: The header `content-encoding`; what is not known here stays as it is.
        most: Bytes, of what was unpacked.

    Raises:
        PackedError: It cannot be unpacked, or was packed more than once.
        LongError: It is longer.
    """
    unpack = _unpacker(encoding)
    found = bytearray()
    async for part in parts:
        found += part if unpack is None else unpack.feed(part, most + 1 - len(found))
        if len(found) > most:
            raise LongError
    if unpack is not None and found and not unpack.is_whole:
        raise PackedError("It ended in the middle.")
    return bytes(found)


async def unpacked(
    parts: AsyncIterable[bytes], encoding: str, *, most: int
) -> AsyncIterator[bytes]:
    """Unpack a body piece by piece, each of 64 KiB at most.

    Args:
        parts: As they came.
        encoding: The header `content-encoding`; what is not known here stays as it is.
        most: Bytes, of what came and of what was unpacked.

    Raises:
        PackedError: It cannot be unpacked, or was packed more than once.
        LongError: It is longer.
    """
    unpack, came, made = _unpacker(encoding), 0, 0
    async for part in parts:
        came += len(part)
        for piece in _pieces(part) if unpack is None else unpack.pieces(part):
            made += len(piece)
            if max(came, made) > most:
                raise LongError
            yield piece
        if came > most:
            raise LongError
    if unpack is not None and came and not unpack.is_whole:
        raise PackedError("It ended in the middle.")


def _pieces(part: bytes) -> Iterator[bytes]:
    for at in range(0, len(part), _PIECE):
        yield part[at : at + _PIECE]


def _unpacker(encoding: str) -> _Unpacker | None:
    names = [one.strip().lower() for one in encoding.split(",") if one.strip()]
    named = [one for one in names if one != "identity"]
    if len(named) > 1:
        raise PackedError("It was packed more than once.")
    known = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}
    formats = known.get(named[0]) if named else None
    return None if formats is None else _Unpacker(formats)


class _Unpacker:
    """Unpacks one stream; of several formats, the first that fits its beginning."""

    def __init__(self, formats: tuple[int, ...]) -> None:
        self._stream = zlib.decompressobj(formats[0])
        self._others = formats[1:]

    @property
    def is_whole(self) -> bool:
        return self._stream.eof

    def feed(self, part: bytes, most: int) -> bytes:
        """Unpack a part, to `most` bytes at most; there is more where it is exactly that."""
        try:
            made = self._stream.decompress(part, most)
        except zlib.error as error:
            # `deflate` comes with and without a header.
            if not self._others:
                raise PackedError(str(error)) from None
            self._stream, self._others = zlib.decompressobj(self._others[0]), self._others[1:]
            return self.feed(part, most)
        self._others = () if made else self._others
        return made

    def pieces(self, part: bytes) -> Iterator[bytes]:
        """Unpack a part, a piece at a time."""
        while piece := self.feed(part, _PIECE):
            yield piece
            part = self._stream.unconsumed_tail
