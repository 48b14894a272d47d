"""Everything that is true of SQLite alone.

Transactions are begun by us with `BEGIN IMMEDIATE` (the driver's own handling is switched off), so
that a writer waits at its start and never fails half-way because somebody else wrote meanwhile.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from plexihub_sdk.errors import StartupError

BUSY_MS = 5000
READERS = 4
#: Above this size a complete check would make every start slow; the schema is read in any case.
FULL_CHECK_BYTES = 64 * 1024 * 1024
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
)
_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
_INDEX = re.compile(r"index '(?:uq|ix)_[a-z]+_(\w+)'")


def open_engines(url: str) -> tuple[AsyncEngine, AsyncEngine]:
    """Open one engine whose statements stand alone, and one that begins transactions.

    Returns:
        The reading engine and the writing one.
    """
    arguments: dict[str, Any] = {"isolation_level": None}
    # What stands alone needs no rollback when its connection goes back.
    reading = create_async_engine(
        url,
        connect_args=arguments,
        pool_size=READERS,
        max_overflow=0,
        pool_timeout=30,
        skip_autocommit_rollback=True,
    )
    writing = create_async_engine(
        url, connect_args=arguments, pool_size=1, max_overflow=0, pool_timeout=30
    )
    for engine in (reading, writing):
        event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(writing.sync_engine, "begin", _begin)
    return reading, writing


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def inspect_file(path: Path) -> None:
    """Look at a database file before anything is written to it; a missing one is fine.

    Raises:
        StartupError: It is damaged, is no database, cannot be opened, or belongs to another
            program.
    """
    path = path.absolute()
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise _unusable(path, "unable to open its folder for writing")
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            if path.stat().st_size <= FULL_CHECK_BYTES:
                _check(connection, path)
    except sqlite3.DatabaseError as error:
        raise _unusable(path, str(error)) from error
    if tables and "alembic_version" not in tables:
        raise StartupError(
            f"The file {path} is a database of another program.",
            where=str(path),
            next="Point the setting `database.url` at a file of the hub's own.",
        )


def copy_file(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, while others write to it.

    One step of SQLite's own backup: a reader's snapshot, which no writer waits for. In more steps
    it would begin anew whenever somebody writes. The copy needs no file beside it.

    Raises:
        sqlite3.Error: It cannot be read, or the copy cannot be written.
    """
    origin = f"{source.absolute().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(origin, uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode = DELETE")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise _unusable(path, str(verdict))


def _unusable(path: Path, problem: str) -> StartupError:
    if "unable to open" in problem or "readonly" in problem:
        return StartupError(
            f"The database {path} cannot be opened: {problem}.",
            where=str(path),
            next="See that its folder exists and that the hub's account may read and write there.",
        )
    told = " ".join(problem.removeprefix("*** in database main ***").split())
    return StartupError(
        f"The database {path} is damaged: {told}. Nothing was changed.",
        where=str(path),
        next="Restore a backup over it, or move the file away to begin with an empty hub.",
    )


def violated_columns(message: str) -> list[str] | None:
    """Read which columns a broken uniqueness names; None where it is another failure."""
    if not (found := _UNIQUE.search(message)):
        return None
    if index := _INDEX.search(found[1]):
        return [index[1]]
    return [name.split(".")[-1].strip() for name in found[1].split(",")]
