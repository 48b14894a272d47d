"""`/backups`: what was saved; make, check, fetch and delete one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from functools import partial
from typing import Any

import msgspec

from plexihub.kernel.ports import AuditEntry
from plexihub.services.backup import BackupInfo
from plexihub.services.backup.schedule import JOB
from plexihub.services.http.answer import NOTHING, Answer, FileAnswer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.disposition import disposition
from plexihub.services.http.parts import HttpParts

_ALL = "/api/v1/backups"
_ONE = "/api/v1/backups/{name}"
#: Below the longest time that a call may take; a large backup goes on after it.
WAIT_SECONDS = 30.0


class NewBackup(msgspec.Struct, forbid_unknown_fields=True):
    """What is written into the backup along with everything else."""

    note: str = ""


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ALL, partial(show_all, parts)
    yield "POST", _ALL, partial(create, parts)
    yield "GET", f"{_ONE}/file", partial(download, parts)
    yield "POST", f"{_ONE}/verify", partial(verify, parts)
    yield "DELETE", _ONE, partial(delete, parts)


async def show_all(parts: HttpParts, call: Call) -> Answer:
    """List the backups, the newest first, and tell which is being made or verified, and when."""
    call.require_admin()
    backup = parts.backup
    jobs = await parts.scheduler.list()
    job = next((one for one in jobs if (one["plugin"], one["id"]) == ("core", JOB)), None)
    return json_answer(
        {
            "items": await backup.list(),
            "next": None,
            "making": backup.making,
            "share": round(backup.share, 3),
            "verifying": backup.verifying,
            "keep": parts.kernel.config.get("backup.keep"),
            "job": job,
        }
    )


async def create(parts: HttpParts, call: Call) -> Answer:
    """Make a backup: 201 with it, or 202 where it takes longer and goes on."""
    call.require_admin()
    given = await call.read(NewBackup) if await call.body() else NewBackup()
    work = parts.backup.create_for(call.ctx, note=given.note)
    return await _waited(parts, work, 201)


async def verify(parts: HttpParts, call: Call) -> Answer:
    """Check every byte of a backup: 200 with it, or 202 where it takes longer and goes on."""
    call.require_admin()
    return await _waited(parts, parts.backup.verify_for(call.ctx, call.params["name"]), 200)


async def _waited(parts: HttpParts, work: Coroutine[Any, Any, BackupInfo], status: int) -> Answer:
    scope = asyncio.timeout(WAIT_SECONDS)
    try:
        async with scope:
            return json_answer(await work, status=status)
    except TimeoutError:
        if not scope.expired():
            raise
        backup = parts.backup
        going = {"making": backup.making} if backup.making else {"verifying": backup.verifying}
        return json_answer(going, status=202)


async def download(parts: HttpParts, call: Call) -> Answer:
    """Send a backup, as it is."""
    call.require_admin()
    path = await parts.backup.path_of(call.params["name"])
    # Handed to the answer, which closes it.
    file = await asyncio.to_thread(path.open, "rb")
    length = os.fstat(file.fileno()).st_size
    parts.kernel.audit.append(AuditEntry(ctx=call.ctx, action="backup.download", target=path.name))
    return FileAnswer(
        content_type="application/gzip",
        headers={
            "content-disposition": disposition(path.name),
            "cache-control": "no-store",
        },
        file=file,
        length=length,
    )


async def delete(parts: HttpParts, call: Call) -> Answer:
    """Delete a backup."""
    call.require_admin()
    await parts.backup.delete_for(call.ctx, call.params["name"])
    return NOTHING
