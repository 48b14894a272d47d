"""The book of calls: each call into a plugin counts for its health and stands in the audit."""

from __future__ import annotations

import time

from plexihub.kernel.context import as_plugin, current
from plexihub.kernel.outcome import outcome_of, rule_of, sentence
from plexihub.kernel.plugins.record import PluginRecord
from plexihub.kernel.plugins.registry import PluginRegistry
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub_sdk.errors import (
    InputError,
    InputRefusedError,
    PermissionDenied,
    PluginRaisedError,
)
from plexihub_sdk.ids import PluginId

#: Trusted plugins share the hub's own memory: measuring it for every call would cost more than
#: most of the calls.
_FRESH_SECONDS = 1.0


class CallBook:
    """Writes every call down."""

    def __init__(self, registry: PluginRegistry, audit: AuditSink) -> None:
        self._registry = registry
        self._audit = audit
        self._memory: dict[PluginId, tuple[float, float | None]] = {}

    def note(self, plugin: PluginId, name: str, ms: float, error: BaseException | None) -> None:
        """Write down one call of a hook or an event's handler (an `Observe`)."""
        # An input that is refused before the plugin's code runs is no failure of the plugin's.
        is_fine = outcome_of(error) in {"ok", "vetoed"} or isinstance(error, InputRefusedError)
        self._write(plugin, name, ms, error, "" if is_fine else _problem(error))

    def note_asked(
        self, plugin: PluginId, name: str, ms: float, error: BaseException | None
    ) -> None:
        """Write down one call that a person asked for (an `Observe`), such as a command.

        What the plugin refuses of the person's words is recorded and is no failure of the plugin.
        """
        is_refusal = isinstance(error, InputError) and not isinstance(error, PermissionDenied)
        if not is_refusal:
            return self.note(plugin, name, ms, error)
        return self._write(plugin, name, ms, error, "")

    def _write(
        self, plugin: PluginId, name: str, ms: float, error: BaseException | None, problem: str
    ) -> None:
        record = self._registry.find(plugin)
        if record is None:
            return
        self._count(record, ms, problem)
        ctx = as_plugin(current(), plugin, record.stored.manifest.name)
        self._audit.append(
            AuditEntry(
                ctx=ctx,
                span=ctx.span,
                rule=rule_of(error),
                action="plugin.execution",
                target=name,
                outcome=outcome_of(error),
                reason=sentence(error),
                execution_ms=ms,
                memory_mb=self._measure(record),
            )
        )

    @staticmethod
    def _count(record: PluginRecord, ms: float, problem: str) -> None:
        health = record.health
        health.calls += 1
        health.last_call_ms = round(ms, 3)
        health.failing = bool(problem)
        if problem:
            health.failures += 1
            health.last_error = problem

    def memory_of(self, plugin: str) -> float | None:
        """Measure the resident memory of what carries a plugin, in MiB."""
        record = self._registry.find(plugin)
        return None if record is None else self._measure(record)

    def _measure(self, record: PluginRecord) -> float | None:
        if record.stored.tier == "sandboxed":
            return record.measure().memory_mb
        now = time.monotonic()
        moment, memory = self._memory.get(record.id, (-_FRESH_SECONDS, None))
        if now - moment >= _FRESH_SECONDS:
            memory = record.measure().memory_mb
            self._memory[record.id] = now, memory
        return memory


def _problem(error: BaseException | None) -> str:
    """Say what failed, for the plugin's author, with file and line where the runtime has them."""
    where = error.where if isinstance(error, PluginRaisedError) else ""
    return f"{sentence(error)} ({where})" if where else sentence(error)
