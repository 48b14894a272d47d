"""Everything that sandboxed plugins keep, put together with its limits and its life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plexihub.kernel.events import EventBus
from plexihub.services.database import Database
from plexihub.services.storage.quota import VALUES, Ledger, Quota
from plexihub.services.storage.sweeper import PAUSE_SECONDS, Sweeper
from plexihub.services.storage.values import Values


class Keep:
    """What sandboxed plugins keep.

    Args:
        database: For values and tables.
        setting: Tells the value of one of the hub's settings.
        pause: Seconds between two looks for values that have ended.
    """

    def __init__(
        self,
        database: Database,
        setting: Callable[[str], Any],
        *,
        pause: float = PAUSE_SECONDS,
    ) -> None:
        self._setting = setting
        self.values = Values(database, Ledger(database, VALUES, self._values))
        self._sweeper = Sweeper(self.values.sweep, pause)

    def begin(self, bus: EventBus) -> None:
        """Delete what ends, and what is kept for people who go; until `close`."""
        bus.subscribe("user.deleted", self._forget)
        self._sweeper.begin()

    async def close(self) -> None:
        """Stop deleting."""
        await self._sweeper.close()

    async def _forget(self, told: dict[str, Any]) -> None:
        await self.values.forget_person(told["id"])

    def _values(self, _plugin: str) -> Quota:
        return Quota(
            count=self._setting("plugins.storage_keys"),
            mib=self._setting("plugins.storage_mb"),
            noun="keys",
            free="Delete some, or let values end (`ttl`).",
        )
