"""`/plugins/ID/permissions`: what a sandboxed plugin asks for, and what it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import msgspec

from plexihub.kernel.permission_sheet import permission_changes, permission_sheet
from plexihub.kernel.plugins import PluginRecord
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts

_ALL = "/api/v1/plugins/{plugin_id}/permissions"
_ONE = f"{_ALL}/{{permission}}"


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For which files it is decided: the digest that was shown."""

    digest: str


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ALL, partial(show, parts)
    yield "POST", _ONE, partial(request, parts)
    yield "PUT", _ONE, partial(approve, parts)
    yield "DELETE", _ONE, partial(revoke, parts)


def _answer(parts: HttpParts, record: PluginRecord) -> Answer:
    items = permission_sheet(record, parts.desk.uses(record.id))
    changes = permission_changes(record.stored)
    return json_answer({"id": record.id, "items": items, "changes": changes, "next": None})


def _named(call: Call) -> tuple[str, str]:
    return call.params["plugin_id"], call.params["permission"]


async def show(parts: HttpParts, call: Call) -> Answer:
    """List what a plugin asks for: what it means, whether it has it, who asked."""
    call.require_admin()
    return _answer(parts, parts.kernel.registry.get(call.params["plugin_id"]))


async def request(parts: HttpParts, call: Call) -> Answer:
    """Ask for a permission that was refused or taken back."""
    call.require_admin()
    return _answer(parts, await parts.kernel.approvals.request(*_named(call), call.ctx))


async def approve(parts: HttpParts, call: Call) -> Answer:
    """Give a plugin a permission, for the files that were shown."""
    call.require_admin()
    call.require_oneself("approve a plugin's permission")
    digest = (await call.read(Decision)).digest
    return _answer(
        parts, await parts.kernel.approvals.approve(*_named(call), call.ctx, digest=digest)
    )


async def revoke(parts: HttpParts, call: Call) -> Answer:
    """Take a permission back, or refuse the one that is asked for; it acts at once."""
    call.require_admin()
    only = call.query.get("only") == "request"
    taken = await parts.kernel.approvals.revoke(*_named(call), call.ctx, only_request=only)
    return _answer(parts, taken)
