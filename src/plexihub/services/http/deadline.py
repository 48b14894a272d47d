"""Deadlines of requests: what `asyncio.timeout` does, at a fraction of its cost.

Nearly every request ends long before its deadline. Deadlines of one length pass in the order in
which they began, so one timer watches over all of them, instead of one that each request starts
and cancels.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self


class Deadlines:
    """Deadlines of some lengths; a request's code chooses among few."""

    def __init__(self) -> None:
        self._lines: dict[float, _Line] = {}

    def within(self, seconds: float) -> Deadline:
        """Make a deadline, which begins with its `with` block."""
        return Deadline(self._line, seconds)

    def _line(self, seconds: float) -> _Line:
        line = self._lines.get(seconds)
        if line is None:
            line = self._lines[seconds] = _Line(seconds)
        return line


class Deadline:
    """Ends its `with` block with `TimeoutError` when it passes, by cancelling the task.

    Args:
        line_of: Finds what watches over deadlines of a length in seconds.
        seconds: From the block's beginning.
    """

    __slots__ = ("_cancelling", "_expired", "_line", "_line_of", "_task", "when")

    def __init__(self, line_of: Any, seconds: float) -> None:
        self._line_of = line_of
        self._line: _Line = line_of(seconds)
        self._task: asyncio.Task[Any] | None = None
        self._cancelling = 0
        self._expired = False
        self.when = 0.0

    def __enter__(self) -> Self:
        """Begin.

        Raises:
            RuntimeError: No task runs here.
        """
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task")
        self._task, self._cancelling = task, task.cancelling()
        self._line.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """End; a cancellation by this deadline becomes `TimeoutError`, any other one stays."""
        self._line.remove(self)
        task, self._task = self._task, None
        if (
            self._expired
            and task is not None
            and task.uncancel() <= self._cancelling
            and kind is asyncio.CancelledError
        ):
            raise TimeoutError from error

    def expired(self) -> bool:
        """Whether it has passed."""
        return self._expired

    def extend(self, seconds: float) -> None:
        """Let it pass so many seconds from now, unless it has passed."""
        if self._task is None or self._expired:
            return
        self._line.remove(self)
        self._line = self._line_of(seconds)
        self._line.add(self)

    def expire(self) -> None:
        """Pass."""
        if self._task is not None:
            self._expired = True
            self._task.cancel()


class _Line:
    """Deadlines of one length, the next to pass first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: dict[Deadline, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, deadline: Deadline) -> None:
        loop = asyncio.get_running_loop()
        deadline.when = loop.time() + self._seconds
        self._waiting[deadline] = None
        if self._timer is None:
            self._timer = loop.call_at(deadline.when, self._look, loop)

    def remove(self, deadline: Deadline) -> None:
        self._waiting.pop(deadline, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        while self._waiting:
            first = next(iter(self._waiting))
            if first.when > now:
                self._timer = loop.call_at(first.when, self._look, loop)
                return
            del self._waiting[first]
            first.expire()
