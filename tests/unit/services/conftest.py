"""A started database in a real file, for every test of the services."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import Database
from plexihub.services.users import Passwords, Sessions, UserManager
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


class AuditKept(AuditSink):
    """An audit that keeps its entries in a list."""

    def __init__(self) -> None:
        """Begin empty."""
        self.entries: list[AuditEntry] = []

    def append(self, entry: AuditEntry) -> None:
        """Keep one entry."""
        self.entries.append(entry)

    def told(self) -> list[tuple[str, str, str]]:
        """Answer what was done, to what, and how it ended."""
        return [(one.action, one.target, one.outcome) for one in self.entries]


@pytest.fixture
def audit() -> AuditKept:
    """What was recorded."""
    return AuditKept()


@pytest.fixture
def sessions(database: Database, bus: EventBus, audit: AuditKept, hooks: HookTable) -> Sessions:
    """The service `sessions`."""
    return Sessions(database, bus, audit, hooks=hooks, secret=lambda: "of a test")


@pytest.fixture
def users(
    database: Database, sessions: Sessions, hooks: HookTable, bus: EventBus, audit: AuditKept
) -> Iterator[UserManager]:
    """The service `users`, with passwords that cost little."""
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    users = UserManager(database, sessions, hooks=hooks, bus=bus, audit=audit, passwords=cheap)
    yield users
    users.close()
