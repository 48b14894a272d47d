"""How channels, messages and authors look from outside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from plexihub_sdk.models import Record

#: Ids of authors that are plugins begin so; a person's id is a UUID.
PLUGIN_AUTHOR = "plugin:"
Author = dict[str, Any]


def channel(record: Record, *, last_read: int, people: int) -> dict[str, Any]:
    """Describe a channel to a person who has read up to `last_read`."""
    return {
        "id": record.id,
        "name": record.name,
        "topic": record.topic,
        "unread": max(0, record.last_seq - last_read),
        "last_seq": record.last_seq,
        "member_count": people,
    }


def message(record: Record, author: Author) -> dict[str, Any]:
    """Describe a message."""
    return {
        "id": record.id,
        "seq": record.seq,
        "channel_id": record.channel_id,
        "author": author,
        "text": record.text,
        "created_at": _moment(record.created_at),
        "client_id": record.client_id,
    }


def author(user: dict[str, Any]) -> Author:
    """Keep of a person's public record what stands beside a message."""
    return {name: user[name] for name in ("id", "username", "display_name", "avatar_hue")}


def absent_author(identity: str) -> Author:
    """Describe an author who is no person of the hub: a plugin, or somebody who left."""
    if identity.startswith(PLUGIN_AUTHOR):
        name = identity.removeprefix(PLUGIN_AUTHOR)
        title = name.replace("-", " ").title()
        return {"id": identity, "username": name, "display_name": title, "avatar_hue": 210}
    return {"id": identity, "username": "", "display_name": "Former member", "avatar_hue": 0}


def _moment(value: datetime) -> str:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
