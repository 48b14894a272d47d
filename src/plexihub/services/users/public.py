"""What others may see of a person."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from plexihub.services.database import Session, User
from plexihub_sdk.ids import new_id
from plexihub_sdk.permissions import ROLE_RIGHTS
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
        "extensions": extensions_of(user),
    }


def extensions_of(user: User, seen_by: Collection[str] = ("everyone",)) -> dict[str, Any]:
    """Copy the values of what plugins added to people, as far as it may be seen."""
    properties = user.extended_by.properties()
    return {one.name: getattr(user, one.name) for one in properties if one.visible in seen_by}


def public_session(session: Session) -> dict[str, Any]:
    """Copy what the interfaces show of a session; never what opens it."""
    return {
        "id": session.id,
        "user_id": session.user_id,
        "kind": session.kind,
        "by_kind": session.by_kind,
        "by_id": session.by_id,
        "user_agent": session.user_agent,
        "address": session.address,
        "created_at": iso(session.created_at),
        "last_seen_at": iso(session.last_seen_at),
        "expires_at": iso(session.expires_at),
    }


def person(
    user: User, rights: frozenset[str] | None = None, *, is_impersonated: bool = False
) -> Person:
    """Make what a plugin's route learns of who is signed in.

    Args:
        user: Who.
        rights: Theirs; those of their role where absent.
        is_impersonated: Whether somebody else acts as the person.
    """
    given = ROLE_RIGHTS.get(user.role, frozenset()) if rights is None else rights
    return Person(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        role=user.role,
        avatar_hue=avatar_hue(user.id),
        rights=given,
        is_impersonated=is_impersonated,
    )
