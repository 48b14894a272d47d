"""Who was refused for asking too often, on record without a record each.

The first refusal of somebody is recorded at once; what follows in the same minute is counted and
recorded as one. A flood from ever new addresses is counted together.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import AuditEntry, AuditSink

SECONDS = 60.0
MOST_KEYS = 200
OTHERS = "others"


@dataclass(slots=True)
class _Row:
    ctx: CallContext
    since: float
    more: int = 0


class Refusals:
    """Records refusals.

    Args:
        audit: Is told.
        clock: Seconds that only go forward.
    """

    def __init__(self, audit: AuditSink, clock: Callable[[], float] = time.monotonic) -> None:
        self._audit = audit
        self._clock = clock
        self._rows: dict[tuple[str, str], _Row] = {}
        self._due = 0.0

    def note(self, ctx: CallContext, policy: str, who: str) -> None:
        """Count one refusal.

        Args:
            ctx: Of the refused call.
            policy: The limit that it broke: that of `security.rate.…`, or `sign-in`.
            who: An address, or `@` and a person's id.
        """
        self.tell()
        key = (policy, who)
        if key not in self._rows and len(self._rows) >= MOST_KEYS:
            key = (policy, OTHERS)
        row = self._rows.get(key)
        if row is not None:
            row.more += 1
            return
        now = self._clock()
        self._rows[key] = _Row(ctx, now)
        self._due = min(self._due, now + SECONDS) if len(self._rows) > 1 else now + SECONDS
        self._append(ctx, key, 1)

    def tell(self) -> None:
        """Record what was counted in minutes that are over; costs a comparison where none is."""
        now = self._clock()
        if not self._rows or now < self._due:
            return
        for key, row in list(self._rows.items()):
            if now - row.since < SECONDS:
                continue
            if row.more:
                self._append(row.ctx, key, row.more)
                row.since, row.more = now, 0
            else:
                del self._rows[key]
        self._due = min((row.since for row in self._rows.values()), default=now) + SECONDS

    def _append(self, ctx: CallContext, key: tuple[str, str], count: int) -> None:
        policy, who = key
        details = {"policy": policy, "refused": count}
        self._audit.append(
            AuditEntry(
                ctx=ctx,
                action="request.limit",
                target=who,
                outcome="denied",
                reason=f"{count} refused: more than the limit `{policy}` allows.",
                details=details,
            )
        )
