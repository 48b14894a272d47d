"""Reading and counting what the chat keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from plexihub_sdk.errors import NotFoundError
from plexihub_sdk.models import ModelHandle, Record

from . import shape
from .model import Attachment, Channel, Membership, Message, PluginSeat, Reaction, Thread


class Store:
    """The chat's tables, and the people of the hub beside them.

    Args:
        database: The service.
        users: The service.
    """

    def __init__(self, database: Any, users: Any, plugins: Any) -> None:
        models = [Channel, Message, Thread, Reaction, Membership, Attachment, PluginSeat]
        shown = {
            "channel": self.shown_channel,
            "message": self._shown_alone,
            "thread": self.shown_thread,
            "reaction": self._shown_use,
            "membership": self.shown_membership,
        }
        handles: list[ModelHandle] = database.register_models(models, shown=shown)
        self.channels, self.messages, self.threads, self.reactions = handles[:4]
        self.memberships, self.attachments, self.seats = handles[4:]
        self._people: ModelHandle = database.get_model("User")
        self._public = users.public
        self._plugins = plugins
        self._members: dict[str, int] = {}

    async def channel(self, identity: str) -> Record:
        """Find a channel.

        Raises:
            NotFoundError: There is none with this id.
        """
        record: Record | None = await self.channels.find_one({"id": identity})
        if record is None:
            raise NotFoundError("There is no such channel.", where="channel")
        return record

    async def message(self, identity: str) -> Record:
        """Find a message that is not deleted.

        Raises:
            NotFoundError: There is none with this id.
        """
        record = await self.place(identity)
        if record.deleted_at is not None:
            raise NotFoundError("This message was deleted.", where="message")
        return record

    async def place(self, identity: str) -> Record:
        """Find a message, also a deleted one that kept its place.

        Raises:
            NotFoundError: There is none with this id.
        """
        record: Record | None = await self.messages.find_one({"id": identity})
        if record is None:
            raise NotFoundError(
                "There is no such message.", where="message", next="It may have been deleted."
            )
        return record

    async def root(self, identity: str) -> Record:
        """Find the message above a thread; it may be deleted while its thread stays.

        Raises:
            NotFoundError: There is none with this id, or it is an answer itself.
        """
        record = await self.place(identity)
        if record.thread_id is not None:
            raise NotFoundError(
                "An answer has no thread of its own.",
                where="thread_id",
                next="Answer the message above it.",
            )
        return record

    async def first_channel(self) -> Record | None:
        """Find the oldest channel; None while there is none."""
        found: list[Record] = await self.channels.find(order=("created_at", "id"), limit=1)
        return found[0] if found else None

    async def channels_for(self, person: str) -> list[dict[str, Any]]:
        """List every channel with what this person has not read, the oldest first."""
        return await self._channels(await self.channels.find(order=("created_at", "id")), person)

    async def shown_channel(self, record: Record, person: str = "") -> dict[str, Any]:
        """Describe one channel to a person, or to nobody in particular."""
        return (await self._channels([record], person))[0]

    async def _channels(self, records: list[Record], person: str) -> list[dict[str, Any]]:
        mine = await self.memberships.find({"user_id": person})
        marks = {one.channel_id: one.last_read_seq for one in mine}
        return [
            shape.channel(
                record,
                unread=await self._unread(record, person, marks.get(record.id)),
                joined=record.id in marks,
                members=await self._member_count(record.id),
            )
            for record in records
        ]

    async def _unread(self, channel: Record, person: str, mark: int | None) -> int:
        if mark is None or mark >= channel.last_seq:
            return 0
        where = {
            "channel_id": channel.id,
            "seq": {"gt": mark},
            "thread_id": None,
            "deleted_at": None,
            "author_id": {"ne": person},
        }
        count: int = await self.messages.count(where)
        return count

    async def _member_count(self, channel: str) -> int:
        if channel not in self._members:
            self._members[channel] = await self.memberships.count({"channel_id": channel})
        return self._members[channel]

    async def counted_members(self, channel: str) -> int:
        """Count who is in a channel now."""
        self.count_members_anew(channel)
        return await self._member_count(channel)

    def count_members_anew(self, channel: str | None = None) -> None:
        """Forget how many members a channel has; all of them where None is given."""
        if channel is None:
            self._members.clear()
        else:
            self._members.pop(channel, None)

    async def membership(self, channel: str, person: str) -> Record | None:
        """Find what makes a person a member of a channel; None where they are not."""
        found: Record | None = await self.memberships.find_one(
            {"channel_id": channel, "user_id": person}
        )
        return found

    async def seat(self, channel: str, plugin: str) -> Record | None:
        """Find what lets a plugin write in a channel for nobody; None where it may not."""
        where = {"channel_id": channel, "plugin_id": plugin}
        found: Record | None = await self.seats.find_one(where)
        return found

    async def members(self, channel: str, *, after: str, limit: int) -> list[dict[str, Any]]:
        """List who is in a channel, by the ids of their memberships."""
        where = {"channel_id": channel, "id": {"gt": after}}
        records = await self.memberships.find(where, order="id", limit=limit)
        people = await self.authors(one.user_id for one in records)
        return [shape.membership(one, people[one.user_id]) for one in records]

    async def shown_membership(self, record: Record) -> dict[str, Any]:
        """Describe that somebody is in a channel."""
        return shape.membership(record, (await self.authors([record.user_id]))[record.user_id])

    async def sent_before(self, author: str, client_id: str) -> Record | None:
        """Find the message that this author sent under this id already."""
        found: Record | None = await self.messages.find_one(
            {"author_id": author, "client_id": client_id}
        )
        return found

    async def newest(self, place: dict[str, Any], *, before: int, limit: int) -> list[Record]:
        """Read the last messages of a place numbered below `before`, the newest first."""
        where = {**place, "seq": {"lt": before}}
        records: list[Record] = await self.messages.find(where, order="-seq", limit=limit)
        return records

    async def following(self, place: dict[str, Any], *, after: int, limit: int) -> list[Record]:
        """Read the first messages of a place numbered above `after`, the oldest first."""
        where = {**place, "seq": {"gt": after}}
        records: list[Record] = await self.messages.find(where, order="seq", limit=limit)
        return records

    async def shown(self, records: list[Record], viewer: str = "") -> list[dict[str, Any]]:
        """Describe messages with authors, threads, reactions and files: one query for each kind.

        Args:
            records: Messages.
            viewer: Whose own reactions are marked; nobody's when empty.
        """
        ids = {"in": [record.id for record in records]}
        threads = {one.message_id: one for one in await self.threads.find({"message_id": ids})}
        reactions: dict[str, list[Record]] = defaultdict(list)
        for one in await self.reactions.find({"message_id": ids}, order=("created_at", "id")):
            reactions[one.message_id].append(one)
        files: dict[str, list[Record]] = defaultdict(list)
        for one in await self.attachments.find({"message_id": ids}, order="place"):
            files[one.message_id].append(one)
        wanted = {record.author_id for record in records}
        wanted.update(one.user_id for some in reactions.values() for one in some)
        wanted.update(person for one in threads.values() for person in one.people)
        people = await self.authors(wanted)
        return [
            shape.message(
                record,
                people,
                thread=shape.thread(threads[record.id], people) if record.id in threads else None,
                reactions=shape.reactions(reactions[record.id], people, viewer),
                files=[shape.file(one) for one in files[record.id]],
            )
            for record in records
        ]

    async def _shown_alone(self, record: Record) -> dict[str, Any]:
        return (await self.shown([record]))[0]

    async def shown_thread(self, record: Record) -> dict[str, Any]:
        """Describe a thread, with the `rev` of the message above it."""
        root = await self.place(record.message_id)
        return {**shape.thread(record, await self.authors(record.people)), "rev": root.rev}

    async def shown_reaction(self, message: str, emoji: str, viewer: str = "") -> dict[str, Any]:
        """Describe how an emoji stands at a message now, also when nobody uses it any more."""
        record = await self.place(message)
        where = {"message_id": message, "emoji": emoji}
        found = await self.reactions.find(where, order=("created_at", "id"))
        people = await self.authors(one.user_id for one in found)
        shown = shape.reactions(found, people, viewer)
        state = shown[0] if shown else {"emoji": emoji, "count": 0, "people": [], "mine": False}
        place = {"message_id": message, "channel_id": record.channel_id, "rev": record.rev}
        return {**place, **state}

    async def _shown_use(self, record: Record) -> dict[str, Any]:
        state = await self.shown_reaction(record.message_id, record.emoji)
        return {**state, "user_id": record.user_id}

    async def authors(self, ids: Iterable[str]) -> dict[str, shape.Author]:
        """Describe people by their ids, those who left and plugins too."""
        wanted = set(ids)
        found = await self._people.find({"id": {"in": wanted}}) if wanted else []
        people = {user.id: shape.author(self._public(user)) for user in found}
        return {one: people.get(one) or self._absent(one) for one in wanted}

    def _absent(self, identity: str) -> shape.Author:
        if not identity.startswith(shape.PLUGIN_AUTHOR):
            return shape.former_member(identity)
        plugin = identity.removeprefix(shape.PLUGIN_AUTHOR)
        return shape.plugin_author(plugin, self.plugin_name(plugin))

    def plugin_name(self, plugin: str) -> str:
        """Answer what a plugin calls itself; made of its id where it was removed."""
        try:
            return str(self._plugins.get(plugin).stored.manifest.name)
        except NotFoundError:
            return plugin.replace("-", " ").title()

    async def mark_read(self, channel: str, person: str, seq: int) -> None:
        """Move a member's mark forward, never back; inside a unit of work."""
        mark = await self.membership(channel, person)
        if mark is not None and mark.last_read_seq < seq:
            mark.last_read_seq = seq
            await mark.save()
