"""The hub's log on standard error, written by a thread of its own.

Whoever reads standard error may be slow, and each line sent there lets go of the interpreter. So
the loop only notes its lines; they are written a few at a time. What waits is bounded: where more
comes than can be written, lines are left out, and the log says how many.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

MOST_WAITING = 5000
#: Lines of this span are written together.
GATHER_SECONDS = 0.05
_CLOSE_SECONDS = 3.0


class Console(logging.Handler):
    """Writes records to a stream, soon.

    Args:
        stream: Where; standard error where it is absent.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__()
        self._stream = stream if stream is not None else sys.stderr
        self._lines: deque[str] = deque()
        self._dropped = 0
        self._news, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="console", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Note one record; called by `logging`, which lets one thread in at a time."""
        if self._closing.is_set():
            return self._write(self.format(record) + "\n")
        if len(self._lines) >= MOST_WAITING:
            self._dropped += 1
            return None
        try:
            self._lines.append(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - as every handler does: a bad record ends nothing
            self.handleError(record)
        if not self._news.is_set():
            self._news.set()
        return None

    def _run(self) -> None:
        while not self._closing.is_set():
            self._news.wait()
            self._closing.wait(GATHER_SECONDS)
            self._news.clear()
            self._drain()

    def _drain(self) -> None:
        found = [self._lines.popleft() for _ in range(len(self._lines))]
        dropped, self._dropped = self._dropped, 0
        if dropped:
            found.append(f"WARNING {dropped} lines of the log were left out: too many at once\n")
        if found:
            self._write("".join(found))

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # nobody reads it any more
            self._stream.write(text)
            self._stream.flush()

    def stop(self) -> None:
        """Write what waits; what comes later is written at once. Safe to call twice.

        Not `close`: a web server that sets up its own log closes every handler that there is.
        """
        self._closing.set()
        self._news.set()
        self._thread.join(_CLOSE_SECONDS)
        if not self._thread.is_alive():
            self._drain()


@contextmanager
def console(form: str) -> Iterator[None]:
    """Write the log to standard error inside the block.

    Args:
        form: Of a line, as `logging` has it.
    """
    handler = Console()
    logging.basicConfig(format=form, handlers=[handler])
    try:
        yield
    finally:
        handler.stop()
