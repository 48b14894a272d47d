"""Files that hang at messages: whose they must be, and that they go with their message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plexihub_sdk.errors import ConflictError, InputError, NotFoundError, PlexiHubError
from plexihub_sdk.models import ModelHandle, Record
from plexihub_sdk.routes import Person

from . import shape

MOST_FILES = 10


class Attachments:
    """Hangs files at messages and takes them away.

    Args:
        records: The rows that say which file hangs where.
        database: The service.
        files: The service that keeps the content.
        log: Told what could not be deleted.
    """

    def __init__(self, records: ModelHandle, database: Any, files: Any, log: Any) -> None:
        self._records = records
        self._database = database
        self._files = files
        self._log = log

    async def checked(self, person: Person, ids: object) -> list[Any]:
        """Answer the records of the files that somebody wants to hang at a message.

        Raises:
            InputError: It is no list of different ids, or there are too many.
            NotFoundError: A file is not there, or somebody else's: both look the same.
            ConflictError: A file hangs at a message already.
        """
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise InputError("`files` must be a list of ids.", where="files")
        if len(ids) > MOST_FILES or len(set(ids)) < len(ids):
            raise InputError(
                f"A message takes {MOST_FILES} different files at most.",
                where="files",
                next="Send the others with another message.",
            )
        if ids and await self._records.find_one({"id": {"in": ids}}) is not None:
            raise ConflictError("A file hangs at one message only.", where="files")
        return [await self._own(person, identity) for identity in ids]

    async def _own(self, person: Person, identity: str) -> Any:
        theirs = {person.id, person.id.removeprefix(shape.PLUGIN_AUTHOR)}
        absent = NotFoundError(
            "There is no such file of yours.",
            where="files",
            next="Upload it with POST /api/v1/files first.",
        )
        try:
            record = await self._files.get(identity)
        except NotFoundError:
            raise absent from None
        if record.owner_id not in theirs:
            raise absent
        return record

    async def hang(self, message: Record, files: Iterable[Any]) -> None:
        """Hang files at a message; inside its unit of work."""
        for place, file in enumerate(files):
            await self._records.create(
                id=file.id,
                message_id=message.id,
                channel_id=message.channel_id,
                place=place,
                name=file.name,
                content_type=file.content_type,
                size=file.size,
            )

    async def drop(self, **where: str) -> None:
        """Delete the files of a message or channel that is gone; what a plugin keeps, stays."""
        async with self._database.unit_of_work():
            found = await self._records.find(where)
            for record in found:
                await record.delete()
        for record in found:
            try:
                await self._files.delete(record.id)
            except PlexiHubError as error:
                self._log.info("The file %s stays: %s", record.id, error.message)

    async def forget(self, file: str) -> str | None:
        """Take a file that was deleted from its message, and answer the id of the message."""
        record = await self._records.find_one({"id": file})
        if record is None:
            return None
        await record.delete()
        return str(record.message_id)
