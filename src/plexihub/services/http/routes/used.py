"""`/plugins/ID/permissions/used`: what a plugin did with its permissions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from plexihub.kernel.permissions import describe_uses, minimal_permissions
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", "/api/v1/plugins/{plugin_id}/permissions/used", partial(show, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """Tell what a plugin did with its permissions since the hub started, against what it asks."""
    call.require_admin()
    record = parts.kernel.registry.get(call.params["plugin_id"])
    manifest, uses = record.stored.manifest, parts.kernel.broker.uses.of(record.id)
    return json_answer(
        {
            "id": record.id,
            "items": describe_uses(manifest, uses),
            "minimal": minimal_permissions(manifest, uses),
            "next": None,
        }
    )
