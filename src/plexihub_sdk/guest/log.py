"""What a plugin prints and logs, as lines of the hub's log: bounded a line and a minute."""

from __future__ import annotations

import io
import logging
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any

from plexihub_sdk.guest.errors import describe, stack_of

Say = Callable[[str, str], None]

MAX_LINE = 8 * 1024
MAX_A_MINUTE = 64 * 1024
_MINUTE = 60.0
_LINE_COST = 32


class Log:
    """Drops what is beyond so many characters a minute, and says how many lines that were.

    Args:
        say: Sends one line: level and text.
        limit: Characters a minute, 32 more a line.
    """

    def __init__(self, say: Say, limit: int = MAX_A_MINUTE) -> None:
        self._say = say
        self._limit = limit
        self._since = time.monotonic()
        self._used = 0
        self._dropped = 0

    def write(self, level: str, text: str) -> None:
        """Send one line, where there is room for it."""
        now = time.monotonic()
        if now - self._since >= _MINUTE:
            dropped, self._dropped = self._dropped, 0
            self._since, self._used = now, 0
            if dropped:
                self._say("warning", f"{dropped} log lines were dropped: too many in a minute")
        line = text if len(text) <= MAX_LINE else f"{text[:MAX_LINE]}…"
        self._used += len(line) + _LINE_COST
        if self._used > self._limit:
            self._dropped += 1
        else:
            self._say(level, line)

    def complain(self, context: dict[str, Any]) -> None:
        """Say what an event loop tells of an error that nobody caught."""
        error = context.get("exception")
        told = context.get("message") or "An error was raised and nobody caught it"
        self.write("error", f"{told}: {show(error)}" if error is not None else str(told))

    def take_over(self) -> None:
        """Let `print`, `logging` and `warnings` end here."""
        sys.stdout, sys.stderr = Stream(self, "info"), Stream(self, "error")
        logging.basicConfig(
            level=logging.INFO,
            handlers=[_Handler(self)],
            format="%(name)s: %(message)s",
            force=True,
        )
        warnings.showwarning = self._warn

    def _warn(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        *_more: Any,
        **_named: Any,
    ) -> None:
        self.write("warning", f"{filename}:{lineno}: {category.__name__}: {message}")


class Stream(io.TextIOBase):
    """A text stream whose lines become log lines.

    Args:
        log: Where they go.
        level: What they are logged as.
    """

    def __init__(self, log: Log, level: str) -> None:
        self._log = log
        self._level = level
        self._rest = ""

    def writable(self) -> bool:
        """Answer yes."""
        return True

    def write(self, text: str) -> int:
        """Take text; whole lines are logged."""
        if not isinstance(text, str):
            raise TypeError(f"write() takes text, not {type(text).__name__}")
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._log.write(self._level, line)
        if len(self._rest) > MAX_LINE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Log what is there of an unfinished line."""
        if self._rest:
            line, self._rest = self._rest, ""
            self._log.write(self._level, line)


class _Handler(logging.Handler):
    """Sends records of `logging`."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
        except Exception as error:  # noqa: BLE001 - a wrong format string costs its line only
            text = f"A log line could not be made: {show(error)}"
        self._log.write(_level(record.levelno), text)


def _level(number: int) -> str:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warning"
    return "info" if number >= logging.INFO else "debug"


def show(error: BaseException) -> str:
    """Show an error with its place; never raises."""
    try:
        return stack_of(error) or describe(error)
    except Exception:  # noqa: BLE001 - its text is the plugin's own code
        return f"{type(error).__name__} that cannot be shown, at {_place(error)}"


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
