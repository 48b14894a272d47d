"""Making, changing and deleting channels."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import ConflictError
from plexihub_sdk.models import Record
from plexihub_sdk.routes import Person

from . import check
from .acting import Base, is_person, only

_FIELDS = {"name": check.name, "topic": check.topic}


class ChannelActions(Base):
    """Channels are open to everybody; who made one, and administrators, look after it."""

    async def create_channel(
        self, person: Person, *, name: object, topic: object = ""
    ) -> dict[str, Any]:
        """Make a channel that everybody sees; who makes it is its first member.

        Raises:
            InputError: The name or the topic is wrong.
            ConflictError: There is a channel of this name.
            Veto: A plugin refused.
        """
        draft = {"name": check.name(name), "topic": check.topic(topic)}
        draft = await self._creating("channel", draft)
        title, about = check.name(draft["name"]), check.topic(draft["topic"])
        async with self._database.unit_of_work():
            await self._be_unique(title)
            record = await self._store.channels.create(
                name=title, slug=title.casefold(), topic=about, created_by=person.id
            )
            shown = await self._store.shown_channel(record)
            self._events.emit("channel.created", {"channel": shown})
            if is_person(person):
                await self._join_quietly(record, person)
            return await self._store.shown_channel(record, person.id)

    async def change_channel(
        self, person: Person, channel: str, changes: dict[str, Any]
    ) -> dict[str, Any]:
        """Give a channel another name or topic.

        Raises:
            NotFoundError: There is no such channel.
            PermissionDenied: It is not theirs.
            InputError: A value is wrong, by the person or after a hook changed it.
            ConflictError: There is a channel of this name.
            Veto: A plugin refused.
        """
        await self._theirs(person, channel)
        wanted = check.changes(changes, _FIELDS)
        wanted = check.changes(await self._updating("channel", channel, wanted), _FIELDS)
        async with self._database.unit_of_work():
            record = await self._store.channel(channel)
            if (name := wanted.get("name", record.name)) != record.name:
                await self._be_unique(name, but=channel)
                record.name, record.slug = name, name.casefold()
            record.topic = wanted.get("topic", record.topic)
            await record.save()
            self._events.emit(
                "channel.updated", {"channel": await self._store.shown_channel(record)}
            )
            return await self._store.shown_channel(record, person.id)

    async def delete_channel(self, person: Person, channel: str) -> None:
        """Delete a channel with everything in it; what is in it is told of by this alone.

        Raises:
            NotFoundError: There is no such channel.
            PermissionDenied: It is not theirs.
            Veto: A plugin refused.
        """
        theirs = await self._theirs(person, channel)
        await self._deleting("channel", channel)
        async with self._database.unit_of_work():
            record = await self._store.channel(channel)
            await record.delete()
            self._events.emit("channel.deleted", {"id": channel})
        if theirs.created_by != person.id:
            details = {"name": theirs.name, "created_by": theirs.created_by}
            self._audit.record("channel.delete", channel, details=details)

    async def _theirs(self, person: Person, channel: str) -> Record:
        record = await self._store.channel(channel)
        only(
            person.is_admin or record.created_by == person.id,
            "Only who made a channel and administrators may change it.",
            "channel",
        )
        return record

    async def _be_unique(self, title: str, *, but: str = "") -> None:
        known = await self._store.channels.find_one({"slug": title.casefold()})
        if known is not None and known.id != but:
            raise ConflictError(
                f"There is a channel named {title!r} already.",
                where="name",
                next="Choose another name.",
            )
