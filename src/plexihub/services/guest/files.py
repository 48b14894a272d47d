"""Files of a sandboxed plugin's own: `plugin.api.files`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub.services.guest.content import (
    AT_ONCE,
    Encoding,
    Length,
    Offset,
    read_content,
    show_content,
)
from plexihub.services.storage import MOST_BYTES, FileFacts, OwnFiles
from plexihub_sdk.permissions import FILES_OWN

_Path = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Start = Annotated[str, msgspec.Meta(max_length=200)]
_Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class Read(msgspec.Struct, forbid_unknown_fields=True):
    """Which file, and which part of it."""

    path: _Path
    encoding: Encoding = "text"
    offset: Offset = 0
    length: Length = MOST_BYTES


class Write(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """What is written, and where."""

    path: _Path
    content: str
    encoding: Encoding = "text"
    append: bool = False
    if_absent: bool = False


class ListFiles(msgspec.Struct, forbid_unknown_fields=True):
    """Which files."""

    prefix: _Start = ""
    after: _Start = ""
    limit: _Limit = 100


class OneFile(msgspec.Struct, forbid_unknown_fields=True):
    """Which file."""

    path: _Path


def file_methods(own: OwnFiles) -> Iterator[Method]:
    """Make the methods for files of plugins' own.

    Args:
        own: Files in the plugins' own folders.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def read(ctx: CallContext, params: Read) -> dict[str, Any]:
        async with turns:
            data, size = await own.read(ctx.actor.id, params.path, params.offset, params.length)
            return show_content(data, size, params.offset, params.encoding)

    async def write(ctx: CallContext, params: Write) -> dict[str, int]:
        size = await own.write(
            ctx.actor.id,
            params.path,
            read_content(params.content, params.encoding),
            append=params.append,
            absent=params.if_absent,
        )
        return {"size": size}

    async def list_files(ctx: CallContext, params: ListFiles) -> dict[str, Any]:
        found = [
            one
            for one in await own.list(ctx.actor.id)
            if one.path.startswith(params.prefix) and one.path > params.after
        ]
        shown = found[: params.limit]
        more = shown[-1].path if len(found) > len(shown) else None
        return {"items": [_shown(one) for one in shown], "next": more}

    async def delete(ctx: CallContext, params: OneFile) -> bool:
        return await own.remove(ctx.actor.id, params.path)

    async def stat(ctx: CallContext, params: OneFile) -> dict[str, Any] | None:
        found = await own.stat(ctx.actor.id, params.path)
        return None if found is None else _shown(found)

    yield Method("files.read", FILES_OWN, Read, read, "Read a file of the plugin's own.")
    yield Method("files.write", FILES_OWN, Write, write, "Write a file of the plugin's own.")
    yield Method("files.list", FILES_OWN, ListFiles, list_files, "List the plugin's own files.")
    yield Method("files.delete", FILES_OWN, OneFile, delete, "Delete a file of the plugin's own.")
    yield Method("files.stat", FILES_OWN, OneFile, stat, "Tell about a file of the plugin's own.")


def _shown(file: FileFacts) -> dict[str, Any]:
    moment = file.modified_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"path": file.path, "size": file.size, "modifiedAt": moment}
