"""What of a row may stand in the audit log: enough to see what changed, and no secret."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date, datetime
from typing import Any

from plexihub.services.database.models import ModelSpec

#: The audit log outlives what people delete, so it does not keep what they wrote to each other.
LONGEST = 64
HIDDEN = "(hidden)"


def redacted(
    spec: ModelSpec, values: Mapping[str, Any], only: Container[str] | None = None
) -> dict[str, Any]:
    """Answer the values of a row as they may be recorded.

    Args:
        spec: The model: its hidden columns are told to be there, and no more.
        values: Column to value; long texts and structures are told by their size.
        only: The columns that matter; all of them where absent.
    """
    return {
        name: HIDDEN if name in spec.hidden else _shown(value)
        for name, value in values.items()
        if only is None or name in only
    }


def _shown(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | list | dict):
        return f"({type(value).__name__}, {len(value)})"
    text = str(value)
    return text if len(text) <= LONGEST else f"({len(text)} characters)"
