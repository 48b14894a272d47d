"""Long answers of `/audit`: while they are sent, who reads must still be somebody who may.

Each has a record where it begins and one where it ends, with how much was handed out, however it
ended.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

from plexihub.kernel.ports import AuditEntry, Outcome
from plexihub.services.http.call import Call, cookie_of
from plexihub.services.http.parts import HttpParts
from plexihub.services.trail import Export, Follower
from plexihub.services.users.rights import ADMIN
from plexihub_sdk.permissions import AUDIT_READ

#: Whoever lost the right to read reads no longer than this.
CHECK_SECONDS = 0.5


async def exported(
    parts: HttpParts, call: Call, work: Export, details: Mapping[str, Any]
) -> AsyncGenerator[bytes, None]:
    """Send an export, on record."""
    _note(parts, call, "audit.export", {"phase": "begun", **details})
    outcome: Outcome = "failed"
    try:
        async for piece in _while_allowed(parts, call, work.pieces()):
            yield piece
        outcome = "ok" if work.is_done else "denied"
    finally:
        amount = {"phase": "ended", "rows": work.rows, "bytes": work.bytes}
        _note(parts, call, "audit.export", {**details, **amount}, outcome)


async def followed(
    parts: HttpParts, call: Call, follower: Follower, details: Mapping[str, Any]
) -> AsyncGenerator[bytes, None]:
    """Send what follows, on record, until the reader goes."""
    _note(parts, call, "audit.follow", {"phase": "begun", **details})
    watch = asyncio.create_task(_end_with_reader(call, follower), name="reader of the audit log")
    try:
        async for piece in _while_allowed(parts, call, follower.frames()):
            yield piece
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        amount = {"phase": "ended", "rows": follower.rows, "seq": follower.seq}
        _note(parts, call, "audit.follow", {**details, **amount})


async def _end_with_reader(call: Call, follower: Follower) -> None:
    while (await call.receive())["type"] != "http.disconnect":
        pass
    follower.end()


async def _while_allowed(
    parts: HttpParts, call: Call, pieces: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    """Hand pieces on as long as their reader may read."""
    checked = time.monotonic()
    async for piece in pieces:
        if time.monotonic() - checked > CHECK_SECONDS:
            if not await _may_read(parts, call):
                return
            checked = time.monotonic()
        yield piece


async def _may_read(parts: HttpParts, call: Call) -> bool:
    if call.is_operator:
        return True
    found = await parts.sessions.find(cookie_of(call.headers))
    if found is None:
        return False
    return found.user.role == ADMIN or AUDIT_READ in found.context(call.ctx.trace).rights


def _note(
    parts: HttpParts,
    call: Call,
    action: str,
    details: Mapping[str, Any],
    outcome: Outcome = "ok",
) -> None:
    parts.kernel.audit.append(
        AuditEntry(ctx=call.ctx, action=action, outcome=outcome, details=details)
    )
