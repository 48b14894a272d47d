"""Brings the database's schema to this release's; a newer one is refused, never touched."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, pool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from plexihub_sdk.errors import StartupError

MIGRATIONS = Path(__file__).with_name("migrations")


async def upgrade(url: URL) -> None:
    """Migrate to this release's schema.

    Alembic is synchronous, so it has a thread and an event loop of its own.

    Raises:
        StartupError: The schema is of a newer release, or the database cannot be used.
    """
    await asyncio.to_thread(lambda: asyncio.run(_upgrade(url)))


async def _upgrade(url: URL) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate)
    except (DBAPIError, OSError) as error:
        problem = getattr(error, "orig", None) or error
        raise StartupError(
            f"The database cannot be used: {problem}.",
            where="database.url",
            next="See that its folder exists and that the hub's account may write there.",
        ) from error
    finally:
        await engine.dispose()


def configuration(connection: Connection | None = None) -> Config:
    """Make Alembic's configuration for the hub's own migrations."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def known_revisions() -> frozenset[str]:
    """Name every schema that this release can start from."""
    ours = ScriptDirectory.from_config(configuration())
    return frozenset(one.revision for one in ours.walk_revisions())


def _migrate(connection: Connection) -> None:
    config = configuration(connection)
    ours = ScriptDirectory.from_config(config)
    head = ours.get_current_head()
    present = MigrationContext.configure(connection).get_current_revision()
    if present == head:
        return
    if present is not None and present not in {one.revision for one in ours.walk_revisions()}:
        raise StartupError(
            f"The database has the schema {present!r}, and this release knows only up to {head!r}.",
            where="database.url",
            next="Start the newer release again, or restore a backup made before the update.",
        )
    command.upgrade(config, "head")
    connection.commit()
