"""Reads the corpora of attacks and of innocent requests, and sends what is in them as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp

HERE = Path(__file__).parent
_REPEAT = re.compile(r"(\S)\*(\d{3,})$|(a=1&)\*(\d+)$")


@dataclass(frozen=True, slots=True)
class Sent:
    """One entry: the rule that it breaks, where it stands, and what is sent."""

    rule: str
    place: str
    text: str

    @property
    def request(self) -> tuple[bytes, bytes, list[tuple[bytes, bytes]]]:
        """Answer path, query and further headers."""
        path, query, headers = b"/api/v1/session", b"", []
        if self.place == "path":
            path = self.text.encode()
        elif self.place == "query":
            query = self.text.encode()
        else:
            name, _, value = self.text.partition(": ")
            headers = [(name.encode(), value.encode("latin-1"))]
        return path, query, headers


def attacks() -> list[Sent]:
    """List the attacks."""
    return [Sent(*line.split(" ", 2)) for line in _lines("attacks.txt")]


def innocent() -> list[Sent]:
    """List what must pass."""
    return [Sent("", *line.split(" ", 1)) for line in _lines("innocent.txt")]


def _lines(name: str) -> Iterator[str]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield _REPEAT.sub(_repeated, line).replace("\\xe9", "\xe9")


def _repeated(found: re.Match[str]) -> str:
    text, count = (found[1], found[2]) if found[1] else (found[3], found[4])
    return text * int(count)


async def send(app: ASGIApp, sent: Sent) -> tuple[int, dict[str, str], bytes]:
    """Send one as a server would hand it over: no client tidies its address up."""
    path, query, headers = sent.request
    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path.decode(), errors="replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "client": ("203.0.113.9", 4711),
        "headers": [(b"host", b"hub"), *headers],
    }
    messages: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def keep(message: Any) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    answered = {name.decode(): text.decode() for name, text in messages[0]["headers"]}
    return messages[0]["status"], answered, messages[-1]["body"]
