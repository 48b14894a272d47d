"""What a plugin did: the first time of each thing is a record, the rest is counted.

A count is written at most once a minute, with the next use, and when the plugin stops. The book is
bounded; what no longer fits is counted together.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from plexihub.kernel.context import as_plugin, current
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.runtimes.access.uses import Use
from plexihub_sdk.ids import PluginId

MOST = 300
EVERY_SECONDS = 60.0
ACTION = "plugin.use"
_REST = "(others)"


@dataclass(slots=True)
class Count:
    """How often one thing was done.

    Args:
        use: What.
        allowed: Whether it was let through.
        times: Altogether.
        unwritten: Since the last record.
        last: When it was done last.
    """

    use: Use
    allowed: bool
    times: int = 0
    unwritten: int = 0
    last: datetime | None = None

    def describe(self) -> dict[str, Any]:
        """Answer it as JSON."""
        return {
            "grant": self.use.grant,
            "verb": self.use.verb,
            "target": self.use.target,
            "allowed": self.allowed,
            "times": self.times,
            "last_at": self.last.isoformat().replace("+00:00", "Z") if self.last else None,
        }


class Usage:
    """What one plugin did since the hub started; told from any thread."""

    def __init__(self, plugin: PluginId, audit: AuditSink) -> None:
        self._plugin = plugin
        self._audit = audit
        self._counts: dict[tuple[str, str, str, bool], Count] = {}
        self._lock = threading.Lock()
        self._written = time.monotonic()

    def note(self, use: Use, *, allowed: bool) -> None:
        """Count one use; the first of its kind is recorded at once."""
        with self._lock:
            count = self._count(use, allowed=allowed)
            count.times += 1
            count.last = datetime.now(UTC)
            if is_first := count.times == 1:
                entry = self._entry(count.use, allowed, {})
            else:
                count.unwritten += 1
        if is_first:
            self._audit.append(entry)
        if time.monotonic() - self._written > EVERY_SECONDS:
            self.write()

    def _count(self, use: Use, *, allowed: bool) -> Count:
        key = (use.grant, use.verb, use.target, allowed)
        if key not in self._counts and len(self._counts) >= MOST:
            use = Use(use.grant, use.verb, _REST)
            key = (use.grant, use.verb, use.target, allowed)
        return self._counts.setdefault(key, Count(use, allowed))

    def write(self) -> None:
        """Record what was counted since the last record."""
        with self._lock:
            self._written = time.monotonic()
            waiting = [count for count in self._counts.values() if count.unwritten]
            entries = [
                self._entry(count.use, count.allowed, {"again": count.unwritten})
                for count in waiting
            ]
            for count in waiting:
                count.unwritten = 0
        for entry in entries:
            self._audit.append(entry)

    def _entry(self, use: Use, allowed: bool, more: dict[str, Any]) -> AuditEntry:  # noqa: FBT001
        return AuditEntry(
            ctx=as_plugin(current(), self._plugin),
            action=ACTION,
            target=f"{use.verb} {use.target}",
            outcome="ok" if allowed else "denied",
            reason="" if allowed else f"The grant {use.grant!r} was taken back.",
            details={"grant": use.grant, **more},
        )

    def describe(self) -> list[dict[str, Any]]:
        """Answer what was done as JSON, the latest first."""
        with self._lock:
            found = [count.describe() for count in self._counts.values()]
        return sorted(found, key=lambda one: str(one["last_at"]), reverse=True)
