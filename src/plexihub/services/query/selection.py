"""Writes the query of `find`: names out of the readable, values always apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plexihub.services.query.errors import WHERE
from plexihub_sdk.data import Readable
from plexihub_sdk.errors import InputError

MOST_LISTED = 50
_OPERATORS = {"eq": "IS", "ne": "IS NOT", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


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

    tests = [
        test
        for name, wanted in where.items()
        for test in _tests(_column(readable, name), wanted, numbered)
    ]
    sql = f"SELECT * FROM {readable.name}"  # noqa: S608 - a name that was checked
    if tests:
        sql += f" WHERE {' AND '.join(tests)}"
    column = _column(readable, order.removeprefix("-") or readable.key)
    down = " DESC" if order.startswith("-") else ""
    return f"{sql} ORDER BY {column}{down} LIMIT {numbered(limit)}", values


def _tests(column: str, wanted: Any, numbered: Callable[[Any], str]) -> Iterator[str]:
    """Write the comparisons of one column: `IS` is equality that also holds for null."""
    for name, value in (wanted if isinstance(wanted, Mapping) else {"eq": wanted}).items():
        if name == "in" and isinstance(value, list) and len(value) <= MOST_LISTED:
            yield f"{column} IN ({', '.join(map(numbered, value))})" if value else "FALSE"
        elif name in _OPERATORS:
            yield f"{column} {_OPERATORS[name]} {numbered(value)}"
        else:
            raise InputError(
                f"{name[:40]!r} is no comparison with this value.",
                where=column,
                next=f"Use one of: {', '.join((*_OPERATORS, 'in'))}.",
            )


def _column(readable: Readable, name: str) -> str:
    names = [one.name for one in readable.columns]
    if name not in names:
        raise InputError(
            f"{readable.name} has no column {name[:63]!r}.",
            where=WHERE,
            next=f"Columns: {', '.join(names)}.",
        )
    return name
