"""What is told and recorded of each step in a plugin's life."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.outcome import outcome_of, rule_of, sentence
from plexihub.kernel.plugins import PluginRecord, PluginRegistry
from plexihub.kernel.plugins.dependencies import dependents_of
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub_sdk.ids import PluginId


class Chronicle:
    """Tells events and writes records.

    Args:
        events: Where it is told.
        audit: Where it is recorded.
        registry: Knows who needs whom.
    """

    def __init__(self, events: EventBus, audit: AuditSink, registry: PluginRegistry) -> None:
        self._events = events
        self._audit = audit
        self.registry = registry

    def tell(
        self,
        event: str,
        record: PluginRecord,
        ctx: CallContext | None = None,
        more: dict[str, Any] | None = None,
    ) -> None:
        """Tell an event about a plugin, with its state and why it is in it."""
        data = {"id": record.id, "state": record.state, "reason": record.reason, **(more or {})}
        self._events.publish(event, data, ctx)

    def tell_dependents(self, record: PluginRecord) -> None:
        """Tell, for each running plugin that needs this one, how it is now."""
        told = {"dependency": record.id, "state": record.state, "reason": record.reason}
        for one in dependents_of(self.registry, record.id):
            if one.state == "enabled":
                self._events.publish("plugin.dependency_changed", {"id": one.id, **told})

    def note(self, action: str, record: PluginRecord, *, crashed: bool = False) -> None:
        """Record what happened to a plugin and why, without anybody's doing."""
        ctx = CallContext()
        entry = AuditEntry(ctx=ctx, action=action, target=record.id, reason=record.reason)
        entry.outcome = "crashed" if crashed else "ok"
        self._audit.append(entry)

    @contextmanager
    def audited(
        self,
        action: str,
        plugin: PluginId,
        ctx: CallContext,
        details: dict[str, Any] | None = None,
    ) -> Iterator[None]:
        """Record what is done inside, with its outcome and how long it took."""
        start = time.perf_counter()
        entry = AuditEntry(ctx=ctx, action=action, target=plugin, details=details or {})
        try:
            yield
        except BaseException as error:
            entry.outcome, entry.reason = outcome_of(error), sentence(error)
            entry.rule = rule_of(error)
            raise
        finally:
            entry.execution_ms = (time.perf_counter() - start) * 1000
            self._audit.append(entry)
