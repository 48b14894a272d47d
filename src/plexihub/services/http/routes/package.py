"""`/plugins/{plugin_id}/integrity`: whether a plugin's files are those that were installed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts

_PATH = "/api/v1/plugins/{plugin_id}/integrity"


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _PATH, partial(show, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """Compare an installed plugin's files with what was installed, and name what differs."""
    call.require_admin()
    record = parts.kernel.registry.get(call.params["plugin_id"])
    verdict = await parts.installer.verify(record.id)
    return json_answer(
        {
            "id": record.id,
            "version": record.stored.manifest.version,
            "intact": verdict.is_intact,
            "digest": verdict.digest,
            "found": verdict.found,
            "changed": list(verdict.changed),
            "missing": list(verdict.missing),
            "extra": list(verdict.extra),
        }
    )
