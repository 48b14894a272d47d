"""Everything that sandboxed plugins keep, put together with its limits and its life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from plexihub.kernel.events import EventBus
from plexihub.kernel.limits import Limits
from plexihub.kernel.ownership import Ownership
from plexihub.services.database import Database
from plexihub.services.storage.files import OwnFiles
from plexihub.services.storage.quota import ROWS, VALUES, Ledger, Quota, Usage
from plexihub.services.storage.reading import readable_of
from plexihub.services.storage.sweeper import PAUSE_SECONDS, Sweeper
from plexihub.services.storage.tables import OwnRows
from plexihub.services.storage.values import Values
from plexihub_sdk.data import Readable
from plexihub_sdk.errors import ConflictError, InputError, PluginLoadError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest
from plexihub_sdk.models import now
from plexihub_sdk.tables import read_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much a plugin keeps by key and in tables.

    Args:
        keys: How many values.
        stored: Of these, in bytes.
        rows: Bytes in its own tables.
    """

    keys: int = 0
    stored: int = 0
    rows: int = 0


class Keep:
    """What sandboxed plugins keep.

    Args:
        database: For values and tables.
        ownership: Takes a plugin's tables from it when it stops.
        folders: Has a folder for each plugin's files.
        limits: Tells what a plugin may use.
        clock: Tells what time it is.
        pause: Seconds between two looks for values that have ended.
    """

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        database: Database,
        ownership: Ownership,
        folders: Path,
        limits: Callable[[PluginId], Limits],
        clock: Callable[[], datetime] = now,
        *,
        pause: float = PAUSE_SECONDS,
    ) -> None:
        self._database = database
        self._ownership = ownership
        self._limits = limits
        self.values = Values(database, Ledger(database, VALUES, self._values), clock)
        self.rows = OwnRows(database, Ledger(database, ROWS, self._rows))
        self.files = OwnFiles(folders, self._files)
        self._sweeper = Sweeper(self.values.sweep, pause)

    def begin(self, bus: EventBus) -> None:
        """Delete what ends, and what is kept for people who go; until `close`."""
        bus.subscribe("user.deleted", self._forget)
        self._sweeper.begin()

    async def close(self) -> None:
        """Stop deleting."""
        await self._sweeper.close()

    async def prepare(self, manifest: Manifest) -> None:
        """Make the tables that a plugin declares, or bring them forward, before its code runs.

        Raises:
            PluginLoadError: What is there contradicts what is declared.
        """
        if manifest.tables is None:
            return
        try:
            undo = await self._database.keep_tables(manifest.id, read_tables(manifest.tables))
        except (ConflictError, InputError) as error:
            raise PluginLoadError(
                f"Its tables cannot be made: {error.message}",
                where=f"tables.{error.where}",
                next="Give what is new another name: a column keeps its type, and rows stay.",
            ) from error
        self._ownership.note(undo, manifest.id)
        await self.rows.count_anew(manifest.id)

    def readables(self, plugin: str) -> list[Readable]:
        """Tell which tables of its own a running plugin's queries may read."""
        tables = self._database.own_tables(plugin)
        return [readable_of(plugin, model) for model in tables.values()]

    async def sizes(self) -> dict[str, Sizes]:
        """Tell how much each plugin keeps that keeps anything."""
        values, rows = await self.values.usages(), await self.rows.usages()
        return {
            plugin: Sizes(
                keys=values.get(plugin, Usage()).count,
                stored=values.get(plugin, Usage()).size,
                rows=rows.get(plugin, Usage()).size,
            )
            for plugin in {*values, *rows}
        }

    def limits(self, plugin: str) -> dict[str, int]:
        """Tell how much a plugin may keep; sizes in bytes."""
        values, rows, files = self._values(plugin), self._rows(plugin), self._files(plugin)
        return {
            "files": files.count,
            "size": files.size,
            "keys": values.count,
            "stored": values.size,
            "rowCount": rows.count,
            "rows": rows.size,
        }

    async def purge(self, plugin: str) -> None:
        """Delete what a plugin keeps by key, and the books of it."""
        await self.values.purge(plugin)
        await self.rows.forget(plugin)

    async def _forget(self, told: dict[str, Any]) -> None:
        await self.values.forget_person(told["id"])

    def _rows(self, plugin: str) -> Quota:
        return Quota(
            count=self._limits(PluginId(plugin)).table_rows,
            mib=self._limits(PluginId(plugin)).tables_mb,
            noun="rows",
            free="Delete some.",
        )

    def _files(self, plugin: str) -> Quota:
        return Quota(
            count=self._limits(PluginId(plugin)).own_files,
            mib=self._limits(PluginId(plugin)).own_files_mb,
            noun="files",
            free="Delete some.",
        )

    def _values(self, plugin: str) -> Quota:
        return Quota(
            count=self._limits(PluginId(plugin)).storage_keys,
            mib=self._limits(PluginId(plugin)).storage_mb,
            noun="keys",
            free="Delete some, or let values end (`ttl`).",
        )
