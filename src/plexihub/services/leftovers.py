"""What a plugin keeps beyond its own files, and deleting that for good once it is removed."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec

from plexihub.kernel.config import ConfigManager
from plexihub.kernel.context import CallContext
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.plugins import PluginRegistry
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import Database, Setting
from plexihub.services.storage import Keep, Sizes
from plexihub_sdk.errors import ConfigError, ConflictError, NotFoundError, PlexiHubError
from plexihub_sdk.ids import PluginId, plugin_id


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of a plugin besides its code.

    Args:
        plugin: Its id.
        installed: Whether it is installed now.
        tables: How many rows each of its tables has.
        files: How many files its own folder has.
        size: Of these files, in bytes.
        settings: Keys that were changed of its settings.
        keys: How many values it keeps by key.
        stored: Of these, in bytes.
        rows: Bytes in its own tables, of a sandboxed plugin.
        limits: What a sandboxed plugin may have of each, at most.
    """

    plugin: str
    installed: bool
    tables: dict[str, int]
    files: int
    size: int
    settings: list[str]
    keys: int = 0
    stored: int = 0
    rows: int = 0
    limits: dict[str, int] = {}

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to delete."""
        return bool(self.tables or self.files or self.settings or self.keys)


class Leftovers:
    """Finds and deletes what plugins keep.

    Args:
        database: Has their tables.
        config: Has their settings.
        registry: Tells which are installed.
        audit: Where each deletion is recorded.
        folders: Has a folder for each plugin.
        keep: Has what sandboxed plugins keep by key.
    """

    def __init__(  # noqa: PLR0913 - keyword-only parts
        self,
        database: Database,
        config: ConfigManager,
        registry: PluginRegistry,
        audit: AuditSink,
        *,
        folders: Path,
        keep: Keep,
    ) -> None:
        self._database = database
        self._config = config
        self._registry = registry
        self._audit = audit
        self._folders = folders
        self._keep = keep

    async def of(self, name: str) -> Kept:
        """Tell what a plugin keeps, installed or not.

        Raises:
            NotFoundError: There is neither such a plugin nor anything of one.
        """
        plugin = _id(name)
        kept = await self._kept(plugin, await self._found())
        if not (kept.installed or kept.is_anything):
            raise _unknown(name)
        return kept

    async def list(self) -> list[Kept]:
        """Tell what is left of plugins that are not installed any more."""
        found_there = await self._found()
        names = {
            *found_there.tables,
            *found_there.sizes,
            *await asyncio.to_thread(_names, self._folders),
        } - {"core"}
        found = [await self._kept(PluginId(one), found_there) for one in sorted(names)]
        return [one for one in found if one.is_anything and not one.installed]

    async def _found(self) -> _Found:
        return _Found(await self._database.rows_kept(), await self._keep.sizes())

    async def _kept(self, plugin: PluginId, found: _Found) -> Kept:
        files, size = await asyncio.to_thread(_measure, self._folders / plugin)
        changed = await self._database.rows(Setting).find(
            {"key": {"ge": f"{plugin}.", "lt": f"{plugin}/"}}, order="key"
        )
        sizes, record = found.sizes.get(plugin, Sizes()), self._registry.find(plugin)
        limited = record is not None and record.stored.tier == "sandboxed"
        return Kept(
            plugin=plugin,
            installed=record is not None,
            tables=found.tables.get(plugin, {}),
            files=files,
            size=size,
            settings=[row.key for row in changed if not self._is_core(row.key)],
            keys=sizes.keys,
            stored=sizes.stored,
            rows=sizes.rows,
            limits=self._keep.limits(plugin) if limited else {},
        )

    def _is_core(self, key: str) -> bool:
        # A plugin may be called as a section of the hub's own is.
        try:
            return self._config.setting(key).owner == "core"
        except ConfigError:
            return False

    async def purge(self, name: str, ctx: CallContext) -> Kept:
        """Delete everything that is left of a plugin, for good, and answer what it was.

        Raises:
            NotFoundError: Nothing is left of such a plugin.
            ConflictError: It is installed.
            PlexiHubError: Something could not be deleted; what is still there can be tried again.
        """
        kept = await self.of(name)
        if kept.installed:
            raise ConflictError(
                f"{kept.plugin} is installed, so what it keeps is in use.",
                where=kept.plugin,
                next=f"Remove it first: plexihub plugin remove {kept.plugin} --purge",
            )
        entry = AuditEntry(ctx=ctx, action="plugin.purge", target=kept.plugin)
        entry.details = msgspec.to_builtins(kept)
        try:
            await self._delete(PluginId(kept.plugin), ctx)
        except BaseException as error:
            entry.outcome, entry.reason = outcome_of(error), sentence(error)
            raise
        finally:
            self._audit.append(entry)
        return kept

    async def _delete(self, plugin: PluginId, ctx: CallContext) -> None:
        await self._database.purge(plugin)
        await self._keep.purge(plugin)
        await self._config.forget(plugin, ctx)
        try:
            await asyncio.to_thread(_discard, self._folders / plugin)
        except OSError as error:
            raise PlexiHubError(
                f"The folder of {plugin} could not be deleted: {error.strerror}.",
                where=str(error.filename),
                next="See whose files these are, and try again.",
            ) from error


@dataclass(frozen=True, slots=True)
class _Found:
    tables: dict[str, dict[str, int]]
    sizes: dict[str, Sizes]


def _id(name: str) -> PluginId:
    try:
        return plugin_id(name)
    except ValueError:
        raise _unknown(name) from None


def _unknown(name: str) -> NotFoundError:
    return NotFoundError(f"There is nothing of a plugin {name!r}.", where="plugin")


def _names(folders: Path) -> list[str]:
    if not folders.is_dir():
        return []
    found = (one.name for one in folders.iterdir() if one.is_dir())
    return [name for name in found if _is_id(name)]


def _is_id(name: str) -> bool:
    try:
        return plugin_id(name) == name
    except ValueError:
        return False


def _measure(folder: Path) -> tuple[int, int]:
    count = size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            count += 1
            size += (Path(place) / name).lstat().st_size
    return count, size


def _discard(folder: Path) -> None:
    if folder.is_symlink():
        # What it leads to is not the plugin's alone.
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
