"""Reads conditions and orders: plain dictionaries in, SQL expressions out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Table

from plexihub_sdk.errors import InputError

Condition = ColumnElement[bool]
_OPERATORS: dict[str, Callable[[Column[Any], Any], Condition]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column != value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "in": lambda column, value: column.in_(list(value)),
    "like": lambda column, value: column.like(value),
}


def column_of(table: Table, model: str, name: object) -> Column[Any]:
    """Find a column by name.

    Raises:
        InputError: There is none of this name; a close one is suggested.
    """
    if isinstance(name, str) and name in table.c:
        return table.c[name]
    close = difflib.get_close_matches(str(name), list(table.c.keys()), n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise InputError(
        f"{model} has no column {name!r}.{hint}",
        where=str(name),
        next=f"Columns: {', '.join(table.c.keys())}.",
    )


def conditions(table: Table, model: str, where: Mapping[str, Any] | None) -> list[Condition]:
    """Read conditions that must all hold.

    Raises:
        InputError: A column or an operator is unknown, or the column cannot be compared.
    """
    found: list[Condition] = []
    for name, wanted in (where or {}).items():
        column = column_of(table, model, name)
        if isinstance(column.type, JSON):
            raise InputError(f"{model}.{name} holds JSON and cannot be compared.", where=name)
        tests = wanted if isinstance(wanted, Mapping) else {"eq": wanted}
        found += [_operator(model, name, test)(column, value) for test, value in tests.items()]
    return found


def _operator(model: str, name: str, test: str) -> Callable[[Column[Any], Any], Condition]:
    if test not in _OPERATORS:
        raise InputError(
            f"{test!r} is no comparison.",
            where=f"{model}.{name}",
            next=f"Use one of: {', '.join(_OPERATORS)}.",
        )
    return _OPERATORS[test]


def ordering(table: Table, model: str, order: str | tuple[str, ...]) -> list[ColumnElement[Any]]:
    """Read an order; a leading `-` means descending.

    Raises:
        InputError: A column is unknown.
    """
    names = (order,) if isinstance(order, str) else order
    return [
        column_of(table, model, name[1:]).desc()
        if name.startswith("-")
        else column_of(table, model, name).asc()
        for name in names
    ]
