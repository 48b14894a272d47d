"""The tables of the chat."""

from __future__ import annotations

from datetime import datetime

from plexihub_sdk.ids import new_id
from plexihub_sdk.models import Model, column, now

MAX_NAME = 80
MAX_TOPIC = 250
MAX_TEXT = 4000


class Channel(Model, table="chat_channels"):
    """A room that everybody on the hub can read and write.

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


class Message(Model, table="chat_messages"):
    """One message; `seq` counts from 1 in its channel, without gaps, in the order of commits.

    `author_id` refers to nobody: what was said stays when its author leaves.
    """

    id: str = column(primary_key=True, default=new_id)
    channel_id: str = column(references="Channel.id", unique_with=("seq",))
    seq: int = column()
    author_id: str = column(max_length=100, unique_with=("client_id",))
    client_id: str = column(max_length=64)
    text: str = column(max_length=MAX_TEXT)
    created_at: datetime = column(default=now, index=True)


class Membership(Model, table="chat_memberships"):
    """How far a person has read in a channel."""

    id: str = column(primary_key=True, default=new_id)
    channel_id: str = column(references="Channel.id", unique_with=("user_id",))
    user_id: str = column(references="User.id", index=True)
    last_read_seq: int = column(default=0)
