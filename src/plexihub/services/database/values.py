"""Checks what is to be written before the database sees it, naming the column that is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, Table
from sqlalchemy.types import TypeEngine

from plexihub.services.database.types import UtcDateTime
from plexihub.services.database.where import column_of
from plexihub_sdk.errors import InputError, TooLargeError

_KINDS: tuple[tuple[type[TypeEngine[Any]], tuple[type, ...], str], ...] = (
    (UtcDateTime, (datetime,), "a datetime"),
    (Boolean, (bool,), "true or false"),
    (Integer, (int,), "a whole number"),
    (Float, (int, float), "a number"),
    (String, (str,), "text"),
)


def check_values(table: Table, model: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Check columns that are to be written, and copy them.

    Raises:
        InputError: A column is unknown, or a value does not fit it.
        TooLargeError: A text is too long.
    """
    for name, value in values.items():
        _check(model, column_of(table, model, name), value)
    return dict(values)


def check_complete(table: Table, model: str, values: Mapping[str, Any]) -> None:
    """Check that a new row leaves out only what it may.

    Raises:
        InputError: A column is missing.
    """
    for column in table.c:
        generated = column.primary_key and isinstance(column.type, Integer)
        optional = column.nullable or column.default is not None or generated
        if column.name not in values and not optional:
            raise InputError(f"{model} needs a value for `{column.name}`.", where=column.name)


def _check(model: str, column: Column[Any], value: Any) -> None:
    if value is None:
        if not column.nullable:
            raise InputError(f"{model}.{column.name} cannot be empty.", where=column.name)
    elif isinstance(column.type, JSON):
        _check_json(model, column.name, value)
    else:
        _check_kind(model, column, value)


def _check_kind(model: str, column: Column[Any], value: Any) -> None:
    for kind, accepted, says in _KINDS:
        if isinstance(column.type, kind):
            if not isinstance(value, accepted) or (
                isinstance(value, bool) and bool not in accepted
            ):
                raise InputError(
                    f"{model}.{column.name} must be {says}, not {type(value).__name__}.",
                    where=column.name,
                )
            break
    longest = getattr(column.type, "length", None)
    if longest and len(value) > longest:
        raise TooLargeError(
            f"{model}.{column.name} may have {longest} characters at most.", where=column.name
        )


def _check_json(model: str, name: str, value: Any) -> None:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"{model}.{name} must be JSON: {error}.", where=name) from None
