"""What follows where a plugin comes to a limit of the protocol itself: length, depth, number."""

from __future__ import annotations

from plexihub.kernel.limits import LIMITS, Breach, Consequence, LimitKeeper
from plexihub.runtimes._framing import Excess, Reached
from plexihub_sdk.errors import PlexiHubError, ProtocolError
from plexihub_sdk.ids import PluginId

_SAYS = {
    "message_mb": "wanted to send a message longer than {allowed} MiB",
    "message_depth": "wanted to send a message deeper than {allowed} levels",
    "in_flight": "asked the hub for more than {allowed} things at one time",
}
_OF_THE_HUB = {
    "message_mb": "was to be sent a message longer than {allowed} MiB",
    "message_depth": "was to be sent a message deeper than {allowed} levels",
    "in_flight": "had {allowed} calls to answer when another one came",
}


class WireLimits:
    """Tells the keeper of limits what came to one of the protocol's.

    Args:
        plugin: Whose conversation it is.
        keeper: Counts and records.
    """

    __slots__ = ("_keeper", "_plugin")

    def __init__(self, plugin: PluginId, keeper: LimitKeeper) -> None:
        self._plugin = plugin
        self._keeper = keeper

    def told(self, frame: Reached) -> None:
        """Take note of what the guest refused its plugin.

        Raises:
            ProtocolError: It names no limit of the protocol, or no number.
        """
        if frame.limit not in _SAYS or not 0 <= frame.measured < float("inf"):
            raise ProtocolError(f"It came to the unknown limit {frame.limit[:50]!r}.")
        self._note(frame.limit, frame.measured, "refused", _SAYS)

    def not_sent(self, error: PlexiHubError) -> None:
        """Take note of what the hub did not send to the guest."""
        if isinstance(excess := error.__cause__, Excess):
            self._note(excess.limit, excess.measured, "refused", _OF_THE_HUB)

    def ended(self, error: PlexiHubError) -> None:
        """Take note of what ended the guest."""
        if isinstance(excess := error.__cause__, Excess):
            self._note(excess.limit, excess.measured, "killed", _SAYS)

    def _note(self, limit: str, measured: float, did: Consequence, says: dict[str, str]) -> None:
        allowed = LIMITS[limit].default
        reason = says[limit].format(allowed=allowed)
        breach = Breach(limit=limit, measured=measured, allowed=allowed, did=did, reason=reason)
        self._keeper.note(self._plugin, breach)
