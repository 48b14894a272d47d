"""A database that cannot be used stops the start with a sentence, and stays as it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from plexihub.kernel.events import EventBus
from plexihub.kernel.ownership import Ownership
from plexihub.services.database import Database
from plexihub.services.database.schema import core
from plexihub_sdk.errors import StartupError

pytestmark = pytest.mark.anyio


async def start(path: Path, bus: EventBus, ownership: Ownership) -> None:
    """Start a database on a file and close it again."""
    database = Database(f"sqlite+aiosqlite:///{path}", bus, ownership)
    try:
        await database.start()
    finally:
        await database.close()


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
@pytest.mark.filterwarnings("ignore:autogenerate skipping")
async def test_migrated_schema_is_the_declared_one(database: Database) -> None:
    """The migrations build exactly the tables that the models describe."""

    def compare(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), core))

    async with database.unit_of_work() as unit:
        assert await (await unit.connection()).run_sync(compare) == []


async def test_second_start_keeps_the_rows(
    tmp_path: Path, bus: EventBus, ownership: Ownership
) -> None:
    """A database that is up to date is opened as it is."""
    path = tmp_path / "hub.db"
    await start(path, bus, ownership)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO settings VALUES ('a', 'true')")
    await start(path, bus, ownership)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM settings").fetchall() == [("a", "true")]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_newer_schema_is_refused_naming_both(
    tmp_path: Path, bus: EventBus, ownership: Ownership
) -> None:
    """A database of a newer release is not touched."""
    path = tmp_path / "hub.db"
    await start(path, bus, ownership)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'r9999'")
    before = path.read_bytes()
    with pytest.raises(StartupError, match=r"'r9999'.*'r0014'"):
        await start(path, bus, ownership)
    assert path.read_bytes() == before


async def test_file_that_is_no_database_is_refused(
    tmp_path: Path, bus: EventBus, ownership: Ownership
) -> None:
    """Somebody's letter is not overwritten."""
    path = tmp_path / "hub.db"
    path.write_text("Dear diary, " * 1000)
    with pytest.raises(StartupError, match="file is not a database") as caught:
        await start(path, bus, ownership)
    assert "Restore a backup" in caught.value.next
    assert path.read_text() == "Dear diary, " * 1000


async def test_damaged_page_is_refused(tmp_path: Path, bus: EventBus, ownership: Ownership) -> None:
    """Damage in the middle of the file is found before anything is written."""
    path = tmp_path / "hub.db"
    await start(path, bus, ownership)
    damaged = bytearray(path.read_bytes())
    damaged[4096 : 4096 * 4] = b"\xff" * (4096 * 3)
    path.write_bytes(damaged)
    with pytest.raises(StartupError, match="damaged"):
        await start(path, bus, ownership)
    assert path.read_bytes() == bytes(damaged)


async def test_database_of_another_program_is_refused(
    tmp_path: Path, bus: EventBus, ownership: Ownership
) -> None:
    """The hub's tables are not put among a stranger's."""
    path = tmp_path / "hub.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(StartupError, match="another program"):
        await start(path, bus, ownership)


async def test_missing_folder_is_named(tmp_path: Path, bus: EventBus, ownership: Ownership) -> None:
    """A path that cannot be created says what to look at."""
    with pytest.raises(StartupError, match="unable to open") as caught:
        await start(tmp_path / "missing" / "hub.db", bus, ownership)
    assert "folder" in caught.value.next


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite:///x.db"])
async def test_unknown_database_is_refused(url: str, bus: EventBus, ownership: Ownership) -> None:
    """A URL of a database that the hub does not know is refused at once."""
    with pytest.raises(StartupError, match=r"database\.url"):
        Database(url, bus, ownership)
