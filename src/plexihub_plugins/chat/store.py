"""Reading and counting what the chat keeps."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import NotFoundError
from plexihub_sdk.models import ModelHandle, Record

from . import shape
from .model import Channel, Membership, Message


class Store:
    """The chat's tables, and the people of the hub beside them.

    Args:
        database: The service.
        users: The service.
    """

    def __init__(self, database: Any, users: Any) -> None:
        handles: list[ModelHandle] = database.register_models([Channel, Message, Membership])
        self.channels, self.messages, self.memberships = handles
        self._people: ModelHandle = database.get_model("User")
        self._public = users.public

    async def channel(self, identity: str) -> Record:
        """Find a channel.

        Raises:
            NotFoundError: There is none with this id.
        """
        record: Record | None = await self.channels.find_one({"id": identity})
        if record is None:
            raise NotFoundError("There is no such channel.", where="channel")
        return record

    async def first_channel(self) -> Record | None:
        """Find the oldest channel; None while there is none."""
        found: list[Record] = await self.channels.find(order=("created_at", "id"), limit=1)
        return found[0] if found else None

    async def channels_for(self, person: str) -> list[dict[str, Any]]:
        """List every channel with what this person has not read, in three queries."""
        channels = await self.channels.find(order=("created_at", "id"))
        marks = await self.memberships.find({"user_id": person})
        read = {mark.channel_id: mark.last_read_seq for mark in marks}
        people = await self.people()
        return [
            shape.channel(record, last_read=read.get(record.id, 0), people=people)
            for record in channels
        ]

    async def people(self) -> int:
        """Count the people who can read every channel."""
        count: int = await self._people.count({"is_active": True})
        return count

    async def sent_before(self, author: str, client_id: str) -> Record | None:
        """Find the message that this author sent under this id already."""
        found: Record | None = await self.messages.find_one(
            {"author_id": author, "client_id": client_id}
        )
        return found

    async def newest(self, channel: str, *, before: int, limit: int) -> list[Record]:
        """Read the last messages numbered below `before`, the newest first."""
        where = {"channel_id": channel, "seq": {"lt": before}}
        records: list[Record] = await self.messages.find(where, order="-seq", limit=limit)
        return records

    async def following(self, channel: str, *, after: int, limit: int) -> list[Record]:
        """Read the first messages numbered above `after`, the oldest first."""
        where = {"channel_id": channel, "seq": {"gt": after}}
        records: list[Record] = await self.messages.find(where, order="seq", limit=limit)
        return records

    async def shown(self, records: list[Record]) -> list[dict[str, Any]]:
        """Describe messages with their authors, all of these looked up in one query."""
        wanted = {record.author_id for record in records}
        found = await self._people.find({"id": {"in": wanted}}) if wanted else []
        people = {user.id: shape.author(self._public(user)) for user in found}
        return [
            shape.message(
                record, people.get(record.author_id) or shape.absent_author(record.author_id)
            )
            for record in records
        ]

    async def mark_read(self, channel: str, person: str, seq: int) -> None:
        """Move a person's mark forward, never back; inside a unit of work."""
        mark = await self.memberships.find_one({"channel_id": channel, "user_id": person})
        if mark is None:
            await self.memberships.create(channel_id=channel, user_id=person, last_read_seq=seq)
        elif mark.last_read_seq < seq:
            mark.last_read_seq = seq
            await mark.save()
