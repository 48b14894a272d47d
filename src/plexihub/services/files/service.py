"""The service `files`: a row for what a file is, and its content in the data folder.

The content is there before its row is, and goes after it: what a reader finds by its row is whole.
What a crash leaves without a row is deleted at a later start.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from plexihub.kernel.context import DEFAULT_SECONDS, CallContext, acting, entered
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import Database, File
from plexihub.services.files.check import content_type as type_of
from plexihub.services.files.check import file_name
from plexihub.services.files.disk import Disk, Incoming
from plexihub.services.files.room import Room
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError, TooLargeError
from plexihub_sdk.ids import new_id

_log = logging.getLogger(__name__)
MIB = 2**20
Data = bytes | AsyncIterable[bytes]


def shown_file(row: File) -> dict[str, Any]:
    """Describe a file."""
    return {
        "id": row.id,
        "name": row.name,
        "content_type": row.content_type,
        "size": row.size,
        "digest": row.digest,
        "owner_id": row.owner_id,
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
    }


class FileService:
    """Keeps files.

    In plain code the methods do their work and answer; in `async` code they answer with something
    to await.

    Args:
        database: Where the rows are.
        folder: Where the content is.
        hooks: Asked before each write.
        bus: Told after each.
        audit: Where each write is recorded.
        most_mb: Tells how large a file may be, in MiB.
        room_mb: Tells how much the files that one person sends may have together, in MiB; 0 is no
            limit.
    """

    def __init__(  # noqa: PLR0913 - keyword-only parts
        self,
        database: Database,
        folder: Path,
        *,
        hooks: HookTable,
        bus: EventBus,
        audit: AuditSink,
        most_mb: Callable[[], int],
        room_mb: Callable[[], int],
    ) -> None:
        self._database = database
        self._disk = Disk(folder)
        self._hooks = hooks
        self._bus = bus
        self._audit = audit
        self._most_mb = most_mb
        self._room = Room(database, room_mb)
        self._rows = database.rows(File)

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        return self._most_mb() * MIB

    async def sweep(self) -> None:
        """Delete content that has no row, once, at the start."""
        known = {str(row["id"]) for row in await self._database.execute("SELECT id FROM files")}
        if gone := await asyncio.to_thread(self._disk.sweep, known):
            _log.info("%d files that nothing knew of were deleted", gone)

    def save(self, name: str, data: Data, *, content_type: str = "", owner: str = "") -> Any:
        """Keep a file and answer its record.

        Args:
            name: For people; only the last part of a path is taken.
            data: Bytes, or something that yields them.
            content_type: Such as `text/plain`; guessed by the name where it is absent.
            owner: Id of whose it is: the person for whom the plugin acts where it is absent.

        Raises:
            InputError: The name cannot be.
            TooLargeError: It is larger than `files.max_mb`; nothing is left of it.
            Veto: A handler of `file.creating` refused; nothing is left of it.
        """
        ctx = acting()
        whose = owner or ctx.on_behalf_of or ctx.actor.id
        work = self.save_for(ctx, name, data, content_type=content_type, owner=whose)
        return self._database.plainly(work)

    async def save_for(
        self, ctx: CallContext, name: str, data: Data, *, content_type: str = "", owner: str
    ) -> File:
        """Keep a file for whoever the context says; as `save`."""
        name = file_name(name)
        incoming = await self._receive(data)
        try:
            return await self._keep(ctx, incoming, name, type_of(content_type, name), owner)
        except BaseException as error:
            self._record(ctx, "file.create", name, error)
            raise
        finally:
            await asyncio.to_thread(incoming.discard)

    async def upload(  # noqa: PLR0913 - keyword-only facts of a file
        self,
        ctx: CallContext,
        name: str,
        data: AsyncIterator[bytes],
        *,
        content_type: str,
        owner: str,
        told: int = 0,
    ) -> File:
        """Keep a file that a person sends, as `save`, as far as they have room for it.

        Args:
            ctx: Of who sends it.
            name: For people.
            data: What comes.
            content_type: As it says itself.
            owner: The person's id; empty for the operator, who has no limit.
            told: How many bytes were announced; 0 where that is not known.

        Raises:
            TooLargeError: It is too large, or the person has no room left.
            LimitExceededError: They send too many at once.
        """
        if not owner:
            return await self.save_for(ctx, name, data, content_type=content_type, owner=owner)
        with self._room.receiving(owner):
            some = self._room.within(owner, data, told=told)
            return await self.save_for(ctx, name, some, content_type=content_type, owner=owner)

    async def _receive(self, data: Data) -> Incoming:
        incoming = await asyncio.to_thread(self._disk.stage)
        try:
            async for block in _blocks(data):
                self._check_size(incoming.size + len(block))
                await asyncio.to_thread(incoming.write, block)
            await asyncio.to_thread(incoming.finish)
        except BaseException:
            await asyncio.to_thread(incoming.discard)
            raise
        return incoming

    def _check_size(self, size: int) -> None:
        if size > self.most_bytes:
            raise self.too_large()

    def too_large(self) -> TooLargeError:
        """Make the error of a file that is too large."""
        return TooLargeError(
            f"A file may have {self._most_mb()} MiB at most.",
            where="body",
            next="An administrator can change the setting files.max_mb.",
        )

    async def _keep(
        self, ctx: CallContext, incoming: Incoming, name: str, kind: str, owner: str
    ) -> File:
        # A long body must leave the handlers their time: a late one would be passed over.
        ctx = replace(ctx, deadline=time.monotonic() + DEFAULT_SECONDS)
        draft = {"name": name, "content_type": kind, "size": incoming.size, "owner_id": owner}
        left = await self._hooks.call("file.creating", dict(draft), ctx)
        if (left.get("size"), left.get("owner_id")) != (incoming.size, owner):
            raise InputError("A plugin may change a file's name and type alone.", where="file")
        name = file_name(left.get("name"))
        identity = new_id()
        values = {
            "id": identity,
            "name": name,
            "content_type": type_of(left.get("content_type"), name),
            "size": incoming.size,
            "digest": incoming.digest,
            "owner_id": owner,
        }
        await asyncio.to_thread(self._disk.place, incoming, identity)
        try:
            with entered(ctx):
                row = await self._insert(ctx, values)
        except BaseException:
            await asyncio.to_thread(self._disk.remove, identity)
            raise
        self._record(ctx, "file.create", row.id, None, name=row.name, size=row.size)
        return row

    async def _insert(self, ctx: CallContext, values: Mapping[str, Any]) -> File:
        async with self._database.unit_of_work():
            row = await self._rows.insert(values)
            self._bus.publish("file.created", {"file": shown_file(row)}, ctx)
        return row

    def get(self, identity: str) -> Any:
        """Find a file's record.

        Raises:
            NotFoundError: There is none.
        """
        return self._database.plainly(self._get(identity))

    async def _get(self, identity: str) -> File:
        row = await self._rows.find_one({"id": identity})
        if row is None:
            raise NotFoundError("There is no such file.", where="file")
        return row

    def find(self, where: Mapping[str, Any] | None = None, *, limit: int | None = None) -> Any:
        """Answer the records of files, the newest first."""
        return self._database.plainly(self._find(where, limit))

    async def _find(self, where: Mapping[str, Any] | None, limit: int | None) -> Sequence[File]:
        return await self._rows.find(where, order=("-created_at", "-id"), limit=limit)

    def read(self, identity: str) -> Any:
        """Answer a file's content.

        Raises:
            NotFoundError: There is no such file.
        """
        return self._database.plainly(self._read(identity))

    async def _read(self, identity: str) -> bytes:
        return await asyncio.to_thread((await self._path(identity)).read_bytes)

    def open_path(self, identity: str) -> Any:
        """Answer where a file's content lies, to be read and never to be written.

        Raises:
            NotFoundError: There is no such file.
        """
        return self._database.plainly(self._path(identity))

    async def _path(self, identity: str) -> Path:
        path = self._disk.path_of((await self._get(identity)).id)
        if not await asyncio.to_thread(path.is_file):
            raise NotFoundError(
                "The content of this file is gone.",
                where="file",
                next="It may be in a backup, under files/ there.",
            )
        return path

    def rename(self, identity: str, name: str) -> Any:
        """Give a file another name and answer its record.

        Raises:
            NotFoundError: There is no such file.
            InputError: The name cannot be.
            Veto: A handler of `file.updating` refused.
        """
        return self._database.plainly(self.rename_for(acting(), identity, name))

    async def rename_for(self, ctx: CallContext, identity: str, name: str) -> File:
        """Rename a file for whoever the context says; as `rename`."""
        row = await self._get(identity)
        payload = {"id": row.id, "changes": {"name": file_name(name)}}
        left = (await self._hooks.call("file.updating", payload, ctx)).get("changes")
        if not isinstance(left, dict) or set(left) != {"name"}:
            raise InputError("Of a file only the name can be changed.", where="changes")
        async with self._database.unit_of_work():
            row = await self._rows.update(row.id, {"name": file_name(left["name"])})
            self._bus.publish("file.updated", {"file": shown_file(row)}, ctx)
        self._record(ctx, "file.update", row.id, None, name=row.name)
        return row

    def delete(self, identity: str) -> Any:
        """Delete a file.

        Raises:
            NotFoundError: There is no such file.
            Veto: A handler of `file.deleting` refused.
        """
        return self._database.plainly(self.delete_for(acting(), identity))

    async def delete_for(self, ctx: CallContext, identity: str) -> None:
        """Delete a file for whoever the context says; as `delete`."""
        row = await self._get(identity)
        await self._hooks.call("file.deleting", {"id": row.id}, ctx)
        async with self._database.unit_of_work():
            if not await self._rows.remove({"id": row.id}):
                raise ConflictError("The file was deleted meanwhile.", where="file")
            self._bus.publish("file.deleted", {"id": row.id}, ctx)
        await asyncio.to_thread(self._disk.remove, row.id)
        self._record(ctx, "file.delete", row.id, None, name=row.name)

    def _record(
        self,
        ctx: CallContext,
        action: str,
        target: str,
        error: BaseException | None,
        **details: Any,
    ) -> None:
        self._audit.append(
            AuditEntry(
                ctx=ctx,
                action=action,
                target=target,
                outcome=outcome_of(error),
                reason=sentence(error),
                details=details,
            )
        )


async def _blocks(data: Data) -> AsyncIterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    async for block in data:
        yield block
