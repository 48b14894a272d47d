"""What the kernel keeps between two runs, kept in the database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from plexihub.kernel.ports import (
    ConfigStore,
    Json,
    PermissionDecision,
    PermissionRequest,
    PluginStore,
    StoredPlugin,
)
from plexihub.services.database.database import Database
from plexihub.services.database.models import Plugin, Setting
from plexihub.services.database.schema import plugins
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest
from plexihub_sdk.scopes import from_plain, to_plain

_TUPLES = ("permissions", "hooks")
_SAME = (
    "tier",
    "runtime",
    "enabled",
    "quarantined",
    "digest",
    "builtin",
    "installed_at",
    "consent",
)


class DatabaseConfigStore(ConfigStore):
    """The changed settings, one row each."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = database.rows(Setting)

    async def load(self) -> dict[str, Json]:
        """Answer every stored setting."""
        return {row.key: row.value for row in await self._rows.find()}

    async def put(self, key: str, value: Json) -> None:
        """Insert or replace one."""
        async with self._database.unit_of_work():
            if await self._rows.find_one({"key": key}):
                await self._rows.update(key, {"value": value})
            else:
                await self._rows.insert({"key": key, "value": value})

    async def delete(self, key: str) -> None:
        """Forget one."""
        await self._rows.delete_row(key)


class DatabasePluginStore(PluginStore):
    """The installed plugins, in the order of installation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = database.rows(Plugin)

    async def load_all(self) -> list[StoredPlugin]:
        """Answer every installed plugin, in the order of installation."""
        return [_stored(row) for row in await self._rows.find(order=("position", "id"))]

    async def save(self, plugin: StoredPlugin) -> None:
        """Insert or replace one."""
        async with self._database.unit_of_work():
            if await self._rows.find_one({"id": plugin.id}):
                await self._rows.update(plugin.id, _columns(plugin))
            else:
                position = await self._next_position()
                await self._rows.insert({**_columns(plugin), "id": plugin.id, "position": position})

    async def remove(self, plugin: PluginId) -> None:
        """Forget one; nothing happens where it is not there."""
        await self._rows.delete_row(plugin)

    async def _next_position(self) -> int:
        highest = await self._database.read(select(func.max(plugins.c.position).label("highest")))
        return (highest[0]["highest"] or 0) + 1


def _columns(plugin: StoredPlugin) -> dict[str, Any]:
    same = {name: getattr(plugin, name) for name in _SAME}
    columns = {**same, "root": str(plugin.root), **_version(plugin)}
    columns["guards"] = list(plugin.guards)
    columns["requests"] = {name: asdict(one) for name, one in plugin.requests.items()}
    columns["decisions"] = {name: asdict(one) for name, one in plugin.decisions.items()}
    before = plugin.previous
    # Of the version before only the folder's name: a restored backup may be somewhere else.
    columns["previous"] = before and {
        **_version(before),
        "folder": before.root.name,
        "digest": before.digest,
        "installed_at": before.installed_at,
        "consent": before.consent,
    }
    return columns


def _version(plugin: StoredPlugin) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        name: list(value) if name in _TUPLES else value
        for name, value in asdict(plugin.manifest).items()
        if name != "scopes"
    }
    manifest["permissions"] = to_plain(plugin.manifest.permissions, plugin.manifest.scopes)
    return {"manifest": manifest, "granted": to_plain(plugin.granted, plugin.scopes)}


def _manifest(values: dict[str, Any]) -> Manifest:
    fields: dict[str, Any] = {
        name: tuple(value) if name in _TUPLES else value for name, value in values.items()
    }
    fields["permissions"], fields["scopes"] = from_plain(values["permissions"])
    return Manifest(**fields)


def _stored(row: Plugin) -> StoredPlugin:
    values = row.to_dict()
    granted, scopes = from_plain(row.granted)
    plugin = StoredPlugin(
        id=PluginId(row.id),
        manifest=_manifest(values["manifest"]),
        root=Path(row.root),
        granted=granted,
        scopes=scopes,
        guards=tuple(row.guards),
        requests={name: PermissionRequest(**one) for name, one in row.requests.items()},
        decisions={name: PermissionDecision(**one) for name, one in row.decisions.items()},
        **{name: values[name] for name in _SAME},
    )
    if before := values["previous"]:
        granted, scopes = from_plain(before["granted"])
        plugin.previous = StoredPlugin(
            id=plugin.id,
            manifest=_manifest(before["manifest"]),
            tier=plugin.tier,
            runtime=plugin.runtime,
            root=plugin.root.parent / before["folder"],
            granted=granted,
            scopes=scopes,
            digest=before["digest"],
            installed_at=before["installed_at"],
            consent=before["consent"],
        )
    return plugin
