"""Another machine whose answers are meant to fill the hub's memory."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc

import pytest

from plexihub_sdk.errors import PlexiHubError
from tests.attacks.conftest import Target

pytestmark = pytest.mark.anyio
MIB = 2**20
ONCE = gzip.compress(bytes(256 * MIB))


@pytest.mark.parametrize(
    ("packed", "encoding"), [(ONCE, "gzip"), (gzip.compress(ONCE), "gzip, gzip")]
)
async def test_few_bytes_never_become_many(target: Target, packed: bytes, encoding: str) -> None:
    """What unpacks to 256 MiB, once or twice packed, is given up at the 10 MiB of an answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + packed)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    tracemalloc.start()
    try:
        with pytest.raises(PlexiHubError):
            await target.hub.outside.network.request("GET", f"http://127.0.0.1:{port}/")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        server.close()
        await server.wait_closed()
    assert most < 40 * MIB
