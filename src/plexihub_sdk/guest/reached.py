"""Tells the hub what the guest refused its plugin for a limit of the protocol."""

from __future__ import annotations

import time

from plexihub_sdk.guest.channel import Channel
from plexihub_sdk.guest.text import encode

#: A plugin that goes on trying is told of no more often than this.
_EVERY_SECONDS = 1.0


class Reached:
    """Keeps apart what was told of each limit.

    Args:
        channel: The pipe.
    """

    __slots__ = ("_channel", "_told")

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._told: dict[str, float] = {}

    def tell(self, limit: str, measured: float) -> None:
        """Say that something was refused; once a second for each limit.

        Args:
            limit: `message_mb`, `message_depth` or `in_flight`.
            measured: How much it was, in the limit's unit; at least, where it was not counted out.
        """
        now = time.monotonic()
        if now - self._told.get(limit, float("-inf")) >= _EVERY_SECONDS:
            self._told[limit] = now
            frame = {"type": "limit", "limit": limit, "measured": measured}
            self._channel.post(encode(frame))
