"""What a runtime asks about limits, and whom it tells that one was reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from plexihub.kernel.limits.breach import Breach
from plexihub.kernel.limits.table import Limits
from plexihub_sdk.ids import PluginId


class LimitKeeper(Protocol):
    """Knows every plugin's limits."""

    def of(self, plugin: PluginId) -> Limits:
        """Answer what a plugin may use at this moment; cheap."""

    def note(self, plugin: PluginId, breach: Breach) -> None:
        """Take note that a plugin came to a limit; cheap, never raises."""


@dataclass(slots=True)
class SameForAll:
    """Gives every plugin the same limits and keeps what was told: for a runtime without a hub.

    Args:
        limits: Of each plugin.
        breaches: What was told, oldest first.
    """

    limits: Limits = field(default_factory=Limits)
    breaches: list[tuple[PluginId, Breach]] = field(default_factory=list)

    def of(self, plugin: PluginId) -> Limits:
        """Answer the limits of all."""
        del plugin
        return self.limits

    def note(self, plugin: PluginId, breach: Breach) -> None:
        """Keep it."""
        self.breaches.append((plugin, breach))
