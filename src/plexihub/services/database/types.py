"""Column types that behave the same on every database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, DateTime, Dialect, Float, Integer, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always with its time zone in Python and always UTC in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the library's signature
    ) -> datetime | None:
        """Turn a moment into naive UTC; one without a zone is taken as UTC."""
        if value is None or value.tzinfo is None:
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the library's signature
    ) -> datetime | None:
        """Give a stored moment its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


def json_type() -> JSON:
    """Make the type of JSON columns: None is stored as NULL."""
    return JSON(none_as_null=True)


def type_for(kind: type, max_length: int | None = None) -> TypeEngine[Any]:
    """Choose the column type of a Python type."""
    if kind is str:
        return String(max_length) if max_length else Text()
    simple: dict[type, type[TypeEngine[Any]]] = {
        int: Integer,
        float: Float,
        bool: Boolean,
        datetime: UtcDateTime,
    }
    return simple[kind]() if kind in simple else json_type()
