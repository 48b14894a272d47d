"""`/ui`: what plugins add to the page. `/healthz`: whether the hub is well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from plexihub.services.files import MIB
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.ui import pages_for, rendered
from plexihub.services.users import person


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", "/api/v1/ui", partial(show, parts)
    yield "GET", "/healthz", partial(health, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """List what plugins add to this person's page."""
    call.require_user()
    contributions = parts.ui.contributions_for(
        person(call.user, call.ctx.rights) if call.user else None
    )
    lists = {"pages": pages_for(call.may), **contributions}
    user = call.user.id if call.user else None
    lists = await rendered(parts.kernel.hooks, call.ctx, user, lists)
    most = parts.files.most_bytes // MIB
    hub = {"name": parts.name(), "version": parts.version, "max_file_mb": most}
    return json_answer({**lists, "hub": hub})


async def health(parts: HttpParts, _call: Call) -> Answer:
    """Tell that the hub answers and reaches its database."""
    await parts.database.execute("SELECT 1")
    return json_answer({"status": "ok"})
