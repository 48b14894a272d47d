"""Keeps the sums of what plugins did with permissions, beyond a run of the hub."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError

from plexihub.kernel.background import Background
from plexihub.kernel.permissions import Use, UseBook
from plexihub.services.database import Database
from plexihub.services.database.hidden import PluginPermissionUse
from plexihub_sdk.errors import PlexiHubError

_log = logging.getLogger(__name__)
FLUSH_SECONDS = 10.0
#: The rule under which refusals of earlier runs are counted.
EARLIER = "earlier"
_Sum = tuple[int, int, str, str]


class UseKeeper:
    """Adds what the broker counted to the rows of the database, every few seconds.

    Args:
        database: Where the rows are: at most one for each plugin and permission.
        book: What was counted since the hub started.
    """

    def __init__(self, database: Database, book: UseBook) -> None:
        self._database = database
        self._rows = database.rows(PluginPermissionUse)
        self._book = book
        self._before: dict[tuple[str, str], _Sum] = {}
        self._written: dict[tuple[str, str], tuple[int, int]] = {}
        self._tasks = Background(limit=1)

    async def start(self, *, writes: bool) -> None:
        """Read the sums, and begin to keep them.

        Args:
            writes: Whether plugins run, so that there is something to be kept.
        """
        for row in await self._rows.find():
            place = row.plugin, row.permission
            self._before[place] = row.allowed, row.refused, row.last_used, row.last_refused
        if writes:
            self._tasks.spawn(self._run(), name="uses of permissions")

    async def close(self) -> None:
        """Write what is left, and stop."""
        await self._tasks.close()
        await self._flush_safely()

    def of(self, plugin: str) -> dict[str, Use]:
        """Answer what a plugin did since it was installed, by permission."""
        now = self._book.of(plugin)
        names = {*now, *(name for whose, name in self._before if whose == plugin)}
        return {name: self._whole(plugin, name, now.get(name, Use())) for name in names}

    def _whole(self, plugin: str, name: str, use: Use) -> Use:
        allowed, refused, last_used, last_refused = self._before.get((plugin, name), (0, 0, "", ""))
        return Use(
            allowed=allowed + use.allowed,
            refused={**use.refused, **({EARLIER: refused} if refused else {})},
            last_used=use.last_used or last_used,
            last_refused=use.last_refused or last_refused,
            where=use.where,
            values=use.values,
            beyond=use.beyond,
            is_cut=use.is_cut,
        )

    async def forget(self, plugin: str) -> None:
        """Forget a plugin that was removed."""
        self._book.forget(plugin)
        for place in [one for one in {*self._before, *self._written} if one[0] == plugin]:
            self._before.pop(place, None)
            self._written.pop(place, None)
        await self._rows.remove({"plugin": plugin})

    async def flush(self) -> None:
        """Write what changed since the last time."""
        async with self._database.unit_of_work():
            for plugin in self._book.plugins():
                for name, use in list(self._book.of(plugin).items()):
                    await self._write(plugin, name, use)

    async def _write(self, plugin: str, name: str, use: Use) -> None:
        counted = use.allowed, sum(use.refused.values())
        if self._written.get((plugin, name)) == counted:
            return
        whole = self._whole(plugin, name, use)
        values: Mapping[str, Any] = {
            "allowed": whole.allowed,
            "refused": sum(whole.refused.values()),
            "last_used": whole.last_used,
            "last_refused": whole.last_refused,
        }
        there = await self._rows.find_one({"plugin": plugin, "permission": name})
        if there is None:
            await self._rows.insert({"plugin": plugin, "permission": name, **values})
        else:
            await self._rows.update(there.id, values)
        self._written[plugin, name] = counted

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self._flush_safely()

    async def _flush_safely(self) -> None:
        try:
            await self.flush()
        except (DBAPIError, PlexiHubError, OSError):
            _log.exception("what plugins did with permissions could not be kept")
