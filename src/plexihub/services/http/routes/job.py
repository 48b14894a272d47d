"""`/jobs`: what plugins do at which times, how it went, and what it cost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", "/api/v1/jobs", partial(show, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """List every job, and what each plugin's jobs cost since the hub started."""
    call.require_admin()
    scheduler = parts.scheduler
    return json_answer({"items": await scheduler.list(), "next": None, "load": scheduler.load()})
