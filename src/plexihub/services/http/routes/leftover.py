"""`/leftovers`: what removed plugins left behind, and deleting it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts

_ALL = "/api/v1/leftovers"
_ONE = "/api/v1/leftovers/{plugin_id}"


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ALL, partial(show_all, parts)
    yield "DELETE", _ONE, partial(purge, parts)
    yield "GET", "/api/v1/plugins/{plugin_id}/data", partial(show, parts)


async def show_all(parts: HttpParts, call: Call) -> Answer:
    """List what plugins that are not installed any more left behind."""
    call.require_admin()
    return json_answer({"items": await parts.leftovers.list(), "next": None})


async def show(parts: HttpParts, call: Call) -> Answer:
    """Tell what a plugin keeps: tables, files and settings."""
    call.require_admin()
    return json_answer(await parts.leftovers.of(call.params["plugin_id"]))


async def purge(parts: HttpParts, call: Call) -> Answer:
    """Delete for good what a removed plugin left behind, and tell what it was."""
    call.require_admin()
    return json_answer(await parts.leftovers.purge(call.params["plugin_id"], call.ctx))
