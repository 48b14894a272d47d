"""The second wall: SQLite itself, on a connection that can do nothing else.

It stands alone. Whatever text arrives, the database opens the file read-only, and asks for each
table, column and function that a statement touches whether it may. A table is read through a view
of each readable only, whose rows are those of one person; who that is, a function of ours answers,
which no text can change.

Two things are not obvious. SQLite tells for whom a column is read by the name of the view *or of a
common table expression* around it, and a statement can call such an expression as it likes: the
views that read are named at random, anew for each connection, and the name is never told. And an
optimizer may try conditions of a statement on rows that the view would leave out; an error would
then tell of them. `LIMIT -1` keeps the two apart: it is never moved across.
"""

from __future__ import annotations

import math
import re
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from plexihub.services.query.errors import WHERE, denied, told
from plexihub.services.query.expansion import grows_too_much
from plexihub.services.query.functions import SQL_FUNCTIONS
from plexihub.services.query.port import Order, ReadLimits, Rows
from plexihub_sdk.data import Readable, ReadColumn
from plexihub_sdk.errors import InputError, LimitExceededError, PlexiHubError

PERSON = "plexihub_person"
#: Operations of the database between two looks at the clock.
_STEPS = 4000
#: Columns, selects and functions of one statement, those inside of the views included.
MOST_ASKED = 20_000
_MOST_COLUMNS = 100
_EMPTY = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$))*", re.DOTALL)
_READS = re.compile(r"(?:select|with|values)\b", re.IGNORECASE)
#: With two arguments their time grows with the product of the lengths.
_SLOW = ("trim", "ltrim", "rtrim")
_LIMITS = {
    sqlite3.SQLITE_LIMIT_COLUMN: _MOST_COLUMNS,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 20,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 20,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 200,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_Right = tuple[str | None, str | None, str | None]


def views_of(readable: Readable, hidden: str) -> tuple[str, str]:
    """Write the view that holds one person's rows, and the one by which a statement knows them.

    The latter alone gives values their form, so that it is done for rows and columns that are asked
    for and for no others.
    """
    columns = ", ".join(f'"{one.name}"' for one in readable.columns)
    shown = ", ".join(map(_shown, readable.columns))
    where = readable.where.replace(":person", f"{PERSON}()")
    rows = (
        f'CREATE TEMP VIEW "{hidden}" AS SELECT {columns} FROM main."{readable.table}" '  # noqa: S608
        f"WHERE {where} LIMIT -1 OFFSET 0"
    )
    return rows, f'CREATE TEMP VIEW "{readable.name}" AS SELECT {shown} FROM "{hidden}"'  # noqa: S608


def _shown(column: ReadColumn) -> str:
    if column.kind == "moment":
        return f'strftime(\'%Y-%m-%dT%H:%M:%fZ\', "{column.name}") AS "{column.name}"'
    return f'"{column.name}"'


class Viewing:
    """One connection that sees some readables; one query at a time.

    Args:
        path: Of the database.
        readables: What can be read.
        limits: How much a query may take.
    """

    def __init__(self, path: Path, readables: Iterable[Readable], limits: ReadLimits) -> None:
        self._limits = limits
        self._person: str | None = None
        self._asked = 0
        self._end = self._cpu_end = float("inf")
        self._order: Order | None = None
        self._mark = f"plexihub_{secrets.token_hex(16)}"
        self._views: dict[str, str] = {}
        self._rights: dict[str, set[_Right]] = {}
        # Nothing prepared is kept: each statement is asked about anew.
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=1.0,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=0,
        )
        try:
            self._prepare(readables)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _prepare(self, readables: Iterable[Readable]) -> None:
        connection = self._connection
        connection.create_function(PERSON, 0, lambda: self._person, deterministic=True)
        for name in _SLOW:
            connection.create_function(name, 2, _refused_function, deterministic=True)
        for number, readable in enumerate(readables):
            hidden = f"{self._mark}_{number}"
            for view in views_of(readable, hidden):
                connection.execute(view)
            self._views[hidden] = readable.name
            self._rights[hidden] = self._rights_of(hidden)
        for limit, value in _LIMITS.items():
            connection.setlimit(limit, value)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._limits.value_bytes)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, self._limits.sql_bytes)
        connection.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, self._limits.depth)
        connection.execute("PRAGMA query_only = ON")
        connection.set_authorizer(self._may)
        connection.set_progress_handler(self._must_stop, _STEPS)

    def _rights_of(self, hidden: str) -> set[_Right]:
        """Learn what a view reads, by asking for it once with nobody else around."""
        rights: set[_Right] = set()

        def note(
            action: int, first: str | None, second: str | None, schema: str | None, by: str | None
        ) -> int:
            if action == sqlite3.SQLITE_READ and by == hidden:
                rights.add((first, second, schema))
            return sqlite3.SQLITE_OK

        self._connection.set_authorizer(note)
        try:
            self._connection.execute(f'SELECT * FROM "{hidden}"').close()  # noqa: S608
        finally:
            self._connection.set_authorizer(None)
        return rights

    def _may(
        self, action: int, first: str | None, second: str | None, schema: str | None, by: str | None
    ) -> int:
        self._asked += 1
        if self._asked > MOST_ASKED or (self._asked % 256 == 0 and self._must_stop()):
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            allowed = self._may_read(first, second, schema, by)
        elif action == sqlite3.SQLITE_FUNCTION and second == PERSON:
            allowed = by in self._views
        else:
            allowed = action == sqlite3.SQLITE_FUNCTION and second in SQL_FUNCTIONS
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    def _may_read(
        self, table: str | None, column: str | None, schema: str | None, by: str | None
    ) -> bool:
        if by in self._rights and (table, column, schema) in self._rights[by]:
            return True
        if table in self._views:  # rows that are this person's already; "" is asked for by none
            return by == self._views[table] or column == ""
        return schema == "temp" and table in self._views.values()

    def _must_stop(self) -> bool:
        order = self._order
        return (
            time.thread_time() > self._cpu_end
            or time.monotonic() > self._end
            or (order is not None and order.stop.is_set())
        )

    def read(self, order: Order) -> Rows:
        """Answer the rows of a query.

        Raises:
            InputError: The statement is wrong.
            PermissionDenied: It reads what may not be read, or does anything but read.
            LimitExceededError: It takes too long, or answers too much.
        """
        _check_reads(order.sql)
        with self._working(order), _translated(self._mark):
            cursor = self._connection.execute(order.sql, dict(order.values))
            try:
                return self._rows(cursor)
            finally:
                cursor.close()

    @contextmanager
    def _working(self, order: Order) -> Iterator[None]:
        self._person, self._order, self._asked = order.person, order, 0
        self._end = order.deadline
        self._cpu_end = time.thread_time() + self._limits.cpu_seconds
        try:
            yield
        finally:
            self._person = self._order = None

    def _rows(self, cursor: sqlite3.Cursor) -> Rows:
        names = [str(one[0]) for one in cursor.description or ()]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(
                f"Two columns of the answer are named {twice[:63]!r}.",
                where=WHERE,
                next="Give one of them another name with AS.",
            )
        rows: Rows = []
        room = self._limits.answer_bytes
        for values in cursor:
            room -= sum(map(_size, values))
            if len(rows) >= self._limits.rows or room < 0:
                raise LimitExceededError(
                    f"The answer has more than {self._limits.rows} rows or "
                    f"{self._limits.answer_bytes // 1024} KB.",
                    where=WHERE,
                    next="Ask for less, with WHERE and LIMIT.",
                )
            rows.append(dict(zip(names, values, strict=True)))
        return rows


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode(errors="replace"))
    if isinstance(value, bytes):
        raise InputError("A value is no text and no number.", where=WHERE, next="Use hex().")
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError("A value is no finite number.", where=WHERE)
    return 8


def _check_reads(sql: str) -> None:
    # EXPLAIN would show how rows of others are kept away, and asks nobody.
    empty = _EMPTY.match(sql)
    if not _READS.match(sql, empty.end() if empty else 0):
        raise denied("A query only reads.", "Send one SELECT.")
    if grows_too_much(sql):
        raise LimitExceededError(
            "The statement uses what WITH names too often.",
            where=WHERE,
            next="Ask in several queries.",
        )


def _refused_function(*_given: object) -> NoReturn:
    raise ValueError


@contextmanager
def _translated(secret: str) -> Iterator[None]:
    try:
        yield
    except PlexiHubError:
        raise
    # Values that cannot be bound, and statements with a zero in them, are other kinds of errors.
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        raise told(str(error), secret) from None
