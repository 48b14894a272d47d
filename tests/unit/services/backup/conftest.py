"""A kernel, a database and the service `backup` in one data folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from plexihub.datadir import DataDir
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.kernel import Kernel, Stores
from plexihub.services.backup import BackupService
from plexihub.services.database import Database, DatabaseConfigStore, DatabasePluginStore
from plexihub.services.events import EventService
from plexihub.settings import SETTINGS
from plexihub_sdk.ids import PluginId


@dataclass
class Saved:
    """The parts that tests reach for."""

    folder: DataDir
    kernel: Kernel
    database: Database
    backup: BackupService
    events: EventService
    heard: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def ctx(self) -> CallContext:
        """Make the operator's context."""
        return CallContext(actor=OPERATOR)

    @property
    def plugin(self) -> PluginId:
        """Name a plugin."""
        return PluginId("nightly")

    def hear(self, event: str, data: Any) -> None:
        """Note what was told."""
        self.heard.append((event, data))

    def names(self) -> list[str]:
        """Tell what stands in the folder of backups."""
        return sorted(path.name for path in self.folder.backups.glob("*"))

    def told(self, event: str) -> list[Any]:
        """Answer what was told of an event."""
        return [data for name, data in self.heard if name == event]


@pytest.fixture
async def saved(anyio_backend: object, tmp_path: Path) -> AsyncIterator[Saved]:
    """Run the parts on a folder with a plugin's files."""
    folder = DataDir(tmp_path / "data")
    folder.prepare()
    kernel = Kernel(folder.path, settings=SETTINGS, version="1.2.3")
    database = Database(folder.database_url, kernel.events, kernel.ownership)
    await database.start()
    stores = Stores(plugins=DatabasePluginStore(database), config=DatabaseConfigStore(database))
    await kernel.start(stores)
    backup = BackupService(folder, kernel, database, "1.2.3")
    events = EventService(kernel.events, kernel.hooks, kernel.ownership)
    saved = Saved(folder, kernel, database, backup, events)
    for name in ("database.backup.started", "backup.created", "backup.failed", "backup.deleted"):
        kernel.events.subscribe(name, partial(saved.hear, name))
    backup.listen()
    (folder.plugin_data / "nightly" / "empty").mkdir(parents=True)
    (folder.plugin_data / "nightly" / "notes.txt").write_text("kept")
    (folder.plugins / "nightly").mkdir(parents=True)
    (folder.plugins / "nightly" / "nightly.py").write_text("class NightlyPlugin: ...\n")
    yield saved
    await backup.close()
    await kernel.stop()
    await database.close()
