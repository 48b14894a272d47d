"""What a guest's console says, in the hub's log, bounded a minute."""

from __future__ import annotations

import logging
import time

from plexihub.kernel.limits import Breach, LimitKeeper
from plexihub_sdk.errors import ProtocolError
from plexihub_sdk.ids import PluginId

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
#: A guest keeps itself to a quarter of this, which is the most that may be allowed; one that does
#: not is no guest of ours.
MAX_A_MINUTE = 256 * 1024
_MINUTE = 60.0
_LINE_COST = 64
#: Room for the line in which a guest says how much it dropped itself.
_SPARE = 1024


class LogLimit:
    """Writes a plugin's lines to the logger `plexihub.plugin.ID`."""

    __slots__ = ("_keeper", "_logger", "_plugin", "_since", "_used")

    def __init__(self, plugin: PluginId, keeper: LimitKeeper) -> None:
        self._plugin = plugin
        self._keeper = keeper
        self._logger = logging.getLogger(f"plexihub.plugin.{plugin}")
        self._since = time.monotonic()
        self._used = 0

    def write(self, level: str, text: str) -> None:
        """Write one line, or drop it where the plugin's minute is full.

        Raises:
            ProtocolError: The level is unknown, or it wrote far more than a guest may.
        """
        if level not in _LEVELS:
            raise ProtocolError(f"It logged with the unknown level {level[:100]!r}.")
        self._turn()
        self._used += len(text) + _LINE_COST
        if self._used > MAX_A_MINUTE:
            raise ProtocolError("It flooded the log.")
        allowed = self._keeper.of(self._plugin).log_kb_per_minute
        if self._used > allowed * 1024 + _SPARE:
            self._drop(allowed)
            return
        self._log(level, text)

    def tell(self, level: str, text: str) -> None:
        """Write a line about the plugin, such as one of a stack, where its minute has room for it.

        It counts like the plugin's own lines, but is never held against it.
        """
        self._turn()
        cost = len(text) + _LINE_COST
        if self._used + cost <= self._keeper.of(self._plugin).log_kb_per_minute * 1024:
            self._used += cost
            self._log(level, text)

    def _turn(self) -> None:
        now = time.monotonic()
        if now - self._since >= _MINUTE:
            self._since, self._used = now, 0

    def _log(self, level: str, text: str) -> None:
        # A line of a plugin's never looks like a line of the hub's.
        escaped = text.encode("unicode_escape").decode("ascii")
        self._logger.log(_LEVELS[level], "%s", escaped, extra={"said": text})

    def _drop(self, allowed: int) -> None:
        reason = f"wrote more than {allowed} KiB to the log within a minute; the rest is dropped"
        self._keeper.note(
            self._plugin,
            Breach(
                limit="log_kb_per_minute",
                measured=self._used / 1024,
                allowed=allowed,
                did="dropped",
                reason=reason,
            ),
        )
