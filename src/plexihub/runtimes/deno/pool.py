"""Deno processes that are started, confined and wait for a plugin: they belong to nobody yet.

Who needs one takes it, at once; others are started in its place, in the background and after a
while, so that they do not stand in the way of the plugin that is loading. None is used twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from plexihub.kernel.background import Background
from plexihub.runtimes._spawn import Child
from plexihub.runtimes.process.confine.plan import Plan
from plexihub_sdk.errors import PluginError

_log = logging.getLogger(__name__)
#: Between a process that was taken and the start of another.
PAUSE_SECONDS = 0.1
#: Where starts fail, or what waits dies: the pause doubles up to this.
LONGEST_PAUSE = 60.0
CLOSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Fit:
    """What of a process cannot be changed once it runs: whom it fits.

    Args:
        plan: Its layers.
        limits: Those that it was started with, in an order of its runtime's.
    """

    plan: Plan
    limits: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Ready:
    child: Child
    fit: Fit
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Pool:
    """Keeps some processes ready.

    Args:
        start: Starts one for nobody; answers whom it fits.
        size: How many are to be ready, asked each time; 0 for none.
    """

    def __init__(
        self, start: Callable[[], Awaitable[tuple[Child, Fit]]], size: Callable[[], int]
    ) -> None:
        self._start = start
        self._size = size
        self._ready: list[_Ready] = []
        self._ending: set[_Ready] = set()
        self._work = Background(limit=2)  # one, and one that just ended
        self._filling: asyncio.Task[None] | None = None
        self._pause = PAUSE_SECONDS
        self._is_used = self._closed = False

    @property
    def size(self) -> int:
        """How many are to be ready."""
        return 0 if self._closed else self._size()

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes that are ready."""
        return [one.child.pid for one in self._ready]

    @property
    def is_filling(self) -> bool:
        """Whether fewer are ready than are to be, and others are being started."""
        return self._filling is not None

    def take(self, fit: Fit) -> Child | None:
        """Give a process that fits away; None where none is ready."""
        found = next((one for one in self._ready if one.fit == fit), None)
        if found is not None:
            self._ready.remove(found)
            self._deafen(found)
            self._pause = PAUSE_SECONDS
        self._is_used = True
        self.refill()
        return None if found is None else found.child

    def refill(self) -> None:
        """Have as many ready as are to be, in a while; one more than that is ended."""
        while len(self._ready) > self.size:
            self._end(self._ready.pop())
        if len(self._ready) == self.size or self._filling is not None:
            return
        self._filling = self._work.spawn(self._fill(), name="fill the pool of Deno")

    def resize(self) -> None:
        """Act on another size; nothing is started where no plugin ever needed a process."""
        if self._is_used:
            self.refill()

    def retire(self, fit: Fit) -> None:
        """End those that do not fit: what they were started with is not the rule any more."""
        for one in [one for one in self._ready if one.fit != fit]:
            self._ready.remove(one)
            self._end(one)

    async def close(self) -> None:
        """End every process that is ready, and wait for that."""
        self._closed = True
        await self._work.close()
        while self._ready:
            self._end(self._ready.pop())
        ends = [asyncio.ensure_future(one.ended.wait()) for one in self._ending]
        if ends:
            _, late = await asyncio.wait(ends, timeout=CLOSE_SECONDS)
            for one in late:
                one.cancel()

    async def _fill(self) -> None:
        try:
            while len(self._ready) < self.size:
                await asyncio.sleep(self._pause)
                await self._add()
        finally:
            self._filling = None

    async def _add(self) -> None:
        try:
            child, fit = await self._start()
        except (PluginError, OSError) as error:
            self._slow_down()
            _log.debug("no Deno process is kept ready: %s", error)
            return
        one = _Ready(child, fit)
        loop = asyncio.get_running_loop()
        loop.add_reader(child.ended, self._ended, one)
        self._ready.append(one)

    def _slow_down(self) -> None:
        self._pause = min(LONGEST_PAUSE, 2 * self._pause)

    def _end(self, one: _Ready) -> None:
        self._ending.add(one)
        one.child.kill()

    def _ended(self, one: _Ready) -> None:
        self._deafen(one)
        one.child.reap()
        one.child.pipe.close()
        one.ended.set()
        self._ending.discard(one)
        if one in self._ready:  # it died by itself
            self._ready.remove(one)
            self._slow_down()
            self.refill()

    def _deafen(self, one: _Ready) -> None:
        with suppress(ValueError):
            asyncio.get_running_loop().remove_reader(one.child.ended)
