"""Who reads the audit log is in it."""

from __future__ import annotations

from typing import Any

import pytest

from plexihub.kernel.context import Actor, CallContext
from plexihub.services.trail.reading import WINDOW_SECONDS, Readings
from tests.fakes.stores import MemoryAudit

ADA = CallContext(actor=Actor("user", "u1", "ada"))
GRACE = CallContext(actor=Actor("user", "u2", "grace"))


class Clock:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
def audit() -> MemoryAudit:
    """Give a log that keeps what is appended."""
    return MemoryAudit()


def told(audit: MemoryAudit) -> list[tuple[str, Any]]:
    """Answer who read what."""
    return [(one.ctx.actor.name, dict(one.details)) for one in audit.entries]


def test_an_open_view_makes_one_record(audit: MemoryAudit) -> None:
    """Leafing and looking again add nothing at once; the sum follows when the view is over."""
    clock = Clock()
    readings = Readings(audit, clock)
    for _ in range(100):
        readings.note(ADA, {"plugin": "notes"}, 50)
    assert told(audit) == [("ada", {"filter": {"plugin": "notes"}, "rows": 50})]
    clock.now = WINDOW_SECONDS + 1
    readings.note(ADA, {"plugin": "notes"}, 7)
    assert told(audit)[1:] == [
        ("ada", {"filter": {"plugin": "notes"}, "rows": 4950, "further_pages": 99}),
        ("ada", {"filter": {"plugin": "notes"}, "rows": 7}),
    ]


def test_other_views_and_readers_are_told_apart(audit: MemoryAudit) -> None:
    """Each filter and each person has a record."""
    readings = Readings(audit, Clock())
    readings.note(ADA, {}, 1)
    readings.note(GRACE, {}, 1)
    readings.note(ADA, {"q": "secret"}, 1)
    readings.close()
    assert [one.action for one in audit.entries] == ["audit.read"] * 3


def test_the_sum_is_told_at_the_end(audit: MemoryAudit) -> None:
    """What an open view has shown is not lost when the hub stops."""
    readings = Readings(audit, Clock())
    readings.note(ADA, {}, 1)
    readings.note(ADA, {}, 20)
    readings.close()
    assert told(audit)[-1] == ("ada", {"filter": {}, "rows": 20, "further_pages": 1})
