"""`/ui`: what plugins add to the page. `/healthz`: whether the hub is well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.users import person


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", "/api/v1/ui", partial(show, parts)
    yield "GET", "/healthz", partial(health, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """List what plugins add to this person's page."""
    call.require_user()
    contributions = parts.ui.contributions_for(person(call.user) if call.user else None)
    hub = {"name": parts.name(), "version": parts.version}
    return json_answer({**contributions, "hub": hub})


async def health(parts: HttpParts, _call: Call) -> Answer:
    """Tell that the hub answers and reaches its database."""
    await parts.database.execute("SELECT 1")
    return json_answer({"status": "ok"})
