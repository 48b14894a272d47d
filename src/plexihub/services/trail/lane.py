"""Where searches run: two threads of their own, and no more waiting than are answered soon."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from plexihub.services.trail.keeper import Keeper
from plexihub.services.trail.lookup import Lookup
from plexihub_sdk.errors import LimitExceededError

T = TypeVar("T")
THREADS = 2
MOST_WAITING = 32


class Lane:
    """Runs work that blocks, with a connection to the index for each thread.

    Args:
        keeper: Makes the index.
    """

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="audit search")
        self._own = threading.local()
        self._opened: set[Lookup] = set()
        self._waiting = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Run work in one of the threads.

        Raises:
            LimitExceededError: Too much waits already.
        """
        if self._waiting >= MOST_WAITING:
            raise LimitExceededError(
                "Too many searches of the audit log wait.", where="audit", next="Try again later."
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    def lookup(self) -> Lookup | None:
        """Answer this thread's connection to the index; None where there is no index.

        To be called within `run`.
        """
        keeper, known = self._keeper, getattr(self._own, "lookup", None)
        if keeper.state.name == "off" or not keeper.generation:
            return None
        if known is not None and self._own.generation == keeper.generation:
            found: Lookup = known
            return found
        self._drop(known)
        try:
            fresh = Lookup(keeper.path)
        except sqlite3.Error:
            return None
        self._opened.add(fresh)
        self._own.lookup, self._own.generation = fresh, keeper.generation
        return fresh

    def forget(self) -> None:
        """Close this thread's connection: the index behind it is damaged."""
        self._drop(getattr(self._own, "lookup", None))
        self._own.lookup = None

    def _drop(self, lookup: Lookup | None) -> None:
        if lookup is not None:
            self._opened.discard(lookup)
            with suppress(sqlite3.Error):
                lookup.close()

    def close(self) -> None:
        """Wait for what runs, and close every connection. Blocks."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for one in list(self._opened):
            self._drop(one)
