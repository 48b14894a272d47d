"""Answers a question about the log: from the index as far as it goes, by reading beyond that.

Blocks: for a thread. Where there is no index, or it leads astray, everything is read from the
newest back for a short while; what is found until then is answered, with the place to go on from.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from plexihub.kernel.audit import AuditQuery, AuditRecord, Place
from plexihub.kernel.audit.follow import read_placed
from plexihub.kernel.audit.read import MAX_LIMIT, Spot, read_spots, scan
from plexihub.kernel.audit.segment import path_of
from plexihub.services.trail.lookup import MOST_FACETS, Lookup
from plexihub.services.trail.page import Total

#: How long is read where no index helps.
SCAN_SECONDS = 2.0
#: Beyond the index, no more than this is looked at for a number.
_MOST_COUNTED = 5000


class StrayIndexError(Exception):
    """The index names a place where its record is not."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found; `next` is the number to go on below, None at the end."""

    records: list[AuditRecord]
    next: int | None
    complete: bool = True
    altered: tuple[int, ...] = ()


def search(folder: Path, lookup: Lookup | None, query: AuditQuery) -> Answered:
    """Find one page of records, the newest first.

    Raises:
        LimitExceededError: The index cannot answer in time.
        StrayIndexError: The index is not of these segments.
        sqlite3.Error: The index is damaged.
    """
    query = replace(query, limit=max(1, min(query.limit, MAX_LIMIT)))
    indexed = lookup.end() if lookup is not None else 0
    fresh = _fresh(folder, query, indexed)
    if lookup is None or fresh.next is not None:
        return fresh
    rest = query.limit - len(fresh.records)
    spots = lookup.find(replace(query, limit=rest), to=indexed)
    records, altered = _read(folder, spots, query)
    end = spots[-1].seq if len(spots) == rest else None
    return Answered([*fresh.records, *records], end, True, tuple(altered))


def _fresh(folder: Path, query: AuditQuery, indexed: int) -> Answered:
    """Read what the index does not have yet."""
    if query.before is not None and query.before <= indexed + 1:
        return Answered([], None)
    beyond = replace(query, after=max(query.after, indexed))
    found = scan(folder, beyond, seconds=SCAN_SECONDS)
    is_full = len(found.records) >= query.limit
    return Answered(found.records, found.stopped, is_full or found.stopped is None)


def _read(
    folder: Path, spots: list[Spot], query: AuditQuery
) -> tuple[list[AuditRecord], list[int]]:
    records, altered = [], []
    for spot, record, is_intact in read_spots(folder, spots):
        if record is None:
            if path_of(folder, spot.segment).exists():  # else retention took it meanwhile
                raise StrayIndexError
            continue
        if not is_intact:
            altered.append(spot.seq)
        if query.accepts(record):
            records.append(record)
    return records, altered


def count(folder: Path, lookup: Lookup, query: AuditQuery) -> Total | None:
    """Count what fits, whatever the page; None where too much is beyond the index.

    Raises:
        LimitExceededError: The index cannot answer in time.
        sqlite3.Error: The index is damaged.
    """
    query = replace(query, before=None, limit=_MOST_COUNTED)
    indexed = lookup.end()
    beyond = scan(folder, replace(query, after=max(query.after, indexed)), seconds=SCAN_SECONDS)
    if beyond.stopped is not None:
        return None
    found = lookup.count(query)
    extra = beyond.records
    fresh = (
        Counter(str(one.outcome) for one in extra),
        Counter(one.action for one in extra),
        Counter(one.actor.name or one.actor.id or one.actor.kind for one in extra),
    )
    facets = {
        name: dict((Counter(known) + more).most_common(MOST_FACETS))
        for name, known, more in zip(found.facets._fields, found.facets, fresh, strict=True)
    }
    return Total(found.total + len(extra), found.exact, facets)


def get(folder: Path, lookup: Lookup | None, seq: int) -> tuple[AuditRecord, bool] | None:
    """Find the record of a number, and whether its hash fits; None where there is none."""
    spot = _spot(lookup, seq)
    if spot is None:
        found, _ = read_placed(folder, Place(max(0, seq - 1)), 1)
        if not found or found[0].record.seq != seq:
            return None
        spot = found[0].spot
    _, record, is_intact = next(iter(read_spots(folder, [spot])))
    return None if record is None else (record, is_intact)


def _spot(lookup: Lookup | None, seq: int) -> Spot | None:
    try:
        return lookup.at(seq) if lookup is not None else None
    except sqlite3.Error:
        return None
