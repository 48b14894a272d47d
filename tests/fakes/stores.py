"""Stores that keep everything in memory: real implementations of the kernel's ports."""

from __future__ import annotations

import copy
from typing import Any

from plexihub.kernel.ports import AuditEntry, AuditSink, ConfigStore, PluginStore, StoredPlugin
from plexihub_sdk.ids import PluginId


class MemoryPluginStore(PluginStore):
    """Installed plugins in a dictionary; like a database, it keeps copies."""

    def __init__(self, *plugins: StoredPlugin) -> None:
        self.rows: dict[PluginId, StoredPlugin] = {one.id: copy.copy(one) for one in plugins}

    async def load_all(self) -> list[StoredPlugin]:
        """Answer copies."""
        return [copy.copy(row) for row in self.rows.values()]

    async def save(self, plugin: StoredPlugin) -> None:
        """Keep a copy."""
        self.rows[plugin.id] = copy.copy(plugin)

    async def remove(self, plugin: PluginId) -> None:
        """Forget one."""
        self.rows.pop(plugin, None)


class MemoryConfigStore(ConfigStore):
    """Changed settings in a dictionary."""

    def __init__(self, rows: dict[str, Any] | None = None) -> None:
        self.rows: dict[str, Any] = dict(rows or {})

    async def load(self) -> dict[str, Any]:
        """Answer a copy."""
        return dict(self.rows)

    async def put(self, key: str, value: Any) -> None:
        """Keep one."""
        self.rows[key] = value

    async def delete(self, key: str) -> None:
        """Forget one."""
        self.rows.pop(key, None)


class MemoryAudit(AuditSink):
    """Audit entries in a list."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def append(self, entry: AuditEntry) -> None:
        """Keep one."""
        self.entries.append(entry)

    def outcomes(self, action: str) -> list[tuple[str, str]]:
        """Answer target and outcome of every entry with this action."""
        return [(one.target, one.outcome) for one in self.entries if one.action == action]
