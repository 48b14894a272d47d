"""`/files`: uploads, streamed to the disk; what comes back can never run in the hub's name."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial

import msgspec

from plexihub.services.database import File
from plexihub.services.files import shown_file
from plexihub.services.http.answer import NOTHING, Answer, FileAnswer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.disposition import disposition
from plexihub.services.http.parts import HttpParts
from plexihub_sdk.errors import InputError, PermissionDenied

_ALL = "/api/v1/files"
_ONE = "/api/v1/files/{file_id}"
#: How long a sender may be silent, and how long the whole upload may take.
SILENCE_SECONDS = 15.0
UPLOAD_SECONDS = 600.0
#: Shown in the page; everything else is only ever saved.
INLINE = frozenset({"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"})
#: Beside `nosniff`: even what a browser shows may run and load nothing.
_CAGE = "sandbox; default-src 'none'"


class FileChanges(msgspec.Struct, forbid_unknown_fields=True):
    """What may be changed of a file."""

    name: str


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "POST", _ALL, partial(upload, parts)
    yield "GET", _ONE, partial(send, parts)
    yield "GET", f"{_ONE}/info", partial(info, parts)
    yield "PATCH", _ONE, partial(rename, parts)
    yield "DELETE", _ONE, partial(delete, parts)


async def upload(parts: HttpParts, call: Call) -> Answer:
    """Keep the body as a file; `?name=` says how it is called, Content-Type what it is."""
    call.require_user()
    told = call.headers.get("content-length", "")
    if told.isdigit() and (len(told) > len(str(2**63)) or int(told) > parts.files.most_bytes):
        raise parts.files.too_large()
    call.allow(UPLOAD_SECONDS)
    row = await parts.files.upload(
        call.ctx,
        call.query.get("name", ""),
        _body(call),
        content_type=call.headers.get("content-type", ""),
        owner=call.user.id if call.user else "",
        told=int(told) if told.isdigit() else 0,
    )
    return json_answer(shown_file(row), status=201)


async def _body(call: Call) -> AsyncIterator[bytes]:
    more = True
    while more:
        scope = asyncio.timeout(SILENCE_SECONDS)
        try:
            async with scope:
                message = await call.receive()
        except TimeoutError as error:
            if not scope.expired():
                raise
            raise InputError(
                "The upload stopped coming.", where="body", next="Send it again."
            ) from error
        if message["type"] == "http.disconnect":
            raise InputError("The body ended too early.", where="body")
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def send(parts: HttpParts, call: Call) -> Answer:
    """Send a file: pictures to be shown, everything else to be saved."""
    call.require_user()
    row: File = await parts.files.get(call.params["file_id"])
    tag = f'"{row.digest}"'
    inline = row.content_type in INLINE
    headers = {
        "content-disposition": disposition(row.name, inline=inline),
        "content-security-policy": _CAGE,
        "cache-control": "private, no-cache",
        "etag": tag,
    }
    if call.headers.get("if-none-match") == tag:
        return Answer(304, headers=headers)
    path = await parts.files.open_path(row.id)
    # Handed to the answer, which closes it.
    file = await asyncio.to_thread(path.open, "rb")
    return FileAnswer(
        content_type=row.content_type if inline else "application/octet-stream",
        headers=headers,
        file=file,
        length=os.fstat(file.fileno()).st_size,
    )


async def info(parts: HttpParts, call: Call) -> Answer:
    """Describe a file."""
    call.require_user()
    return json_answer(shown_file(await parts.files.get(call.params["file_id"])))


async def rename(parts: HttpParts, call: Call) -> Answer:
    """Give a file of one's own another name; administrators any."""
    row = await _own(parts, call)
    changes = await call.read(FileChanges)
    return json_answer(shown_file(await parts.files.rename_for(call.ctx, row.id, changes.name)))


async def delete(parts: HttpParts, call: Call) -> Answer:
    """Delete a file of one's own; administrators any."""
    row = await _own(parts, call)
    await parts.files.delete_for(call.ctx, row.id)
    return NOTHING


async def _own(parts: HttpParts, call: Call) -> File:
    call.require_user()
    row: File = await parts.files.get(call.params["file_id"])
    if not call.is_admin and (call.user is None or call.user.id != row.owner_id):
        raise PermissionDenied(
            "file",
            "Only its owner and administrators may change a file.",
            where=call.path,
            next="Ask one of them.",
        )
    return row
