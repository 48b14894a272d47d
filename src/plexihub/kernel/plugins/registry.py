"""Every plugin the hub knows, in the order of installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from plexihub.kernel.permissions import Grant
from plexihub.kernel.plugins.record import PluginRecord
from plexihub_sdk.errors import ConflictError, NotFoundError
from plexihub_sdk.ids import PluginId, plugin_id


class PluginRegistry:
    """Records by id; `hello_world` finds `hello-world`."""

    def __init__(self) -> None:
        self._records: dict[PluginId, PluginRecord] = {}

    def __iter__(self) -> Iterator[PluginRecord]:
        return iter(list(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: PluginRecord) -> None:
        """Take a record in.

        Raises:
            ConflictError: There is a plugin of this id already.
        """
        if record.id in self._records:
            raise ConflictError(
                f"There is a plugin {record.id!r} already.",
                where=record.id,
                next="Remove it first.",
            )
        self._records[record.id] = record

    def find(self, name: str) -> PluginRecord | None:
        """Answer a record by either spelling of its id; None where there is none."""
        record = self._records.get(PluginId(name))
        if record is not None:
            return record
        try:
            return self._records.get(plugin_id(name))
        except ValueError:
            return None

    def get(self, name: str) -> PluginRecord:
        """Answer a record by either spelling of its id.

        Raises:
            NotFoundError: No plugin has this id.
        """
        record = self.find(name)
        if record is None:
            raise NotFoundError(
                f"There is no plugin {name!r}.",
                where=name,
                next=f"Installed: {', '.join(self._records) or 'none'}.",
            )
        return record

    def remove(self, plugin: PluginId) -> None:
        """Forget a record; nothing happens where there is none."""
        self._records.pop(plugin, None)

    def is_enabled(self, name: str) -> bool:
        """Tell whether a plugin runs, as a whole."""
        record = self.find(name)
        return record is not None and record.state == "enabled"

    def is_sandboxed(self, name: str) -> bool:
        """Tell whether a plugin is of the sandboxed tier."""
        record = self.find(name)
        return record is not None and record.stored.tier == "sandboxed"

    def folder_of(self, plugin: PluginId) -> Path | None:
        """Answer a plugin's own folder; None where it is one file, or unknown."""
        record = self.find(plugin)
        return record.stored.root if record is not None and record.stored.root.is_dir() else None

    def identity_of(self, plugin: str) -> tuple[str, str]:
        """Answer version and package digest of a plugin; empty texts where it is unknown."""
        record = self._records.get(PluginId(plugin))
        if record is None:
            return "", ""
        return record.stored.manifest.version, record.stored.digest

    def grant_of(self, plugin: PluginId) -> Grant:
        """Answer what a plugin asked for and was granted; nothing where it is unknown."""
        record = self.find(plugin)
        return Grant() if record is None else record.grant
