"""How fast one plugin may call: as many at once as any page needs, then a few a second.

Every call is recorded, refused ones too, so a plugin that asks without end would fill the disk. It
is not refused but made to wait: nothing is lost, and what it may have under way is bounded.
"""

from __future__ import annotations

import time
from collections.abc import Callable

BURST = 600
PER_SECOND = 20.0


class Pace:
    """Counts the calls of each plugin.

    Args:
        burst: Calls that need not wait, after a quiet time.
        per_second: Calls a second beyond them.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        burst: int = BURST,
        per_second: float = PER_SECOND,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, plugin: str) -> float:
        """Count one call, and answer how many seconds it has to wait."""
        now = self._clock()
        left, since = self._left.get(plugin, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_second) - 1
        self._left[plugin] = (left, now)
        return max(0.0, -left / self._per_second)
