"""Another machine on loopback that does what its paths say, and a canary that must hear nothing."""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

MIB = 2**20
BOMB = gzip.compress(bytes(64 * MIB))


@dataclass
class Machine:
    """Where it is, and what it was asked."""

    port: int = 0
    heard: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        self.heard += 1
        try:
            await self._answer(reader, writer)
        except (ConnectionError, RuntimeError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        pairs = [line.split(": ", 1) for line in head[1:] if line]
        headers = {name.lower(): text for name, text in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        asked = {
            "method": method,
            "path": target,
            "headers": headers,
            "body": body.decode("latin-1"),
        }
        self.asked.append(asked)
        if parts.path == "/hang":
            await reader.read()  # until the other side has had enough
            return
        made = getattr(self, "_" + parts.path.strip("/").partition("/")[0], None)
        if made is None:
            writer.write(answer(200, json.dumps(asked).encode(), "content-type: application/json"))
        else:
            await made(query, writer, asked)
        await writer.drain()

    async def _to(self, query: dict[str, str], writer: asyncio.StreamWriter, _asked: Any) -> None:
        status = int(query.get("status", "302"))
        writer.write(answer(status, b"moved", f"location: {unquote(query['url'])}"))

    async def _loop(self, _query: Any, writer: asyncio.StreamWriter, _asked: Any) -> None:
        writer.write(answer(302, b"", "location: /loop"))

    async def _bytes(self, query: dict[str, str], writer: asyncio.StreamWriter, _a: Any) -> None:
        writer.write(answer(200, bytes(range(256)) * (int(query["n"]) // 256)))

    async def _letters(self, query: dict[str, str], writer: asyncio.StreamWriter, _a: Any) -> None:
        writer.write(answer(200, b"x" * int(query["n"])))

    async def _bomb(self, _query: dict[str, str], writer: asyncio.StreamWriter, _a: Any) -> None:
        writer.write(answer(200, BOMB, "content-encoding: gzip"))

    async def _endless(self, _query: dict[str, str], writer: asyncio.StreamWriter, _a: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        while not writer.is_closing():
            writer.write(bytes(MIB))
            await writer.drain()

    async def _slow(self, _query: dict[str, str], writer: asyncio.StreamWriter, _a: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        while not writer.is_closing():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def _headers(self, query: dict[str, str], writer: asyncio.StreamWriter, _a: Any) -> None:
        many = [f"x-{number}: a" for number in range(int(query["n"]))]
        writer.write(answer(200, b"", *many))

    async def _echo(
        self, query: dict[str, str], writer: asyncio.StreamWriter, asked: dict[str, Any]
    ) -> None:
        said = query.get("say") or asked["headers"].get("authorization", "")
        body = f"you said {said} and {asked['path']} and {asked['body']}".encode()
        packed = query.get("packed", "")
        if packed == "gzip":
            body = gzip.compress(body)
        extra = [f"content-encoding: {packed}"] if packed else []
        writer.write(answer(200, body, f"x-echo: {said}", *extra))


def answer(status: int, body: bytes, *headers: str) -> bytes:
    """Write an answer."""
    lines = [f"HTTP/1.1 {status} Fine", f"content-length: {len(body)}", "connection: close"]
    return ("\r\n".join([*lines, *headers]) + "\r\n\r\n").encode("latin-1") + body


@asynccontextmanager
async def running_machine(
    host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[Machine]:
    """Run a machine until the block ends, behind TLS where it is given a certificate."""
    machine = Machine()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(machine.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, host, 0, ssl=tls)
    machine.port = server.sockets[0].getsockname()[1]
    try:
        yield machine
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
