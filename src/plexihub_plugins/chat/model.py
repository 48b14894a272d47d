"""The tables of the chat."""

from __future__ import annotations

from datetime import datetime

from plexihub_sdk.ids import new_id
from plexihub_sdk.models import Model, column, now

MAX_NAME = 80
MAX_TOPIC = 250
MAX_TEXT = 4000
MAX_EMOJI = 40


class Channel(Model, table="chat_channels", entity="channel"):
    """A room that everybody on the hub can read and join.

    `last_seq` is the number of its newest message; `slug` is the name without its case, so that no
    two channels look alike.
    """

    id: str = column(primary_key=True, default=new_id)
    name: str = column(max_length=MAX_NAME)
    slug: str = column(max_length=MAX_NAME * 3, unique=True)
    topic: str = column(max_length=MAX_TOPIC, default="")
    last_seq: int = column(default=0)
    created_by: str = column(max_length=100)
    created_at: datetime = column(default=now, index=True)


class Message(Model, table="chat_messages", entity="message"):
    """One message, or one answer in a thread.

    `seq` counts from 1 in its channel in the order of commits, answers included; what is deleted
    leaves a gap. `thread_id` is the id of the message that is answered. `rev` rises with every
    change that people see, so that a page knows the newer of two answers. `author_id` refers to
    nobody: what was said stays when its author leaves. `blocks` are those of a plugin's message.
    """

    id: str = column(primary_key=True, default=new_id)
    channel_id: str = column(references="Channel.id", unique_with=("seq",))
    seq: int = column()
    author_id: str = column(max_length=100, unique_with=("client_id",))
    client_id: str = column(max_length=64)
    text: str = column(max_length=MAX_TEXT)
    created_at: datetime = column(default=now, index=True)
    thread_id: str | None = column(max_length=36, index=True, default=None)
    edited_at: datetime | None = column(default=None)
    deleted_at: datetime | None = column(default=None)
    rev: int = column(default=0)
    blocks: list | None = column(default=None)  # type: ignore[type-arg] # JSON


class PluginSeat(Model, table="chat_plugin_seats"):
    """That an administrator let a plugin write in a channel by itself, for nobody."""

    id: str = column(primary_key=True, default=new_id)
    channel_id: str = column(references="Channel.id", unique_with=("plugin_id",))
    plugin_id: str = column(max_length=100)
    granted_by: str = column(max_length=100)
    created_at: datetime = column(default=now)


class Attachment(Model, table="chat_attachments"):
    """That a file hangs at a message; `id` is the file's, so that it hangs at one alone.

    It refers to no message, because its content is deleted by it after the message has gone.
    """

    id: str = column(primary_key=True)
    message_id: str = column(max_length=36, index=True)
    channel_id: str = column(max_length=36, index=True)
    place: int = column()
    name: str = column(max_length=255)
    content_type: str = column(max_length=127)
    size: int = column()


class Thread(Model, table="chat_threads", entity="thread"):
    """The answers below a message, counted; `people` are its latest authors, the newest first."""

    id: str = column(primary_key=True, default=new_id)
    message_id: str = column(references="Message.id", unique=True)
    channel_id: str = column(max_length=36)
    replies: int = column(default=0)
    people: list = column(default=list)  # type: ignore[type-arg] # the declared type of JSON
    last_reply_at: datetime = column(default=now)


class Reaction(Model, table="chat_reactions", entity="reaction"):
    """That a person put an emoji to a message: once each."""

    id: str = column(primary_key=True, default=new_id)
    message_id: str = column(references="Message.id", unique_with=("user_id", "emoji"))
    user_id: str = column(references="User.id", index=True)
    emoji: str = column(max_length=MAX_EMOJI)
    created_at: datetime = column(default=now)


class Membership(Model, table="chat_memberships", entity="membership"):
    """That a person is in a channel, and how far they have read."""

    id: str = column(primary_key=True, default=new_id)
    channel_id: str = column(references="Channel.id", unique_with=("user_id",))
    user_id: str = column(references="User.id", index=True)
    last_read_seq: int = column(default=0)
