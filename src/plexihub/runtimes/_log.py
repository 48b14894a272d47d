"""What a guest's console says, in the hub's log, bounded a minute."""

from __future__ import annotations

import logging
import time

from plexihub_sdk.errors import ProtocolError

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
#: A guest keeps itself to a quarter of this; one that does not is no guest of ours.
MAX_A_MINUTE = 256 * 1024
_MINUTE = 60.0
_LINE_COST = 64


class LogLimit:
    """Writes a plugin's lines to the logger `plexihub.plugin.ID`."""

    __slots__ = ("_logger", "_since", "_used")

    def __init__(self, plugin: str) -> None:
        self._logger = logging.getLogger(f"plexihub.plugin.{plugin}")
        self._since = time.monotonic()
        self._used = 0

    def write(self, level: str, text: str) -> None:
        """Write one line.

        Raises:
            ProtocolError: The level is unknown, or it wrote far more than a guest may.
        """
        if level not in _LEVELS:
            raise ProtocolError(f"It logged with the unknown level {level!r}.")
        now = time.monotonic()
        if now - self._since >= _MINUTE:
            self._since, self._used = now, 0
        self._used += len(text) + _LINE_COST
        if self._used > MAX_A_MINUTE:
            raise ProtocolError("It flooded the log.")
        # A line of a plugin's never looks like a line of the hub's.
        self._logger.log(_LEVELS[level], "%s", text.encode("unicode_escape").decode("ascii"))
