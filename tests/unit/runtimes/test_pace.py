"""However a process uses its time, ten seconds have no more than their budget."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plexihub.runtimes._pace import WINDOW_SECONDS, CpuWindow, budget_of

STEP = 0.02


@pytest.mark.checklist("A-13")
@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 4)), min_size=1, max_size=12))
def test_no_window_has_more_than_its_budget(phases: list[tuple[bool, float]]) -> None:
    """Busy and idle times in any order: no ten seconds with more than a second, and a step."""
    window, budget, now = CpuWindow(), budget_of(10), 0.0
    used: list[tuple[float, float]] = []
    for is_busy, seconds in phases:
        for _ in range(int(seconds / STEP)):
            now += STEP
            spent = STEP * window.rate(now, budget) if is_busy else 0.0
            window.add(now, spent)
            used.append((now, spent))
    total, start = 0.0, 0
    for moment, spent in used:
        total += spent
        while used[start][0] < moment - WINDOW_SECONDS:
            total -= used[start][1]
            start += 1
        assert total <= budget + 0.06


def test_busy_process_gets_nearly_all_of_it() -> None:
    """Held for a minute, it has had a tenth of it and was never without a share for long."""
    window, budget, now, longest, since = CpuWindow(), budget_of(10), 0.0, 0.0, 0.0
    while now < 60:
        now += STEP
        rate = window.rate(now, budget)
        window.add(now, STEP * rate)
        since = 0.0 if rate > 0.005 else since + STEP
        longest = max(longest, since)
    assert 5.3 < window.total <= 6.1
    assert longest < 1


def test_window_keeps_few_marks() -> None:
    """What is kept is bounded, however often it is looked at."""
    window = CpuWindow()
    for index in range(100_000):
        window.add(index * 0.001, 0.0001)
    assert len(window._marks) < 2 * WINDOW_SECONDS / 0.05
    assert window.used(100.0) == pytest.approx(1.0, abs=0.01)
