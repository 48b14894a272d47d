"""How fast a process may run: pure arithmetic over its processor time.

A plugin may use a budget of processor time in any window of ten seconds. The first half of it is
free, so that a short call is not slowed. What is left is spread over the time until that half has
left the window, so a process is never stopped for long and never gets beyond the line; one that is
busy all the time runs at an even rate. What it used counts over restarts.
"""

from __future__ import annotations

from collections import deque

WINDOW_SECONDS = 10.0
#: What may be used at once, as a share of the budget.
FREE_SHARE = 0.5
#: Marks nearer to one another are made one: what is kept is bounded.
_MARK_SECONDS = 0.05
#: What leaves the window sooner is not waited for: the rate would jump with each mark.
_AHEAD_SECONDS = 0.5


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

    def rate(self, now: float, budget: float) -> float:
        """Answer how fast the process may run on: 1 is freely, 0 not at all.

        After the free share it is the greatest rate that could be kept up for ten seconds without
        any window coming to hold more than the budget; what leaves the window meanwhile counts.
        """
        used = self.used(now)
        if used < budget * FREE_SHARE:
            return 1.0
        left, rate = budget - used, budget / WINDOW_SECONDS
        first = before = self.total - used
        for moment, total in self._marks:
            ahead = moment + WINDOW_SECONDS - now
            if ahead >= _AHEAD_SECONDS:
                rate = min(rate, (left + before - first) / ahead)
            before = max(before, total)
        return max(0.0, rate)


def budget_of(percent: float) -> float:
    """Answer the processor seconds that a window allows, for a share of one core in percent."""
    return percent / 100 * WINDOW_SECONDS
