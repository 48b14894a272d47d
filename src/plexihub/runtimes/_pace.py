"""How fast a process may run: pure arithmetic over its processor time.

A plugin may use a budget of processor time in any window of ten seconds. The first half of it is
free, so that a short call is not slowed. From there on it runs at a rate that shrinks with what is
left, so it is never stopped for long, and never beyond the line. What it used counts over restarts.
"""

from __future__ import annotations

from collections import deque

WINDOW_SECONDS = 10.0
#: What may be used at once, as a share of the budget.
FREE_SHARE = 0.5
#: Marks nearer to one another are made one: what is kept is bounded.
_MARK_SECONDS = 0.05


class CpuWindow:
    """Counts the processor time of the last ten seconds."""

    def __init__(self) -> None:
        self.total = 0.0
        self._marks: deque[tuple[float, float]] = deque([(float("-inf"), 0.0)])

    def add(self, now: float, seconds: float) -> None:
        """Count processor time that was used until `now` (both in seconds)."""
        self.total += seconds
        marks = self._marks
        if len(marks) > 1 and now - marks[-2][0] < _MARK_SECONDS:
            marks[-1] = (now, self.total)
        else:
            marks.append((now, self.total))
        # The newest mark before the window stays: it says what had been used by then.
        while len(marks) > 1 and marks[1][0] <= now - WINDOW_SECONDS:
            marks.popleft()

    def used(self, now: float) -> float:
        """Answer the processor seconds of the window that ends now, never too few."""
        before = 0.0
        for moment, total in self._marks:
            if moment > now - WINDOW_SECONDS:
                break
            before = total
        return self.total - before


def budget_of(percent: float) -> float:
    """Answer the processor seconds that a window allows, for a share of one core in percent."""
    return percent / 100 * WINDOW_SECONDS


def rate_of(used: float, budget: float) -> float:
    """Answer how fast a process may run on: 1 is freely, 0 not at all."""
    if used < budget * FREE_SHARE:
        return 1.0
    return max(0.0, budget - used) / (WINDOW_SECONDS * (1 - FREE_SHARE))
