"""Writes the query of `find`: names out of the readable, values always apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub.services.query.errors import WHERE
from plexihub_sdk.data import Readable
from plexihub_sdk.errors import InputError


def selection(
    readable: Readable, where: Mapping[str, Any], *, order: str, limit: int
) -> tuple[str, list[Any]]:
    """Write a SELECT over one readable; answer it with its values.

    Raises:
        InputError: There is no such column.
    """
    values: list[Any] = []

    def numbered(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    tests = [_test(_column(readable, name), value, numbered) for name, value in where.items()]
    sql = f"SELECT * FROM {readable.name}"  # noqa: S608 - a name that was checked
    if tests:
        sql += f" WHERE {' AND '.join(tests)}"
    column = _column(readable, order.removeprefix("-") or readable.key)
    down = " DESC" if order.startswith("-") else ""
    return f"{sql} ORDER BY {column}{down} LIMIT {numbered(limit)}", values


def _test(column: str, value: Any, numbered: Any) -> str:
    if value is None:
        return f"{column} IS NULL"
    if isinstance(value, list):
        return f"{column} IN ({', '.join(map(numbered, value))})" if value else "FALSE"
    return f"{column} = {numbered(value)}"


def _column(readable: Readable, name: str) -> str:
    names = [one.name for one in readable.columns]
    if name not in names:
        raise InputError(
            f"{readable.name} has no column {name[:63]!r}.",
            where=WHERE,
            next=f"Columns: {', '.join(names)}.",
        )
    return name
