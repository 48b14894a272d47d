"""An event told to 10 and to 1,000 listeners, until each of them has heard it.

The floor is a plain loop, which calls the listeners one after the other: there a slow one holds up
the rest and a raising one ends it. Each of ours has a queue and a task of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import uvloop

from bench.case import Case, Run, awaited, each
from bench.hooks import plain_loop, with_pluggy
from plexihub.kernel.events import EventBus
from plexihub.kernel.ownership import Ownership

EVENTS = 2000
FANS = (10, 1000)
ALONE = "calls in turn, does not isolate"


def hear(payload: dict[str, Any]) -> None:
    """Do the least a listener does."""
    payload["seen"] = True


def told(fans: int) -> Callable[[int], Coroutine[Any, Any, None]]:
    """Make an event of ours heard by so many."""

    async def work(count: int) -> None:
        bus = EventBus(Ownership(), lambda _name, _plugin, _error: None)
        for _ in range(fans):
            bus.subscribe("bench.happened", hear)
        payload: dict[str, Any] = {}
        for _ in range(count):
            bus.publish("bench.happened", payload)
            await bus.settle(60)

    return work


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Give every case of this module."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        yield [case for fans in FANS for case in fan_out(fans, runner.run)]


def fan_out(fans: int, run: Run) -> list[Case]:
    """Compare the telling of an event to so many listeners."""
    group, count = f"event, {fans:,} listeners", max(10, EVENTS // fans)
    return [
        Case(
            group=group,
            name="plain loop",
            sample=awaited(run, plain_loop([hear] * fans), count),
            baseline=True,
            note=ALONE,
        ),
        Case(
            group=group,
            name="PlexiHub",
            sample=awaited(run, told(fans), count),
            goal=fans * 20.0,
            note="a queue and a task each",
        ),
        Case(group=group, name="pluggy", sample=each(with_pluggy(fans), count), note=ALONE),
    ]
