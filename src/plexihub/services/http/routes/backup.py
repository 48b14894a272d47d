"""`/backups`: what was saved, and a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import msgspec

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts

_ALL = "/api/v1/backups"
#: Below the longest time that a call may take; a large backup goes on after it.
WAIT_SECONDS = 30.0


class NewBackup(msgspec.Struct, forbid_unknown_fields=True):
    """What is written into the backup along with everything else."""

    note: str = ""


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ALL, partial(show_all, parts)
    yield "POST", _ALL, partial(create, parts)


async def show_all(parts: HttpParts, call: Call) -> Answer:
    """List the backups, the newest first, and tell which one is being made."""
    call.require_admin()
    items = await parts.backup.list()
    return json_answer({"items": items, "next": None, "making": parts.backup.making})


async def create(parts: HttpParts, call: Call) -> Answer:
    """Make a backup: 201 with it, or 202 where it takes longer and goes on."""
    call.require_admin()
    given = await call.read(NewBackup) if await call.body() else NewBackup()
    scope = asyncio.timeout(WAIT_SECONDS)
    try:
        async with scope:
            info = await parts.backup.create_for(call.ctx, note=given.note)
    except TimeoutError:
        if not scope.expired():
            raise
        return json_answer({"making": parts.backup.making}, status=202)
    return json_answer(info, status=201)
