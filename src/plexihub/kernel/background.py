"""Tasks with an owner: whoever starts work in the background stops it here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)
MAX_TASKS = 10_000
CLOSE_SECONDS = 5.0


class Background:
    """A bounded set of tasks that ends with its owner."""

    def __init__(self, *, limit: int = MAX_TASKS) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._limit = limit

    def spawn(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Start `work`; a failure is logged under `name`.

        Raises:
            RuntimeError: The bound is reached; `work` is not started.
        """
        if len(self._tasks) >= self._limit:
            work.close()
            msg = f"more than {self._limit} tasks in the background"
            raise RuntimeError(msg)
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed", task.get_name(), exc_info=error)

    async def close(self) -> None:
        """Cancel what still runs and wait for it, five seconds at most."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_SECONDS)
