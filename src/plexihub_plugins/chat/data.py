"""What of the chat a sandboxed plugin reads and writes for a person.

Read is what is said where the person is a member; written is what is their own, by the same actions
as on the chat's pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub_sdk.data import Readable, ReadColumn, Writer
from plexihub_sdk.errors import InputError
from plexihub_sdk.ids import new_id
from plexihub_sdk.routes import Person

from .action import Actions

_THEIRS = "SELECT channel_id FROM chat_memberships WHERE user_id = :person"
CHANNELS = Readable(
    name="channels",
    doc="The channels that the person is a member of.",
    table="chat_channels",
    columns=(
        ReadColumn("id"),
        ReadColumn("name"),
        ReadColumn("topic"),
        ReadColumn("last_seq", "number"),
        ReadColumn("created_by"),
        ReadColumn("created_at", "moment"),
    ),
    where=f"id IN ({_THEIRS})",
)
MESSAGES = Readable(
    name="messages",
    doc="The messages of these channels, answers in threads included, without deleted ones.",
    table="chat_messages",
    columns=(
        ReadColumn("id"),
        ReadColumn("channel_id"),
        ReadColumn("thread_id"),
        ReadColumn("seq", "number"),
        ReadColumn("author_id"),
        ReadColumn("text"),
        ReadColumn("created_at", "moment"),
        ReadColumn("edited_at", "moment"),
    ),
    where=f"deleted_at IS NULL AND channel_id IN ({_THEIRS})",
)
MEMBERSHIPS = Readable(
    name="memberships",
    doc="In which channels the person is, and how far they have read.",
    table="chat_memberships",
    columns=(
        ReadColumn("id"),
        ReadColumn("channel_id"),
        ReadColumn("user_id"),
        ReadColumn("last_read_seq", "number"),
    ),
    where="user_id = :person",
)
REACTIONS = Readable(
    name="reactions",
    doc="The person's own reactions to messages.",
    table="chat_reactions",
    columns=(
        ReadColumn("id"),
        ReadColumn("message_id"),
        ReadColumn("user_id"),
        ReadColumn("emoji"),
        ReadColumn("created_at", "moment"),
    ),
    where="user_id = :person",
)


class MessageWriter(Writer):
    """Messages of the person's own."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    async def create(self, person: Person, values: Mapping[str, Any]) -> str:
        """Post a message: `channel_id`, `text`, and `thread_id` for an answer."""
        _only(values, ("channel_id", "text"), ("thread_id",))
        if not isinstance(values["channel_id"], str):
            raise InputError("`channel_id` must be text.", where="channel_id")
        message = await self._actions.post(
            person,
            values["channel_id"],
            text=values["text"],
            client_id=new_id(),
            thread_id=values.get("thread_id"),
        )
        return str(message["id"])

    async def save(self, person: Person, key: str, changes: Mapping[str, Any]) -> None:
        """Give a message of theirs another `text`."""
        _only(changes, ("text",))
        await self._actions.edit(person, key, text=changes["text"])

    async def delete(self, person: Person, key: str) -> None:
        """Delete a message of theirs."""
        await self._actions.delete(person, key)


class ChannelWriter(Writer):
    """Channels that the person made."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    async def create(self, person: Person, values: Mapping[str, Any]) -> str:
        """Make a channel: `name`, and `topic`."""
        _only(values, ("name",), ("topic",))
        channel = await self._actions.create_channel(person, **values)
        return str(channel["id"])

    async def save(self, person: Person, key: str, changes: Mapping[str, Any]) -> None:
        """Give a channel of theirs another `name` or `topic`."""
        _only(changes, (), ("name", "topic"))
        await self._actions.change_channel(person, key, dict(changes))

    async def delete(self, person: Person, key: str) -> None:
        """Delete a channel of theirs."""
        await self._actions.delete_channel(person, key)


def offer(service: Any, actions: Actions) -> None:
    """Offer the chat's rows.

    Args:
        service: The service `data`.
        actions: What people do in the chat.
    """
    service.offer(CHANNELS, writer=ChannelWriter(actions))
    service.offer(MESSAGES, writer=MessageWriter(actions))
    service.offer(MEMBERSHIPS)
    service.offer(REACTIONS)


def _only(values: Mapping[str, Any], needed: tuple[str, ...], more: tuple[str, ...] = ()) -> None:
    """Refuse columns that are not written so.

    Raises:
        InputError: One is missing, or one is too many.
    """
    allowed = (*needed, *more)
    wrong = [name for name in values if name not in allowed] or [
        name for name in needed if name not in values
    ]
    if wrong or not values:
        raise InputError(
            f"`{wrong[0]}` cannot be written, or is missing." if wrong else "Nothing is written.",
            where=wrong[0] if wrong else "values",
            next=f"These can be: {', '.join(allowed)}.",
        )
