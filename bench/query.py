"""`plugin.api.query` on the host, beside plain `sqlite3` on the same file.

Ours reads the statement, writes it anew, asks the authorizer for each column and reads through the
person's views, in a thread; the floor is `sqlite3` on the base table with the person's id written
into the statement, on the calling thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import uvloop

from bench.case import Case, awaited, each
from plexihub.kernel.context import Actor, CallContext
from plexihub.services.query import Order, SqliteReader, read_statement
from plexihub.services.query.lanes import Lanes
from plexihub_sdk.data import Readable, ReadColumn

PEOPLE, MESSAGES, COUNT = 100, 20_000, 200
PEOPLE_SEEN = Readable(
    name="users",
    doc="Own row.",
    table="people",
    columns=(ReadColumn("id"), ReadColumn("username")),
    where="id = :person",
)
MESSAGES_SEEN = Readable(
    name="messages",
    doc="Own messages.",
    table="said",
    columns=(ReadColumn("id", "number"), ReadColumn("author_id"), ReadColumn("text")),
    where="author_id = :person",
)
ROW = ("SELECT * FROM users WHERE id = $1", "SELECT id, username FROM main.people WHERE id = ?")
COUNTED = (
    "SELECT count(*) AS n FROM messages WHERE text LIKE $1",
    "SELECT count(*) AS n FROM main.said WHERE author_id = 'p7' AND text LIKE ?",
)


def filled(path: Path) -> None:
    """Keep people and what they said, two hundred messages each."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE people (id TEXT PRIMARY KEY, username TEXT)")
        connection.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, author_id TEXT, text TEXT)")
        connection.execute("CREATE INDEX said_author ON said (author_id)")
        people = [(f"p{at}", f"person{at}") for at in range(PEOPLE)]
        connection.executemany("INSERT INTO people VALUES (?, ?)", people)
        said = [(at, f"p{at % PEOPLE}", f"message {at}") for at in range(MESSAGES)]
        connection.executemany("INSERT INTO said VALUES (?, ?, ?)", said)


class Ours:
    """Both walls."""

    def __init__(self, path: Path) -> None:
        self.reader = SqliteReader(path)
        self.lanes = Lanes()
        self._numbers = count()
        self.readables = (PEOPLE_SEEN, MESSAGES_SEEN)

    def read(self, sql: str, value: str) -> None:
        """Read through both walls, on the calling thread."""
        made = read_statement(sql, [value], self.readables)
        rows = self.reader.read(self._order(made.sql, {"1": value}))
        assert len(rows) == 1

    def parse(self, sql: str, value: str) -> None:
        """Go through the first wall alone, with a statement that it does not remember."""
        new = f"{sql} -- {next(self._numbers)}"
        assert read_statement(new, [value], self.readables).tables

    def look(self, sql: str, value: str) -> None:
        """Go through the second wall alone."""
        assert len(self.reader.read(self._order(sql, {"1": value}))) == 1

    def _order(self, sql: str, values: dict[str, str]) -> Order:
        end = time.monotonic() + 30
        return Order(sql=sql, values=values, readables=self.readables, person="p7", deadline=end)

    async def ask(self, sql: str, value: str, times: int) -> None:
        """Read as a plugin's call does: in a thread of the lanes, awaited."""

        def work(_stop: threading.Event) -> None:
            self.read(sql, value)

        for _ in range(times):
            await self.lanes.run("bench", CallContext(actor=Actor("plugin", "bench")), work)


def plainly(connection: sqlite3.Connection, sql: str, value: str) -> Callable[[], object]:
    """Read with sqlite3 alone."""

    def work() -> None:
        cursor = connection.execute(sql, (value,))
        names = [one[0] for one in cursor.description]
        assert len([dict(zip(names, row, strict=True)) for row in cursor]) == 1

    return work


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Give every case of this module."""
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        path = Path(folder) / "bench.db"
        filled(path)
        ours = Ours(path)
        with closing(sqlite3.connect(path)) as connection:
            found: list[Case] = []
            for group, (sql, plain), value in (
                ("query, own row", ROW, "p7"),
                ("query, 200 rows counted", COUNTED, "%9%"),
            ):
                work: tuple[tuple[str, Callable[[], float]], ...] = (
                    ("plain sqlite3", each(plainly(connection, plain, value), COUNT)),
                    ("parser alone, anew", each(partial(ours.parse, sql, value), COUNT)),
                    ("database wall alone", each(partial(ours.look, sql, value), COUNT)),
                    (
                        "PlexiHub",
                        awaited(runner.run, partial(ours.ask, sql, value), COUNT),
                    ),
                )
                found += [
                    Case(
                        group=group,
                        name=name,
                        sample=sample,
                        baseline=name == "plain sqlite3",
                        note="both walls, in a thread" if name == "PlexiHub" else "",
                    )
                    for name, sample in work
                ]
            yield found
        runner.run(ours.lanes.close())
        ours.reader.close()
