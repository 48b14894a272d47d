"""Files that people uploaded, for a plugin that works for them: `plugin.api.files.open`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub.services.database import File
from plexihub.services.files import FileService
from plexihub.services.guest.content import AT_ONCE, Encoding, Length, Offset, show_content
from plexihub.services.storage import MOST_BYTES
from plexihub_sdk.errors import NotFoundError
from plexihub_sdk.permissions import FILES_READ

_Id = Annotated[str, msgspec.Meta(min_length=36, max_length=36)]


class Open(msgspec.Struct, forbid_unknown_fields=True):
    """Which upload, and which part of it."""

    id: _Id
    encoding: Encoding = "text"
    offset: Offset = 0
    length: Length = MOST_BYTES


def upload_methods(uploads: FileService) -> Iterator[Method]:
    """Make the method for files that people uploaded.

    Args:
        uploads: Has them.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def open_upload(ctx: CallContext, params: Open) -> dict[str, Any]:
        row = await _upload_of(ctx, uploads, params.id)
        path: Path = await uploads.open_path(row.id)
        facts = {"name": row.name, "contentType": row.content_type}
        async with turns:
            data = await asyncio.to_thread(_range, path, params.offset, params.length)
            return {**facts, **show_content(data, row.size, params.offset, params.encoding)}

    yield Method("files.open", FILES_READ, Open, open_upload, "Read what the person uploaded.")


async def _upload_of(ctx: CallContext, uploads: FileService, identity: str) -> File:
    """Find an upload of the person for whom the plugin works; nobody else's is known to it."""
    absent = NotFoundError(
        "There is no such file of the person's for whom this is done.",
        where="id",
        next="A plugin reads what that person has uploaded, and nothing without a person.",
    )
    if ctx.on_behalf_of is None:
        raise absent
    try:
        row: File = await uploads.get(identity)
    except NotFoundError:
        raise absent from None
    if row.owner_id != ctx.on_behalf_of:
        raise absent
    return row


def _range(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        return os.pread(file.fileno(), length, offset)
