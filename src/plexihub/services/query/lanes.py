"""Threads for queries: a few for all, fewer for one plugin, and a bounded wait."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from plexihub.kernel.context import CallContext
from plexihub_sdk.errors import LimitExceededError

T = TypeVar("T")
THREADS = 4
AT_ONCE = 2
WAITING = 16


class Lanes:
    """Runs work that blocks, off the event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="plexihub-query")
        self._lanes: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )
        self._held: defaultdict[str, int] = defaultdict(int)
        self._running: set[threading.Event] = set()

    async def run(self, plugin: str, ctx: CallContext, work: Callable[[threading.Event], T]) -> T:
        """Do work in a thread and answer what it does.

        Args:
            plugin: Whose turn it is.
            ctx: Until when it is wanted.
            work: Blocks; has to end soon after the event that it is handed is set.

        Raises:
            LimitExceededError: Too much of this plugin's is waiting.
            TimeoutError: The deadline passed while it waited.
        """
        if self._held[plugin] >= WAITING:
            raise LimitExceededError(
                f"{WAITING} queries are waiting already.", where=plugin, next="Await some first."
            )
        lane = self._lanes[plugin]
        self._held[plugin] += 1
        try:
            async with asyncio.timeout(ctx.remaining()):
                await lane.acquire()
        except BaseException:
            self._leave(plugin)
            raise
        return await self._in_thread(plugin, lane, work)

    async def _in_thread(
        self, plugin: str, lane: asyncio.Semaphore, work: Callable[[threading.Event], T]
    ) -> T:
        stop = threading.Event()
        self._running.add(stop)
        future = asyncio.get_running_loop().run_in_executor(self._threads, work, stop)

        def done(ended: asyncio.Future[T]) -> None:
            # The lane is free when the thread is, not when nobody waits for it any more.
            self._running.discard(stop)
            lane.release()
            self._leave(plugin)
            if not ended.cancelled():
                ended.exception()  # heard, also where nobody waits

        future.add_done_callback(done)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            stop.set()
            raise

    def _leave(self, plugin: str) -> None:
        self._held[plugin] -= 1
        if not self._held[plugin]:
            del self._held[plugin]
            self._lanes.pop(plugin, None)

    async def close(self) -> None:
        """Stop what runs and end the threads."""
        for stop in self._running:
            stop.set()
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
