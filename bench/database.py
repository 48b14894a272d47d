"""`find_one` and `save` of a model, beside the same statements in plain SQLAlchemy.

Both sides use the very engines of the hub's database, on one file of their own. Plain SQLAlchemy
checks no value, isolates no change and lets two writers collide: it is the floor, not a rival.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import uvloop
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.case import Case, awaited
from plexihub.kernel import plain
from plexihub.kernel.context import CallContext, entered
from plexihub.kernel.events import EventBus
from plexihub.kernel.ownership import Ownership
from plexihub.services.database import Database
from plexihub.services.database import sqlite as embedded
from plexihub.services.database.schema import users

COUNT = 300
NAME = "grace"
Repeat = Callable[[int], Coroutine[Any, Any, None]]


def finds(database: Database) -> Repeat:
    """Read one person with `await`."""
    model = database.get_model("User")

    async def work(times: int) -> None:
        for _ in range(times):
            assert (await model.find_one({"username": NAME})).username == NAME

    return work


def finds_plainly(database: Database) -> Repeat:
    """Read one person as a plain handler does, without `await`."""
    model = database.get_model("User")

    def read() -> None:
        assert model.find_one({"username": NAME}).username == NAME

    async def work(times: int) -> None:
        for _ in range(times):
            await plain.run(read)

    return work


def selects(engine: AsyncEngine) -> Repeat:
    """Read one person with SQLAlchemy alone."""

    async def work(times: int) -> None:
        for _ in range(times):
            async with engine.connect() as connection:
                query = select(users).where(users.c.username == NAME).limit(1)
                assert (await connection.execute(query)).mappings().one()["username"] == NAME

    return work


def saves(database: Database) -> Repeat:
    """Change one person and store that."""
    model, numbers = database.get_model("User"), count()

    async def work(times: int) -> None:
        record = await model.find_one({"username": NAME})
        for _ in range(times):
            # A call's deadline is 30 seconds, so each change is a call of its own.
            with entered(CallContext()):
                record.display_name = f"Grace {next(numbers)}"
                await record.save()

    return work


def updates(engine: AsyncEngine) -> Repeat:
    """Change one person with SQLAlchemy alone, in a transaction of its own."""
    numbers = count()

    async def work(times: int) -> None:
        for _ in range(times):
            async with engine.begin() as connection:
                values = {"display_name": f"Plain {next(numbers)}"}
                change = update(users).where(users.c.username == NAME).values(values)
                await connection.execute(change.returning(*users.c))

    return work


async def opened(url: str) -> Database:
    """Make the database, with one person among a thousand."""
    ownership = Ownership()
    database = Database(url, EventBus(ownership, lambda _name, _plugin, _error: None), ownership)
    await database.start()
    model = database.get_model("User")
    async with database.unit_of_work():
        for number in range(1000):
            await model.create(username=f"person{number}")
        await model.create(username=NAME)
    return database


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Give every case of this module."""
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
        database = runner.run(opened(url))
        reading, writing = embedded.open_engines(url)
        ours, floor = "PlexiHub", "plain SQLAlchemy"
        rows = (
            ("model, find_one", floor, selects(reading)),
            ("model, find_one", ours, finds(database)),
            ("model, find_one", f"{ours}, plain code", finds_plainly(database)),
            ("model, save", floor, updates(writing)),
            ("model, save", ours, saves(database)),
        )
        yield [
            Case(
                group=group,
                name=name,
                sample=awaited(runner.run, work, COUNT),
                baseline=name == floor,
                note="" if name == floor else "with checked columns; one writer at a time",
            )
            for group, name, work in rows
        ]
        for engine in (reading, writing):
            runner.run(engine.dispose())
        runner.run(database.close())
