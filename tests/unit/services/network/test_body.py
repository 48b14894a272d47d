"""Bodies of answers: unpacked as their header says, or refused."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator

import pytest

from plexihub.services.network.body import LongError, PackedError, read_body

pytestmark = pytest.mark.anyio
TEXT = b"what another machine says, again and again. " * 200
_RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
RAW = _RAW.compress(TEXT) + _RAW.flush()
# Without the time of packing: the tests have to be the same in every process that collects them.
PACKED = gzip.compress(TEXT, mtime=0)


async def read(data: bytes, encoding: str, *, most: int = 100_000, size: int = 7) -> bytes:
    """Read a body that comes in parts of `size` bytes."""

    async def parts() -> AsyncIterator[bytes]:
        for at in range(0, len(data), size):
            yield data[at : at + size]

    return await read_body(parts(), encoding, most=most)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (TEXT, "br"),
        (PACKED, "GZIP"),
        (PACKED, "identity, x-gzip"),
        (zlib.compress(TEXT), "deflate"),
        (RAW, "deflate"),
    ],
    ids=["plain", "identity", "unknown", "gzip", "x-gzip", "zlib", "raw"],
)
async def test_body_is_read_as_its_header_says(data: bytes, encoding: str) -> None:
    """Plain, gzip and both forms of deflate; what is not known stays as it came."""
    assert await read(data, encoding) == TEXT
    assert await read(data, encoding, size=100_000) == TEXT


async def test_answer_without_body_may_name_an_encoding() -> None:
    """As the answer to HEAD does."""
    assert await read(b"", "gzip") == b""


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (gzip.compress(PACKED, mtime=0), "gzip, gzip"),
        (TEXT, "gzip"),
        (TEXT, "deflate"),
        (PACKED[:-9], "gzip"),
    ],
    ids=["twice", "plain-as-gzip", "plain-as-deflate", "half"],
)
async def test_body_that_is_not_what_it_says_is_refused(data: bytes, encoding: str) -> None:
    """Packed twice, not packed at all, or only half there."""
    with pytest.raises(PackedError):
        await read(data, encoding)


async def test_body_may_be_as_long_as_its_bound_and_no_longer() -> None:
    """The bound counts what was unpacked."""
    assert await read(PACKED, "gzip", most=len(TEXT)) == TEXT
    with pytest.raises(LongError):
        await read(PACKED, "gzip", most=len(TEXT) - 1)
