"""Token buckets: a limit's worth of requests at once, then as many a minute as the limit says."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MINUTE = 60.0
MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Share:
    """What one request left of a bucket.

    Args:
        limit: Requests a minute.
        left: Whole requests that may follow at once.
        wait: Seconds after which one more is allowed; 0 where this one was.
        full: Seconds after which nothing is used any more.
    """

    limit: int
    left: int
    wait: float
    full: float

    @property
    def is_allowed(self) -> bool:
        """Whether the request may go on."""
        return self.wait == 0


class Buckets:
    """A bucket for each key; the least used one is forgotten when there are too many.

    Args:
        most: How many are kept.
        clock: Seconds that only go forward.
    """

    def __init__(
        self, most: int = MOST_BUCKETS, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, float, int]] = OrderedDict()

    def __len__(self) -> int:
        """Count the buckets."""
        return len(self._kept)

    def take(self, key: str, limit: int) -> Share:
        """Count one request; a refused one takes nothing.

        A bucket that was filled under another limit begins anew, so that a change acts at once.
        """
        now = self._clock()
        left, since, known = self._kept.pop(key, (0.0, now, 0))
        rate = limit / MINUTE
        left = min(float(limit), left + (now - since) * rate) if known == limit else float(limit)
        # Sums of fractions fall short of the whole by less than this.
        allowed = left >= 1 - 1e-9
        left = max(0.0, left - 1) if allowed else left
        self._kept[key] = (left, now, limit)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        wait = 0.0 if allowed else (1 - left) / rate
        return Share(limit, int(left + 1e-9), wait, (limit - left) / rate)
