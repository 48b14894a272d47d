"""How channels, messages and authors look from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from plexihub_sdk.models import Record

#: Ids of authors that are plugins begin so; a person's id is a UUID.
PLUGIN_AUTHOR = "plugin:"
#: Of those who reacted, so many are named; the rest is counted.
MOST_NAMED = 10
Author = dict[str, Any]
Authors = Mapping[str, Author]


def channel(record: Record, *, unread: int, joined: bool, members: int) -> dict[str, Any]:
    """Describe a channel to a person."""
    return {
        "id": record.id,
        "name": record.name,
        "topic": record.topic,
        "created_by": record.created_by,
        "joined": joined,
        "unread": unread,
        "last_seq": record.last_seq,
        "member_count": members,
    }


def message(
    record: Record,
    authors: Authors,
    *,
    thread: dict[str, Any] | None = None,
    reactions: list[dict[str, Any]] | None = None,
    files: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Describe a message; a deleted one that has a thread keeps its place without its words."""
    return {
        "id": record.id,
        "seq": record.seq,
        "channel_id": record.channel_id,
        "thread_id": record.thread_id,
        "author": authors[record.author_id],
        "text": record.text,
        "created_at": moment(record.created_at),
        "edited_at": moment(record.edited_at) if record.edited_at else None,
        "deleted": record.deleted_at is not None,
        "client_id": record.client_id,
        "rev": record.rev or 0,
        "thread": thread,
        "reactions": reactions or [],
        "files": [] if record.deleted_at is not None else files or [],
        "blocks": [] if record.deleted_at is not None else record.blocks or [],
    }


def file(record: Record) -> dict[str, Any]:
    """Describe a file that hangs at a message."""
    return {name: getattr(record, name) for name in ("id", "name", "content_type", "size")}


def thread(record: Record, authors: Authors) -> dict[str, Any]:
    """Describe the answers below a message."""
    return {
        "id": record.id,
        "message_id": record.message_id,
        "channel_id": record.channel_id,
        "replies": record.replies,
        "last_reply_at": moment(record.last_reply_at),
        "people": [authors[one] for one in record.people],
    }


def reactions(
    records: Iterable[Record], authors: Authors, viewer: str = ""
) -> list[dict[str, Any]]:
    """Describe the reactions to one message, the earliest emoji first."""
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        empty = {"emoji": record.emoji, "count": 0, "people": [], "mine": False}
        one = found.setdefault(record.emoji, empty)
        one["count"] += 1
        one["mine"] = one["mine"] or record.user_id == viewer
        if len(one["people"]) < MOST_NAMED:
            one["people"].append(authors[record.user_id]["display_name"])
    return list(found.values())


def membership(record: Record, user: Author) -> dict[str, Any]:
    """Describe that somebody is in a channel."""
    return {
        "id": record.id,
        "channel_id": record.channel_id,
        "user": user,
        "last_read_seq": record.last_read_seq,
    }


def author(user: dict[str, Any]) -> Author:
    """Keep of a person's public record what stands beside a message."""
    shown = {name: user[name] for name in ("id", "username", "display_name", "avatar_hue")}
    return {**shown, "is_plugin": False}


def plugin_author(plugin: str, name: str) -> Author:
    """Describe a plugin that wrote a message."""
    return {
        "id": f"{PLUGIN_AUTHOR}{plugin}",
        "username": plugin,
        "display_name": name,
        "avatar_hue": 210,
        "is_plugin": True,
    }


def former_member(identity: str) -> Author:
    """Describe an author who left."""
    return {
        "id": identity,
        "username": "",
        "display_name": "Former member",
        "avatar_hue": 0,
        "is_plugin": False,
    }


def moment(value: datetime) -> str:
    """Write a time as every interface of the hub does."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
