"""Opens the database that a URL names; what only SQLite does is in `sqlite`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from plexihub.services.database import sqlite
from plexihub_sdk.errors import StartupError

DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")


@dataclass(frozen=True, slots=True)
class Engines:
    """The two ways to a database.

    Args:
        reading: Every statement stands alone.
        writing: Statements join the transaction that the unit of work began.
    """

    reading: AsyncEngine
    writing: AsyncEngine

    async def close(self) -> None:
        """Close every connection."""
        await self.reading.dispose()
        await self.writing.dispose()


def parse_url(text: str) -> URL:
    """Read a database URL.

    Raises:
        StartupError: It is no URL, or of a database that the hub does not know.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None or url.drivername not in DRIVERS:
        raise StartupError(
            "The setting `database.url` names no database that the hub can use.",
            where="database.url",
            next=f"Begin it with one of: {', '.join(f'{one}://' for one in DRIVERS)}.",
        )
    return url


def open_engines(url: URL) -> Engines:
    """Make the engines; nothing connects before it is used."""
    if url.get_backend_name() == "sqlite":
        return Engines(*sqlite.open_engines(url.render_as_string(hide_password=False)))
    writing = create_async_engine(url, pool_pre_ping=True)
    return Engines(writing.execution_options(isolation_level="AUTOCOMMIT"), writing)


async def inspect(url: URL) -> None:
    """Look at the database's file, where it has one, before anything is written.

    Raises:
        StartupError: It cannot be used as it is.
    """
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        await asyncio.to_thread(sqlite.inspect_file, Path(url.database))
