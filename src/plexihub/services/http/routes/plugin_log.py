"""`/plugins/ID/logs`: what a plugin said last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TypedDict

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.plugin_log import KEPT_LINES

_LOGS = "/api/v1/plugins/{plugin_id}/logs"
MOST_SECONDS = 25
_LARGEST = 2**53


class LineShown(TypedDict):
    """A line: its number, when, how grave, and what was said."""

    seq: int
    at: str
    level: str
    text: str


class LogShown(TypedDict):
    """The newest lines of a plugin, the oldest of them first."""

    id: str
    items: list[LineShown]
    next: str | None


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _LOGS, partial(show, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """List what a plugin said; `after` a line, and with `wait` seconds for one that is to come."""
    call.require_admin()
    plugin = parts.kernel.registry.get(call.params["plugin_id"]).id
    after = call.number("after", default=0, most=_LARGEST) or 0
    limit = call.number("limit", default=100, most=KEPT_LINES)
    seconds = call.number("wait", default=0, most=MOST_SECONDS)
    if seconds:
        await parts.plugin_log.wait(plugin, after=after, seconds=seconds)
    lines = parts.plugin_log.lines(plugin, after=after, limit=limit or 0)
    items = [line.describe() for line in lines]
    return json_answer({"id": plugin, "items": items, "next": None})
