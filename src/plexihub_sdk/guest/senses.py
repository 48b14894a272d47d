"""What a watched plugin perceives of time and chance: noted, told, or played back.

The hub watches a plugin for three reasons (`watch` of the `hello` frame): a *recording* notes every
value that the plugin was given, a *replay* gives it the same values again, and under a *test* the
clock is the one that the hub tells. A plugin that is not watched has the modules as they are.

Values belong to the call in which they are drawn, in the order of their source; those of the
module's top level go with `ready`. What is drawn outside of both is nobody's, and not noted.
"""

from __future__ import annotations

import base64
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from plexihub_sdk.guest.call import running
from plexihub_sdk.guest.text import encode

#: Characters of values that one call may have noted; beyond them the recording says that it is cut.
MOST_NOTED = 64 * 1024
CUT = "cut"
_NANO = 1_000_000
_LOADING = 0
Noted = dict[str, list[Any]]


class Unwatched:
    """The senses of a plugin that nobody watches."""

    def hear(self, frame: Mapping[str, Any]) -> None:
        """Take the moment that the hub tells."""

    def begin(self, number: int, seen: Mapping[str, Any] | None) -> None:
        """Open the book of a call."""

    def end(self, number: int) -> bytes:
        """Close it, and answer what goes with the answer."""
        del number
        return b""


class Book:
    """What one call was given.

    Args:
        kept: What it is to be given again; None where nothing is played back.
    """

    __slots__ = ("_kept", "_last", "_left", "noted")

    def __init__(self, kept: Mapping[str, Any] | None) -> None:
        self._kept = None if kept is None else {key: deque(kept[key]) for key in kept}
        self._last: dict[str, Any] = {}
        self._left = MOST_NOTED
        self.noted: Noted = {}

    def draw(self, source: str, real: Callable[[], Any], after: Callable[[Any], Any]) -> Any:
        """Answer the next value of a source, and note it.

        Args:
            source: Its name.
            real: Answers a new value.
            after: Answers a value from the last one, where nothing is left to be played back.
        """
        if self._kept is None:
            value = real()
        elif left := self._kept.get(source):
            value = left.popleft()
        else:
            value = after(self._last.get(source))
        self._last[source] = value
        self._left -= len(str(value)) + 1
        if self._left < 0:
            self.noted[CUT] = [True]
        else:
            self.noted.setdefault(source, []).append(value)
        return value


class Senses(Unwatched):
    """The senses of a plugin that is watched.

    Args:
        watch: Of the `hello` frame: `now` (milliseconds, or null for the real clock), `seen` (what
            is played back, or null), `record`.
    """

    def __init__(self, watch: Mapping[str, Any]) -> None:
        self._now: float | None = None
        self._is_told = watch["now"] is not None and watch["seen"] is None
        self._plays = watch["seen"] is not None
        self._books: dict[int, Book] = {}
        self.hear(watch)
        self.begin(_LOADING, watch["seen"])
        self._first = self._now or 0.0

    def hear(self, frame: Mapping[str, Any]) -> None:
        """Take the moment that the hub tells."""
        now = frame.get("now")
        if now is not None:
            self._now = now

    def begin(self, number: int, seen: Mapping[str, Any] | None) -> None:
        """Open the book of a call."""
        self._books[number] = Book((seen or {}) if self._plays else None)

    def end(self, number: int) -> bytes:
        """Close it, and answer what goes with the answer."""
        book = self._books.pop(number, None)
        noted = {} if book is None else book.noted
        return b',"seen":' + encode(noted) if noted else b""

    # --- sources ---

    def wall(self) -> int:
        """Answer the time of day, in nanoseconds."""
        return int(self._clock("wall", time.time_ns, 0.0))

    def steady(self) -> int:
        """Answer the monotonic clock, in nanoseconds."""
        return int(self._clock("steady", time.monotonic_ns, self._first))

    def _clock(self, source: str, real: Callable[[], int], since: float) -> str | int:
        if self._is_told and self._now is not None:
            return int((self._now - since) * _NANO)
        # As text: nanoseconds are beyond what the wire has for integers.
        value: str = self._draw(source, lambda: str(real()), self._later)
        return value

    def _later(self, last: str | None) -> str:
        return str(int((self._now or 0.0) * _NANO) if last is None else int(last) + _NANO)

    def chance(self, source: str, real: Callable[[], Any], instead: Callable[[], Any]) -> Any:
        """Answer the next value of a source of chance.

        Args:
            source: Its name.
            real: Answers a new value.
            instead: Answers one where nothing is left to be played back; the same in every replay.
        """
        return self._draw(source, real, lambda _last: instead())

    def octets(self, count: int) -> bytes:
        """Answer random bytes."""
        text = self.chance(
            "bytes",
            lambda: base64.b64encode(os.urandom(count)).decode(),
            lambda: base64.b64encode(bytes(count)).decode(),
        )
        found = base64.b64decode(text)
        # Changed code may want another number than the one that is played back.
        return found[:count].ljust(count, b"\0")

    def _draw(self, source: str, real: Callable[[], Any], after: Callable[[Any], Any]) -> Any:
        call = running.get()
        book = self._books.get(_LOADING if call is None else call.id)
        return real() if book is None else book.draw(source, real, after)
