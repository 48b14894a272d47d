"""Channels and who is in them, messages, threads and reactions."""

from __future__ import annotations

from typing import Any, TypedDict

from plexihub_sdk.catalogue.kind import Entity


class ChannelCreating(TypedDict):
    """A channel is about to be created."""

    name: str
    topic: str


class ChannelChanged(TypedDict):
    """The channel as people see it."""

    channel: dict[str, Any]


class MembershipCreating(TypedDict):
    """Somebody is about to become a member of a channel."""

    channel_id: str
    user_id: str


class MembershipChanged(TypedDict):
    """The membership after the change; its `last_read_seq` moves as the person reads."""

    membership: dict[str, Any]


class MembershipDeleted(TypedDict):
    """Who left which channel."""

    id: str
    channel_id: str
    user_id: str


class MessageCreating(TypedDict):
    """A message is about to be stored; `thread_id` is the message it answers, or None.

    `files` are ids of the author's own files; with one, the text may be empty. Text and files may
    change, and the channel of what is no answer; the author never, nor a plugin's `blocks`.
    """

    channel_id: str
    author_id: str
    text: str
    thread_id: str | None
    files: list[str]
    blocks: list[dict[str, Any]]


class MessageChanged(TypedDict):
    """The message as people see it."""

    message: dict[str, Any]


class MessageDeleted(TypedDict):
    """Which message was deleted; with a thread below it, it keeps its place without its words."""

    id: str
    channel_id: str
    thread_id: str | None
    keeps_place: bool
    rev: int


class ThreadCreating(TypedDict):
    """A first answer is about to open a thread below a message."""

    message_id: str
    channel_id: str


class ThreadChanged(TypedDict):
    """The thread after the change: its answers are counted by the chat itself."""

    thread: dict[str, Any]


class ThreadDeleted(TypedDict):
    """Which thread lost its last answer."""

    id: str
    message_id: str
    channel_id: str
    rev: int


class ReactionCreating(TypedDict):
    """Somebody is about to react to a message."""

    message_id: str
    user_id: str
    emoji: str


class ReactionChanged(TypedDict):
    """How an emoji stands at a message after `user_id` used it."""

    reaction: dict[str, Any]


class ReactionDeleted(TypedDict):
    """Which reaction was taken back, and how its emoji stands at the message now."""

    id: str
    message_id: str
    user_id: str
    emoji: str
    reaction: dict[str, Any]


_ENTITIES = (
    Entity(name="channel", noun="a channel", creating=ChannelCreating, changed=ChannelChanged),
    Entity(
        name="membership",
        noun="a membership",
        creating=MembershipCreating,
        changed=MembershipChanged,
        deleted=MembershipDeleted,
    ),
    Entity(
        name="message",
        noun="a message",
        creating=MessageCreating,
        changed=MessageChanged,
        deleted=MessageDeleted,
    ),
    Entity(
        name="thread",
        noun="a thread",
        creating=ThreadCreating,
        changed=ThreadChanged,
        deleted=ThreadDeleted,
    ),
    Entity(
        name="reaction",
        noun="a reaction",
        creating=ReactionCreating,
        changed=ReactionChanged,
        deleted=ReactionDeleted,
    ),
)
HOOKS = tuple(hook for entity in _ENTITIES for hook in entity.hooks())
EVENTS = tuple(event for entity in _ENTITIES for event in entity.events())
