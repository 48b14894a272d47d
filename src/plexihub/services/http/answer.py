"""What a handler of the hub's own routes answers, and how it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.types import Send

_encode = msgspec.json.Encoder().encode
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers of a response.

    Args:
        status: HTTP status.
        body: Raw bytes.
        content_type: Of the body; empty for none.
        headers: Further ones.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(
    value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Make an answer of a JSON value; it is never kept by a cache.

    Raises:
        TypeError: It is no JSON.
    """
    return Answer(status, _encode(value), JSON, {"cache-control": "no-store", **(headers or {})})


NOTHING = Answer(204, headers={"cache-control": "no-store"})


async def send_answer(send: Send, answer: Answer, *, body: bool = True) -> None:
    """Send an answer; without its body to HEAD."""
    headers = [
        (name.lower().encode(), text.encode("latin-1")) for name, text in answer.headers.items()
    ]
    if answer.content_type:
        headers.append((b"content-type", answer.content_type.encode("latin-1")))
    if answer.status not in {204, 304}:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": answer.body if body else b""})
