"""Slows down guessing: so many attempts at once, then one every few seconds."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from plexihub_sdk.errors import InputError

ATTEMPTS = 10
SECONDS_EACH = 6.0
MOST_KEYS = 10_000
#: From one address, whatever the names: more than people, fewer than a list of names.
ADDRESS_ATTEMPTS = 100
ADDRESS_SECONDS_EACH = 1.0


class TooManyRequestsError(InputError):
    """The caller asks too often.

    Args:
        message: What there was too much of.
        seconds: After which it may be tried again.
        next: The same, for people.
    """

    code = "too_many_requests"

    def __init__(self, message: str, *, seconds: int, next: str) -> None:  # noqa: A002
        super().__init__(message, next=next)
        self.seconds = seconds


class Throttle:
    """A token bucket for each key; the least used key is forgotten when there are too many.

    Args:
        attempts: Allowed at once.
        seconds_each: After which one more is allowed.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        attempts: int = ATTEMPTS,
        seconds_each: float = SECONDS_EACH,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._attempts = attempts
        self._seconds_each = seconds_each
        self._clock = clock
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, key: object) -> None:
        """Count one attempt.

        Raises:
            TooManyRequestsError: None is left; it is not counted.
        """
        now = self._clock()
        left, since = self._buckets.pop(key, (float(self._attempts), now))
        left = min(float(self._attempts), left + (now - since) / self._seconds_each)
        allowed = left >= 1
        self._buckets[key] = (left - allowed, now)
        while len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)
        if not allowed:
            seconds = max(1, round((1 - left) * self._seconds_each))
            raise TooManyRequestsError(
                "Too many attempts.", seconds=seconds, next=f"Try again in {seconds} seconds."
            )

    def forget(self, key: object) -> None:
        """Give a key all its attempts back."""
        self._buckets.pop(key, None)
