"""Moments as people and programs write them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from plexihub_sdk.errors import InputError


def check_moment(text: str, *, where: str) -> str:
    """Write a moment as records do, so that the two can be compared; empty stays empty.

    Args:
        text: ISO 8601; without a time zone it is in UTC, without a time of day it is midnight.
        where: The name of the field.

    Raises:
        InputError: It is no moment.
    """
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text)
        # In a query, `+` of a time zone is read as a blank.
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(
            f"`{where}` is a moment such as 2026-01-31T12:00:00Z, not {text[:40]!r}.", where=where
        ) from None
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")
