"""One thing to measure.

A module of this folder with a context manager `cases()` takes part: it yields its cases and tidies
up after them. Cases of one group are compared with each other, the baseline being 1.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

Work = Callable[[int], Coroutine[Any, Any, None]]
Run = Callable[[Coroutine[Any, Any, Any]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing to measure.

    Args:
        group: What is compared, such as `hook, 1 handler`.
        name: Whose it is: `PlexiHub`, a peer, or the floor.
        sample: Takes one measurement, in `unit`.
        unit: Such as `µs`, `ms` or `MB`.
        baseline: Whether the others of the group are set in relation to it.
        goal: What we aim at; only ours have one.
        more_is_better: Whether a higher figure is the better one.
        rounds: Fewer for what is slow; None leaves it to the runner.
        note: What a reader must know, such as that a peer does less.
    """

    group: str
    name: str
    sample: Callable[[], float]
    unit: str = "µs"
    baseline: bool = False
    goal: float | None = None
    more_is_better: bool = False
    rounds: int | None = None
    note: str = ""


def each(work: Callable[[], object], count: int) -> Callable[[], float]:
    """Make a sampler that calls `work` many times and answers microseconds a call."""

    def sample() -> float:
        start = time.perf_counter()
        for _ in range(count):
            work()
        return (time.perf_counter() - start) / count * 1e6

    return sample


def awaited(run: Run, work: Work, count: int) -> Callable[[], float]:
    """Make a sampler for `work(count)`, which does its thing so many times on a loop."""

    def sample() -> float:
        start = time.perf_counter()
        run(work(count))
        return (time.perf_counter() - start) / count * 1e6

    return sample
