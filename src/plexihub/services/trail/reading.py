"""Reading the audit log is itself on record: who looked, at what, and how much they saw.

Whoever leafs through a view, or has it open while it grows, makes one record when it is opened and
one that sums up the rest when nothing was added for a while. Otherwise reading would fill the log
that is read.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import AuditEntry, AuditSink

#: A view that was open for so long is summed up, and is opened anew by the next look.
WINDOW_SECONDS = 900.0
MOST_OPEN = 1000
READ = "audit.read"


@dataclass(slots=True)
class _View:
    ctx: CallContext
    wanted: Mapping[str, Any]
    begun: float
    pages: int = 0
    rows: int = 0


class Readings:
    """Notes who reads.

    Args:
        audit: Where it is written.
        clock: Monotonic seconds.
    """

    def __init__(self, audit: AuditSink, clock: Any = time.monotonic) -> None:
        self._audit = audit
        self._clock = clock
        self._open: dict[tuple[str, str, str], _View] = {}

    def note(self, ctx: CallContext, wanted: Mapping[str, Any], rows: int) -> None:
        """Note that somebody saw records.

        Args:
            ctx: Who.
            wanted: The filter of the view, or what else was asked for.
            rows: How many records were answered.
        """
        self._sum_up_old()
        key = (ctx.actor.kind, ctx.actor.id, json.dumps(wanted, sort_keys=True))
        view = self._open.get(key)
        if view is not None:
            view.pages, view.rows = view.pages + 1, view.rows + rows
            return
        self._write(ctx, {"filter": dict(wanted), "rows": rows})
        if len(self._open) >= MOST_OPEN:
            self._sum_up(next(iter(self._open)))
        self._open[key] = _View(ctx, wanted, self._clock())

    def refuse(self, ctx: CallContext, what: str, reason: str) -> None:
        """Note that somebody was not let in."""
        self._audit.append(
            AuditEntry(ctx=ctx, action=READ, target=what, outcome="denied", reason=reason)
        )

    def _sum_up_old(self) -> None:
        oldest = self._clock() - WINDOW_SECONDS
        for key in [key for key, view in self._open.items() if view.begun < oldest]:
            self._sum_up(key)

    def _sum_up(self, key: tuple[str, str, str]) -> None:
        view = self._open.pop(key)
        if view.pages:
            details = {"filter": dict(view.wanted), "rows": view.rows, "further_pages": view.pages}
            self._write(view.ctx, details)

    def _write(self, ctx: CallContext, details: Mapping[str, Any]) -> None:
        self._audit.append(AuditEntry(ctx=ctx, action=READ, details=details))

    def close(self) -> None:
        """Sum up every view that is open."""
        for key in list(self._open):
            self._sum_up(key)
