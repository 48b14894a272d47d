"""What others may see of a person."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from plexihub.services.database import User
from plexihub_sdk.ids import new_id
from plexihub_sdk.routes import Person

HUES = 360
_CANDIDATES = 16


def avatar_hue(user_id: str) -> int:
    """Choose a person's colour, the same everywhere and for ever."""
    return zlib.crc32(user_id.encode()) % HUES


def distinct_id(others: Sequence[str]) -> str:
    """Make an id for a new person whose colour differs clearly from those of the `others`."""
    hues = [avatar_hue(other) for other in others]

    def room(candidate: str) -> int:
        hue = avatar_hue(candidate)
        return min((_apart(hue, other) for other in hues), default=HUES)

    return max((new_id() for _ in range(_CANDIDATES)), key=room)


def _apart(one: int, other: int) -> int:
    around = abs(one - other)
    return min(around, HUES - around)


def iso(moment: datetime) -> str:
    """Write a moment as the interfaces do: ISO 8601 in UTC, ending in Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def public(user: User) -> dict[str, Any]:
    """Copy what the interfaces show of a person; never the password."""
    return {
        "id": user.id,
        "username": user.username,
        "display_name": user.display_name,
        "role": user.role,
        "tags": list(user.tags),
        "is_active": user.is_active,
        "created_at": iso(user.created_at),
        "avatar_hue": avatar_hue(user.id),
    }


def person(user: User) -> Person:
    """Make what a plugin's route learns of who is signed in."""
    return Person(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        role=user.role,
        avatar_hue=avatar_hue(user.id),
    )
