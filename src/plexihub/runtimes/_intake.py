"""How much of the hub one guest's messages may take: its time to read them, its memory for them.

A few MiB of brackets cost a guest nothing to write, and the hub a tenth of a second to read, in
which nobody else is served. So what the hub spends on the large messages of a guest is counted, and
a guest that spent its share is not read from until it has some again: its own pipe fills up, and
nobody else notices. The same holds while the requests that it has under way are many MiB.

Small messages are not counted against the share: how many there are is bounded by the calls made,
the requests under way and the gateway's pace. But large or many, they are read a turn at a time,
and between two turns everybody else has theirs.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from plexihub.runtimes._framing import FromGuest, decode

#: Bytes from which a message is counted.
LARGE = 32 * 1024
#: Seconds of the hub's time that may be taken at once, and each second after that.
FREE_SECONDS = 0.1
SHARE = 0.02
#: Seconds of the hub's work for one guest, after which others have their turn; that is longer.
TURN_SECONDS = 0.003
OTHERS = 2
#: What reading plain text costs: a long text is no burden, a million of values is.
_TEXT_SECONDS_A_BYTE = 0.7e-9
#: Bytes of requests without a response, beyond which no more are read.
MOST_HELD = 16 * 1024 * 1024


class Intake:
    """Reads the messages of one guest, and says when to stop reading for a while.

    Args:
        pause: Stops reading; called again only after `resume`.
        resume: Goes on reading.
        loop: Calls `resume`.
        clock: Seconds that only go forward.
        worked: Seconds of processor time that this thread used.

    Attributes:
        is_paused: Whether what was received already is to wait, too.
    """

    def __init__(
        self,
        pause: Callable[[], None],
        resume: Callable[[], None],
        *,
        loop: asyncio.AbstractEventLoop,
        clock: Callable[[], float] = time.monotonic,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self._pause, self._resume = pause, resume
        self._loop = loop
        self._clock, self._worked = clock, worked
        self._left, self._since = FREE_SECONDS, clock()
        self._held = 0
        self.is_paused = self._is_closed = False
        self._turn = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def read(self, body: bytes) -> FromGuest:
        """Read one message, and count what that took.

        Raises:
            ProtocolError: It is no frame of the protocol.
        """
        if len(body) < LARGE:
            return decode(body)
        before = self._worked()
        try:
            with _without_collector():
                return decode(body)
        finally:
            spent = self._worked() - before - len(body) * _TEXT_SECONDS_A_BYTE
            self._charge(max(0.0, spent))

    def begin_turn(self) -> None:
        """Count the work for this guest from now on."""
        self._turn = self._worked()

    def end_turn(self) -> bool:
        """Whether this guest's turn is over; then it waits while the others have theirs."""
        spent = self._worked() - self._turn
        if spent < TURN_SECONDS or self._is_closed:
            return self.is_paused
        if self._timer is None:
            self._timer = self._loop.call_later(spent * OTHERS, self._rested)
            self._settle()
        return True

    def hold(self, size: int) -> None:
        """Count a request of so many bytes until `release`."""
        if size >= LARGE:
            self._held += size
            self._settle()

    def release(self, size: int) -> None:
        """Count a request no more: it is answered."""
        if size >= LARGE:
            self._held -= size
            self._settle()

    def close(self) -> None:
        """End: nothing is resumed any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._is_closed = True

    def _charge(self, seconds: float) -> None:
        now = self._clock()
        left = min(FREE_SECONDS, self._left + (now - self._since) * SHARE)
        self._left, self._since = left - seconds, now
        if self._left < 0 and self._timer is None and not self._is_closed:
            self._timer = self._loop.call_later(-self._left / SHARE, self._rested)
        self._settle()

    def _rested(self) -> None:
        self._timer = None
        self._charge(0.0)  # it may owe more by now

    def _settle(self) -> None:
        if self._is_closed:
            return
        wanted = self._timer is not None or self._held > MOST_HELD
        if wanted and not self.is_paused:
            self.is_paused = True
            self._pause()
        elif not wanted and self.is_paused:
            self.is_paused = False
            self._resume()


@contextmanager
def _without_collector() -> Iterator[None]:
    # A million of values made at once set the collector off again and again: three quarters of it.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
