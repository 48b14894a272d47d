"""Deletes what has ended, a bounded amount at a time, for as long as the hub runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from plexihub.kernel.background import Background

_log = logging.getLogger(__name__)
PAUSE_SECONDS = 30.0


class Sweeper:
    """Calls a sweep again and again.

    Args:
        sweep: Deletes a bounded amount and answers how much; 0 where nothing is left.
        pause: Seconds between two looks.
    """

    def __init__(self, sweep: Callable[[], Awaitable[int]], pause: float = PAUSE_SECONDS) -> None:
        self._sweep = sweep
        self._pause = pause
        self._background = Background(limit=1)

    def begin(self) -> None:
        """Start; `close` ends it."""
        self._background.spawn(self._run(), name="sweeping what plugins keep")

    async def close(self) -> None:
        """End it."""
        await self._background.close()

    async def _run(self) -> None:
        while True:
            try:
                gone = await self._sweep()
            except Exception:  # noqa: BLE001 - it is tried again; nothing else would ever sweep
                _log.exception("what has ended could not be deleted now")
                gone = 0
            await asyncio.sleep(0 if gone else self._pause)
