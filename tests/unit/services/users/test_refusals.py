"""Refused requests on record: the first at once, the others counted."""

from __future__ import annotations

import math

from plexihub.kernel.context import ANONYMOUS, CallContext
from plexihub.services.users.refusals import MOST_KEYS, Refusals
from tests.fakes.stores import MemoryAudit

CTX = CallContext(actor=ANONYMOUS, deadline=math.inf)


def test_flood_is_one_record_a_minute() -> None:
    """A thousand refusals of one address are one record at once and one with their count."""
    now, audit = [0.0], MemoryAudit()
    refusals = Refusals(audit, lambda: now[0])
    for _ in range(1000):
        refusals.note(CTX, "address", "203.0.113.7")
    now[0] = 61.0
    refusals.tell()
    now[0] = 200.0
    refusals.tell()
    refusals.note(CTX, "address", "203.0.113.7")
    assert [(one.target, one.details["refused"]) for one in audit.entries] == [
        ("203.0.113.7", 1),
        ("203.0.113.7", 999),
        ("203.0.113.7", 1),
    ]


def test_flood_from_everywhere_is_counted_together() -> None:
    """Ever new addresses fill neither the log nor the memory."""
    now, audit = [0.0], MemoryAudit()
    refusals = Refusals(audit, lambda: now[0])
    for number in range(10_000):
        refusals.note(CTX, "address", f"address {number}")
    now[0] = 61.0
    refusals.tell()
    assert len(audit.entries) == MOST_KEYS + 2
    assert audit.entries[-1].details["refused"] == 10_000 - MOST_KEYS - 1
