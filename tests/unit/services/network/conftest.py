"""Another machine: a web server on loopback that does what its paths say."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.services.network import NetworkService
from tests.unit.services.conftest import AuditKept

BOMB = gzip.compress(bytes(64 * 1024 * 1024))


@dataclass
class Machine:
    """Where it is, and what it was asked."""

    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Make an address on it."""
        return f"http://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, path, _ = head[0].split(" ")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            asked = {"method": method, "path": path, "headers": headers, "body": body.decode()}
            self.asked.append(asked)
            if path == "/hang":
                await reader.read()  # until the other side has had enough
            else:
                writer.write(self._answer(path, asked))
                await writer.drain()
        finally:
            writer.close()

    def _answer(self, path: str, asked: dict[str, Any]) -> bytes:
        if path == "/bomb":
            return _http(200, BOMB, "content-encoding: gzip")
        if path == "/loop":
            return _http(302, b"", "location: /loop")
        if path == "/away":
            return _http(302, b"", f"location: {self.url('/there', 'localhost')}")
        if path == "/file":
            return _http(302, b"", "location: file:///etc/passwd")
        return _http(200, json.dumps(asked).encode(), "set-cookie: tracked=1; Path=/")


def _http(status: int, body: bytes, header: str) -> bytes:
    head = f"HTTP/1.1 {status} OK\r\ncontent-length: {len(body)}\r\nconnection: close\r\n{header}"
    return f"{head}\r\n\r\n".encode() + body


@pytest.fixture
async def machine(anyio_backend: object) -> AsyncIterator[Machine]:
    """Run the other machine."""
    machine = Machine()
    server = await asyncio.start_server(machine.serve, "127.0.0.1", 0)
    machine.port = server.sockets[0].getsockname()[1]
    yield machine
    server.close()
    await server.wait_closed()


@pytest.fixture
async def network(
    hooks: HookTable, bus: EventBus, audit: AuditKept
) -> AsyncIterator[NetworkService]:
    """The service."""
    network = NetworkService(hooks, bus, audit, "1.0")
    yield network
    await network.close()
