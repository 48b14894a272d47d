"""What time it is: one object that a hub is given, so that a test can tell the time.

Durations of the machine (deadlines of calls, processor time, measured milliseconds) are none of its
business: they are real in every hub.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Tell the moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Tell seconds that only go forward."""
        return time.monotonic()
