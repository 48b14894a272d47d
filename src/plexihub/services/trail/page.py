"""What a search of the audit log answers."""

from __future__ import annotations

from typing import Any

import msgspec

from plexihub.kernel.audit import AuditRecord


class IndexShown(msgspec.Struct, frozen=True):
    """How far the index is: `ready`, `building`, `failed` or `off`, and its share of the log."""

    name: str
    share: float


class Total(msgspec.Struct, frozen=True):
    """How many records fit; not exact where counting ended.

    `facets` counts outcomes, actions and actors among the newest ten thousand.
    """

    count: int
    exact: bool
    facets: dict[str, dict[str, int]]


class Page(msgspec.Struct, frozen=True):
    """Records, the newest first.

    Args:
        items: The records, as the segments have them.
        next: `before` of the next page; None where there is none.
        complete: Whether everything was looked at down to the last of the items; False where the
            time was over, and the next page goes on.
        altered: Numbers of records whose hash does not fit their bytes.
        index: How far the index is.
        last: Number of the newest record there is.
        total: How many fit; None where it was not asked for, or the index cannot tell.
    """

    items: list[AuditRecord]
    next: str | None
    complete: bool
    altered: list[int]
    index: IndexShown
    last: int
    total: Total | None = None


class RecordShown(msgspec.Struct, frozen=True):
    """One record, and whether its hash fits its bytes."""

    record: AuditRecord
    intact: bool


def plain(value: Any) -> Any:
    """Turn one of these into JSON's own types."""
    return msgspec.to_builtins(value)
