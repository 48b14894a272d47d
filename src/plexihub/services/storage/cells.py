"""Turns what a plugin sends into what a column holds, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from plexihub.services.database.own import LONGEST_ID
from plexihub_sdk.errors import InputError
from plexihub_sdk.tables import OwnColumn, OwnTable

LARGEST_NUMBER = 2**53 - 1
MOST_CHOICES = 100
_LONGEST_TIME = 40
ID = OwnColumn(name="id", type="text")
_COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le", "in"})
_SAYS: Mapping[str, str] = {
    "text": "text without NUL",
    "integer": "a whole number that a double holds",
    "number": "a number",
    "boolean": "true or false",
    "time": "a moment such as 2026-05-01T12:00:00Z",
}


def column_of(table: OwnTable, name: object) -> OwnColumn:
    """Find a column by name.

    Raises:
        InputError: There is none of this name.
    """
    if name == "id":
        return ID
    for one in table.columns:
        if one.name == name:
            return one
    raise InputError(
        f"{table.name} has no column {str(name)[:100]!r}.",
        where=table.name,
        next=f"Columns: id, {', '.join(one.name for one in table.columns)}.",
    )


def to_cells(table: OwnTable, values: Mapping[str, Any]) -> dict[str, Any]:
    """Read what is to be written.

    Raises:
        InputError: A column is unknown, or a value does not fit.
    """
    cells = {name: to_cell(table, column_of(table, name), value) for name, value in values.items()}
    if "id" in cells and not (cells["id"] and len(cells["id"]) <= LONGEST_ID):
        raise InputError(f"An id has 1 to {LONGEST_ID} characters.", where=f"{table.name}.id")
    return cells


def to_cell(table: OwnTable, column: OwnColumn, value: Any) -> Any:
    """Read one value.

    Raises:
        InputError: It does not fit.
    """
    if value is None or column.type == "json":
        return value
    fits = _fits(column.type, value)
    if column.type == "time" and fits:
        value = _moment(value)
        fits = value is not None
    if not fits:
        raise InputError(
            f"{table.name}.{column.name} takes {_SAYS[column.type]}.",
            where=f"{table.name}.{column.name}",
        )
    return value


def _fits(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "text":
        return isinstance(value, str) and "\0" not in value
    if kind == "time":
        return isinstance(value, str) and len(value) <= _LONGEST_TIME
    if kind == "integer":
        return isinstance(value, int) and abs(value) <= LARGEST_NUMBER
    return kind == "number" and isinstance(value, int | float) and abs(value) < float("1e300")


def _moment(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def to_conditions(table: OwnTable, where: Mapping[str, Any]) -> dict[str, Any]:
    """Read conditions, each value by its column's type.

    Raises:
        InputError: A column or comparison is unknown, or a value does not fit.
    """
    return {name: _tests(table, column_of(table, name), test) for name, test in where.items()}


def _tests(table: OwnTable, column: OwnColumn, wanted: Any) -> dict[str, Any]:
    place = f"{table.name}.{column.name}"
    if column.type == "json":
        raise InputError(f"{place} holds JSON and cannot be compared.", where=place)
    tests = wanted if isinstance(wanted, Mapping) else {"eq": wanted}
    found: dict[str, Any] = {}
    for test, value in tests.items():
        if test not in _COMPARISONS:
            raise InputError(
                f"{test[:50]!r} is no comparison.",
                where=place,
                next=f"Use one of: {', '.join(sorted(_COMPARISONS))}.",
            )
        if test == "in":
            found[test] = _choices(table, column, value)
        elif value is None and test not in {"eq", "ne"}:
            raise InputError("Nothing is larger or smaller than null.", where=place)
        else:
            found[test] = to_cell(table, column, value)
    return found


def _choices(table: OwnTable, column: OwnColumn, values: Any) -> list[Any]:
    if not isinstance(values, list) or len(values) > MOST_CHOICES or None in values:
        raise InputError(
            f"`in` takes a list of at most {MOST_CHOICES} values.",
            where=f"{table.name}.{column.name}",
        )
    return [to_cell(table, column, one) for one in values]


def to_order(table: OwnTable, order: list[str]) -> tuple[str, ...]:
    """Read an order; a leading `-` means descending.

    Raises:
        InputError: A column is unknown, or holds JSON.
    """
    for name in order:
        if column_of(table, name.removeprefix("-")).type == "json":
            raise InputError(f"{table.name} cannot be put in order by JSON.", where=name)
    return tuple(order)


def to_wire(table: OwnTable, row: Mapping[str, Any]) -> dict[str, Any]:
    """Show a row to its plugin: its id and what is declared."""
    shown: dict[str, Any] = {"id": row["id"]}
    for column in table.columns:
        value = row.get(column.name)
        if isinstance(value, datetime):
            value = value.isoformat().replace("+00:00", "Z")
        shown[column.name] = value
    return shown
