"""How much a guest may make the hub read: its messages have a price, and who overspends waits.

To read a message costs the hub more than to write it costs the guest: two bytes of `{}` become an
object. So what counts is bytes and values, and a guest that sends without end is read at a rate
that the hub's loop does not feel. Nothing is refused and nothing lost: its pipe fills.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from plexihub_sdk.errors import ProtocolError

#: Values in one message: reading as many takes some 40 ms of the loop's time.
MAX_VALUES = 100_000
#: What a value costs, in bytes: the object that it becomes.
VALUE_COST = 32
#: Bytes that need not wait, after a quiet time.
BURST = 16 * 1024 * 1024
#: Bytes a second beyond them.
PER_SECOND = 4 * 1024 * 1024

#: As many commas outside of texts, found without going back.
_TOO_MANY = re.compile(
    rb'(?:(?:[^",]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+,){%d}+' % MAX_VALUES, re.DOTALL
)


def price(body: bytes) -> int:
    """Answer what a message costs, in bytes, before it is decoded.

    Args:
        body: Its JSON text.

    Raises:
        ProtocolError: It has more values than a message may.
    """
    commas = body.count(b",")
    if commas >= MAX_VALUES and _TOO_MANY.match(body):
        raise ProtocolError(f"It sent a message of more than {MAX_VALUES:,} values.")
    return len(body) + commas * VALUE_COST


class Intake:
    """Counts what a guest sends.

    Args:
        burst: Bytes that need not wait, after a quiet time.
        per_second: Bytes a second beyond them.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        burst: int = BURST,
        per_second: int = PER_SECOND,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = self._left = float(burst)
        self._per_second = per_second
        self._clock = clock
        self._since = clock()

    def take(self, cost: int) -> float:
        """Count a message, and answer how many seconds nothing more is to be read."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._since) * self._per_second) - cost
        self._since = now
        return max(0.0, -self._left / self._per_second)
