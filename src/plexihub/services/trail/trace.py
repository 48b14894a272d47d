"""One journey as a tree: what caused what, when each part began and how long it took. Pure.

A record names as its parent the record of the call that caused it. A record is written when its
action is over, so its beginning is its moment less what it took.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from plexihub.kernel.audit import AuditRecord
from plexihub.services.trail.shape import milliseconds

MOST_RECORDS = 1000


class Step(msgspec.Struct, frozen=True):
    """A record in its place.

    Args:
        record: The record.
        depth: How many others it is within.
        start_ms: When it began, from the beginning of the journey.
        took_ms: How long it took; 0 where nobody measured.
        parent: Number of the record that caused it; None where that is not here.
    """

    record: AuditRecord
    depth: int
    start_ms: float
    took_ms: float
    parent: int | None


class Journey(msgspec.Struct, frozen=True):
    """A journey: its steps, each after the one that caused it.

    Args:
        trace: Its id.
        steps: In the order in which to show them.
        took_ms: From its beginning to its end.
        complete: Whether these are all its records.
        altered: Numbers of records whose hash does not fit their bytes.
    """

    trace: str
    steps: list[Step]
    took_ms: float
    complete: bool
    altered: list[int]


def journey(
    trace: str,
    records: Sequence[AuditRecord],
    *,
    complete: bool = True,
    altered: Sequence[int] = (),
) -> Journey:
    """Put the records of a journey in order."""
    records = sorted(records, key=lambda one: one.seq)
    starts = {one.seq: milliseconds(one.time) - (one.execution_ms or 0.0) for one in records}
    begin = min(starts.values(), default=0.0)
    end = max((float(milliseconds(one.time)) for one in records), default=0.0)
    steps = [
        Step(
            record,
            depth,
            round(starts[record.seq] - begin, 3),
            record.execution_ms or 0.0,
            parent,
        )
        for record, depth, parent in _in_order(records, starts)
    ]
    return Journey(trace, steps, round(end - begin, 3), complete, list(altered))


def _in_order(
    records: Sequence[AuditRecord], starts: dict[int, float]
) -> list[tuple[AuditRecord, int, int | None]]:
    """Walk from each record to those it caused; what would go round in a circle begins anew."""
    by_id = {one.id: one for one in records if one.id}
    children: dict[int | None, list[AuditRecord]] = {}
    for one in records:
        parent = by_id.get(one.parent)
        key = parent.seq if parent is not None and parent is not one else None
        children.setdefault(key, []).append(one)
    for some in children.values():
        some.sort(key=lambda one: (starts[one.seq], one.seq))
    found: list[tuple[AuditRecord, int, int | None]] = []
    seen: set[int] = set()
    for root in [*children.get(None, []), *records]:
        _walk(root, children, found, seen)
    return found


def _walk(
    root: AuditRecord,
    children: dict[int | None, list[AuditRecord]],
    found: list[tuple[AuditRecord, int, int | None]],
    seen: set[int],
) -> None:
    waiting: list[tuple[AuditRecord, int, int | None]] = [(root, 0, None)]
    while waiting:
        one, depth, parent = waiting.pop()
        if one.seq in seen:
            continue
        seen.add(one.seq)
        found.append((one, depth, parent))
        waiting += [(child, depth + 1, one.seq) for child in reversed(children.get(one.seq, []))]
