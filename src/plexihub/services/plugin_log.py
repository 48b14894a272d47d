"""What plugins say while the hub runs: the last lines of each, for its author.

Everything that reaches the loggers `plexihub.plugin.ID` is kept, whoever writes it: a sandboxed
plugin's console, the stack of what went wrong in it, a trusted plugin's `context.log`. The lines
are bounded in number and length, live in memory, and go with the hub; what counts for ever is in
the audit log. A line can be written in any thread.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from plexihub_sdk.ids import PluginId

LOGGER = "plexihub.plugin"
TOPIC = "plugin.log.changed"
KEPT_LINES = 500
KEPT_PLUGINS = 200
LONGEST_LINE = 4096
MOST_WAITING = 100
#: Carries a guest's own words, which stand in the hub's log with every sign escaped.
SAID = "said"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line.

    Args:
        seq: Its number among all lines of all plugins; it only grows.
        at: When, in UTC.
        level: `debug`, `info`, `warning` or `error`.
        text: What was said: foreign text, which may hold any sign.
    """

    seq: int
    at: str
    level: str
    text: str

    def describe(self) -> dict[str, Any]:
        """Answer it as JSON."""
        return asdict(self)


class PluginLog(logging.Handler):
    """Keeps the last lines of every plugin.

    Args:
        tell: Told, in whatever thread, that there are new lines; nobody where it is absent.
    """

    def __init__(self, tell: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._tell = tell
        self._seq = 0
        self._lines: OrderedDict[str, deque[LogLine]] = OrderedDict()
        self._guard = threading.Lock()
        self._waiting: set[asyncio.Event] = set()
        self._loop = asyncio.get_running_loop()
        self._is_stopped = False

    def start(self) -> None:
        """Begin to keep what is said."""
        logging.getLogger(LOGGER).addHandler(self)

    def stop(self) -> None:
        """Keep nothing any more, and let go who waits.

        Not `close`: a web server that sets up its own log closes every handler that there is.
        """
        logging.getLogger(LOGGER).removeHandler(self)
        self._is_stopped = True
        self._wake()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record; called by `logging`."""
        plugin = record.name.removeprefix(f"{LOGGER}.")
        try:
            text = str(getattr(record, SAID, None) or record.getMessage())
        except (TypeError, ValueError):
            text = str(record.msg)  # the plugin's arguments do not fit its own text
        with self._guard:
            self._keep(plugin, record, text)
        if self._tell is not None:
            self._tell()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _keep(self, plugin: str, record: logging.LogRecord, text: str) -> None:
        self._seq += 1
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        level = "error" if record.levelno >= logging.ERROR else record.levelname.lower()
        line = LogLine(self._seq, at.replace("+00:00", "Z"), level, text[:LONGEST_LINE])
        self._lines.setdefault(plugin, deque(maxlen=KEPT_LINES)).append(line)
        self._lines.move_to_end(plugin)
        if len(self._lines) > KEPT_PLUGINS:
            self._lines.popitem(last=False)

    def _wake(self) -> None:
        for waiting in self._waiting:
            waiting.set()

    def lines(self, plugin: PluginId, *, after: int = 0, limit: int = KEPT_LINES) -> list[LogLine]:
        """Answer the newest lines of a plugin, the oldest of them first.

        Args:
            plugin: Whose.
            after: Number of the last line that is known already.
            limit: How many at most.
        """
        with self._guard:
            kept = [line for line in self._lines.get(plugin, ()) if line.seq > after]
        return kept[-limit:] if limit else []

    async def wait(self, plugin: PluginId, *, after: int, seconds: float) -> None:
        """Wait until a plugin has a line after this one, or the time is over."""
        if len(self._waiting) >= MOST_WAITING:
            return
        news = asyncio.Event()
        self._waiting.add(news)
        try:
            async with asyncio.timeout(seconds):
                while not self._is_stopped and not self.lines(plugin, after=after):
                    await news.wait()
                    news.clear()
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(news)
