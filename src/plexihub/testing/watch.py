"""Watches a plugin under test: its clock is the hub's, and the lines that run are counted."""

from __future__ import annotations

from typing import Any

from plexihub.kernel.clock import Clock
from plexihub.kernel.watch import Watcher


class TestWatcher(Watcher):
    """Watches one process.

    Args:
        clock: What the plugin is told.
        ran: Where what ran is left, as the guest counts it.
    """

    __test__ = False  # a class of this name is none of pytest's
    coverage = True

    def __init__(self, clock: Clock, ran: list[Any]) -> None:
        self._clock = clock
        self._ran = ran

    def now(self) -> float | None:
        """Tell the time in milliseconds."""
        return self._clock.now().timestamp() * 1000

    def covered(self, data: Any) -> None:
        """Keep what ran."""
        self._ran.append(data)
