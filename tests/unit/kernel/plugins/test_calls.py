"""The book of calls: health and audit."""

import pytest

from plexihub.kernel.context import Actor, CallContext, entered
from plexihub.kernel.plugins import CallBook, PluginRecord, PluginRegistry
from plexihub_sdk.errors import (
    InputError,
    PermissionDenied,
    PluginCrashedError,
    PluginRaisedError,
    PluginTimeoutError,
    ProtocolError,
    Veto,
)
from plexihub_sdk.ids import PluginId
from tests.fakes.runtime import stored
from tests.fakes.stores import MemoryAudit

NOTES = PluginId("notes")


@pytest.fixture
def registry() -> PluginRegistry:
    """Give a registry with one plugin."""
    registry = PluginRegistry()
    registry.add(PluginRecord(stored("notes"), "enabled"))
    return registry


@pytest.mark.parametrize(
    ("error", "outcome", "failures"),
    [
        (None, "ok", 0),
        (Veto("no"), "vetoed", 0),
        (PluginTimeoutError("late"), "timeout", 1),
        (PluginCrashedError("gone"), "crashed", 1),
        (ProtocolError("soup"), "crashed", 1),
        (PermissionDenied("data:read"), "denied", 1),
        (PluginRaisedError("oops"), "failed", 1),
        (ValueError(), "failed", 1),
    ],
)
@pytest.mark.checklist("A-45")
def test_each_end_has_its_outcome(
    registry: PluginRegistry,
    audit: MemoryAudit,
    error: Exception | None,
    outcome: str,
    failures: int,
) -> None:
    """Every call is recorded with how it ended; a veto is no failure."""
    CallBook(registry, audit).note(NOTES, "user.creating", 1.5, error)
    health = registry.get("notes").health
    assert audit.outcomes("plugin.execution") == [("user.creating", outcome)]
    assert (health.calls, health.failures, health.last_call_ms) == (1, failures, 1.5)


@pytest.mark.parametrize(
    ("error", "failures"),
    [(InputError("no dice"), 0), (PermissionDenied("network"), 1), (ValueError(), 1)],
)
def test_refused_words_of_a_person_are_no_failure(
    registry: PluginRegistry, audit: MemoryAudit, error: Exception, failures: int
) -> None:
    """A command that does not take what somebody typed is recorded, and its plugin is healthy."""
    CallBook(registry, audit).note_asked(NOTES, "/roll", 1.5, error)
    health = registry.get("notes").health
    assert (health.calls, health.failures, health.failing) == (1, failures, failures == 1)
    assert [target for target, _ in audit.outcomes("plugin.execution")] == ["/roll"]


def test_good_call_heals(registry: PluginRegistry, audit: MemoryAudit) -> None:
    """A plugin is degraded after a failed call and healthy after a good one."""
    book, record = CallBook(registry, audit), registry.get("notes")
    book.note(NOTES, "user.creating", 1, ValueError("oops"))
    assert (record.status, record.health.last_error) == ("degraded", "oops")
    book.note(NOTES, "user.creating", 1, None)
    assert record.status == "healthy"


def test_record_joins_the_journey(registry: PluginRegistry, audit: MemoryAudit) -> None:
    """The record says which plugin acted, for whom and in which journey."""
    ctx = CallContext(actor=Actor("user", "u1", "ada"))
    with entered(ctx):
        CallBook(registry, audit).note(NOTES, "user.creating", 1, None)
    noted = audit.entries[0].ctx
    assert (noted.actor, noted.on_behalf_of, noted.trace) == (
        Actor("plugin", "notes", "Notes"),
        "u1",
        ctx.trace,
    )
