"""What people do in the chat: each action runs its hook, then one unit of work.

The hook runs before the unit of work, because a plugin may take its time and only one writer holds
the database. Inside, the number of a message is read and raised under that one write lock, so the
numbers of a channel have no gaps and follow the order of commits.
"""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.models import Record
from plexihub_sdk.routes import Person

from . import check, shape
from .store import Store


class Actions:
    """Creating channels, posting and reading.

    Args:
        store: The chat's tables.
        get_service: Answers the hub's services by name.
    """

    def __init__(self, store: Store, get_service: Any) -> None:
        self._store = store
        self._database = get_service("database")
        self._hooks = get_service("hooks")
        self._events = get_service("events")

    async def create_channel(
        self, person: Person, *, name: object, topic: object = ""
    ) -> dict[str, Any]:
        """Make a channel that everybody sees.

        Raises:
            InputError: The name or the topic is wrong.
            ConflictError: There is a channel of this name.
            Veto: A plugin refused.
        """
        draft: dict[str, Any] = {"name": check.name(name), "topic": check.topic(topic)}
        draft = await self._hooks.call("channel.creating", draft)
        title, about = check.name(draft["name"]), check.topic(draft["topic"])
        slug = title.casefold()
        async with self._database.unit_of_work():
            if await self._store.channels.find_one({"slug": slug}) is not None:
                raise ConflictError(
                    f"There is a channel named {title!r} already.",
                    where="name",
                    next="Choose another name.",
                )
            record = await self._store.channels.create(
                name=title, slug=slug, topic=about, created_by=person.id
            )
            shown = shape.channel(record, last_read=0, people=await self._store.people())
            self._events.emit("channel.created", {"channel": shown})
        return shown

    async def post(
        self, person: Person, channel: str, *, text: object, client_id: object
    ) -> dict[str, Any]:
        """Store a message, once for each `client_id` of its author, and answer it.

        Raises:
            InputError: The text or the id is wrong, by the person or after a hook changed it.
            NotFoundError: There is no such channel.
            Veto: A plugin refused.
        """
        draft = {"channel_id": channel, "author_id": person.id, "text": check.text(text)}
        key = check.client_id(client_id)
        if (known := await self._store.sent_before(person.id, key)) is not None:
            return await self._shown(known)
        await self._store.channel(channel)
        draft = await self._hooks.call("message.posting", draft)
        checked = _unmoved(draft, person)
        async with self._database.unit_of_work():
            if (known := await self._store.sent_before(person.id, key)) is not None:
                return await self._shown(known)
            shown = await self._shown(await self._add(checked, key))
            self._events.emit("message.posted", {"message": shown})
        return shown

    async def read(self, person: Person, channel: str, *, seq: int) -> None:
        """Note that a person has read a channel up to a message.

        Raises:
            NotFoundError: There is no such channel.
        """
        async with self._database.unit_of_work():
            record = await self._store.channel(channel)
            await self._store.mark_read(channel, person.id, min(seq, record.last_seq))

    async def _add(self, draft: dict[str, str], client_id: str) -> Record:
        channel = await self._store.channel(draft["channel_id"])
        channel.last_seq += 1
        await channel.save()
        record: Record = await self._store.messages.create(
            {**draft, "seq": channel.last_seq, "client_id": client_id}
        )
        if not record.author_id.startswith(shape.PLUGIN_AUTHOR):
            await self._store.mark_read(channel.id, record.author_id, channel.last_seq)
        return record

    async def _shown(self, record: Record) -> dict[str, Any]:
        return (await self._store.shown([record]))[0]


def _unmoved(draft: dict[str, Any], person: Person) -> dict[str, str]:
    """Check what the hook left: the text and the channel may change, the author never.

    Raises:
        InputError: It cannot be stored so.
    """
    if draft["author_id"] != person.id:
        raise InputError("A plugin may not post in another person's name.", where="author_id")
    if not isinstance(draft["channel_id"], str):
        raise InputError("`channel_id` must be text.", where="channel_id")
    return {
        "channel_id": draft["channel_id"],
        "author_id": person.id,
        "text": check.text(draft["text"]),
    }
