"""A clock that stands still until it is told to go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from plexihub.kernel.clock import Clock

#: When every test begins.
BEGINNING = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)


class ToldClock(Clock):
    """Tells what it was told.

    Args:
        moment: At which it begins.
    """

    def __init__(self, moment: datetime = BEGINNING) -> None:
        self._first = self._moment = moment

    def now(self) -> datetime:
        """Tell the moment, in UTC."""
        return self._moment

    def monotonic(self) -> float:
        """Tell seconds that only go forward."""
        return (self._moment - self._first).total_seconds()

    def move(self, moment: datetime) -> None:
        """Go to a moment; never back."""
        self._moment = max(self._moment, moment.astimezone(UTC))

    def advance(self, duration: timedelta) -> None:
        """Go on."""
        self.move(self._moment + duration)
