"""Short reads of the embedded database on the event loop, for what every request asks.

The driver runs each statement in a thread of its own; the hop there and back costs fifty times what
an indexed read of SQLite does. A reader of the write-ahead log waits for nobody, and what is asked
this often is in memory. Each read stands alone, so it sees whatever was committed before, by
whomever: a right that was taken away counts at once, and nothing has to be told that it changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Select
from sqlalchemy.dialects.sqlite import dialect

MOST_QUERIES = 64


@dataclass(frozen=True, slots=True)
class _Query:
    sql: str
    fixed: dict[str, Any]
    names: tuple[str, ...]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]


class Glance:
    """One read-only connection that belongs to the event loop.

    Args:
        connection: To the database's file.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._dialect = dialect(paramstyle="named")
        self._queries: dict[Select[Any], _Query] = {}

    @classmethod
    def open(cls, url: URL) -> Glance | None:
        """Connect to a file of SQLite's; None for any other database."""
        if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
            return None
        address = f"{Path(url.database).absolute().as_uri()}?mode=ro"
        return cls(sqlite3.connect(address, uri=True, timeout=0.0, isolation_level=None))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def read(
        self, statement: Select[Any], params: Mapping[str, Any]
    ) -> list[dict[str, Any]] | None:
        """Answer rows by column name; None where the database would make it wait.

        Args:
            statement: The same object at each call, which is prepared once.
            params: Values of its bound parameters.
        """
        query = self._queries.get(statement) or self._prepared(statement)
        try:
            rows = self._connection.execute(query.sql, {**query.fixed, **params}).fetchall()
        except sqlite3.OperationalError:
            return None
        return [_row(query, row) for row in rows]

    def _prepared(self, statement: Select[Any]) -> _Query:
        compiled = statement.compile(dialect=self._dialect)
        columns = list(statement.selected_columns)
        converters = [
            one.type.dialect_impl(self._dialect).result_processor(self._dialect, None)
            for one in columns
        ]
        query = _Query(
            sql=compiled.string,
            fixed=dict(compiled.params),
            names=tuple(str(one.key) for one in columns),
            converters=tuple((at, one) for at, one in enumerate(converters) if one is not None),
        )
        if len(self._queries) < MOST_QUERIES:
            self._queries[statement] = query
        return query


def _row(query: _Query, values: tuple[Any, ...]) -> dict[str, Any]:
    row = list(values)
    for at, convert in query.converters:
        row[at] = convert(row[at])
    return dict(zip(query.names, row, strict=True))
