"""A started database in a real file, for every test of the services."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub.services.database import Database
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)


def report(name: str, plugin: PluginId | None, error: BaseException) -> None:
    """Log what a listener got wrong."""
    _log.error("%s of %s failed", name, plugin, exc_info=error)


@pytest.fixture
def ownership() -> Ownership:
    """Whose registrations are whose."""
    return Ownership()


@pytest.fixture
async def bus(anyio_backend: object, ownership: Ownership) -> AsyncIterator[EventBus]:
    """An event bus that ends with the test."""
    bus = EventBus(ownership, report)
    yield bus
    await bus.close()


@pytest.fixture
def hooks(ownership: Ownership) -> HookTable:
    """A hook table."""
    return HookTable(ownership, report)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where the test's database is."""
    return f"sqlite+aiosqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture
async def database(url: str, bus: EventBus, ownership: Ownership) -> AsyncIterator[Database]:
    """A migrated, empty database."""
    database = Database(url, bus, ownership)
    await database.start()
    yield database
    await database.close()
