"""`/metrics`: the hub in numbers, for whoever runs it."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from plexihub.services.http.answer import Answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.metrics import CONTENT_TYPE, metrics

PATH = "/metrics"
TOKEN = "metrics.token"  # noqa: S105 - the name of a setting


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", PATH, partial(show, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """Show every metric to an administrator, the operator, or who has the token for it."""
    if not _has_token(call, str(parts.kernel.config.get(TOKEN))):
        call.require_admin()
    isolation = parts.isolation
    pages = len(parts.live)
    text = metrics(parts.kernel, parts.version, pages, isolation.found, isolation.ready())
    return Answer(200, text.encode(), CONTENT_TYPE, {"cache-control": "no-store"})


def _has_token(call: Call, token: str) -> bool:
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    if not token or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), token.encode())
