"""Adds to a table that is there what its declaration has more; what it cannot add it tells."""

from __future__ import annotations

import logging
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    inspect,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from plexihub.services.database.models import ModelSpec
from plexihub.services.database.types import UtcDateTime
from plexihub_sdk.errors import InputError

_log = logging.getLogger(__name__)
#: Kinds between which a value cannot just be read as the other; lengths do not matter.
_KINDS: tuple[tuple[tuple[type[TypeEngine[Any]], ...], str], ...] = (
    ((JSON,), "JSON"),
    ((Boolean,), "true or false"),
    ((DateTime, UtcDateTime), "a moment"),
    ((Float,), "a number"),
    ((Integer,), "a whole number"),
    ((String,), "text"),
)


def bring_forward(connection: Connection, spec: ModelSpec) -> None:
    """Add the columns and indexes that a table lacks.

    Raises:
        InputError: A column differs in a way that needs a step of the plugin's own.
        ConflictError: Rows that are there break a rule that is new.
    """
    there = {one["name"]: one for one in inspect(connection).get_columns(spec.table.name)}
    _check_kept(spec, there)
    operations = Operations(MigrationContext.configure(connection))
    for column in spec.table.c:
        if column.name in there:
            _check_same(spec, column, there[column.name])
        else:
            _add_column(connection, operations, spec, column)
    _add_indexes(connection, spec.table)


def _check_kept(spec: ModelSpec, there: dict[str, Any]) -> None:
    for name, column in there.items():
        if name in spec.table.c:
            continue
        if not column["nullable"]:
            raise _needs_step(
                spec,
                name,
                "is not declared any more, and no new row could leave it empty",
                f'tables.drop_column("{spec.table.name}", "{name}")',
            )
        _log.info(
            "the table %s of %s keeps the column %s, which %s does not declare any more",
            spec.table.name,
            spec.owner,
            name,
            spec.name,
        )


def _check_same(spec: ModelSpec, column: Column[Any], there: Any) -> None:
    before, after = _kind(there["type"]), _kind(column.type)
    change = f'tables.change_type("{spec.table.name}", "{column.name}", ...)'
    if before != after:
        raise _needs_step(spec, column.name, f"holds {before} and is declared as {after}", change)
    if column.nullable and not there["nullable"]:
        raise _needs_step(spec, column.name, "may not be empty in the table there is", change)


def _needs_step(spec: ModelSpec, column: str, says: str, step: str) -> InputError:
    return InputError(
        f"{spec.name}.{column} {says}.",
        where=f"{spec.name}.{column}",
        next=f"Hand `register_models` a step that does {step}.",
    )


def _kind(of: TypeEngine[Any]) -> str:
    return next((name for kinds, name in _KINDS if isinstance(of, kinds)), str(of))


def _add_column(
    connection: Connection, operations: Operations, spec: ModelSpec, column: Column[Any]
) -> None:
    if not column.nullable and column.default is None:
        raise InputError(
            f"The new column {column.name!r} of {spec.name} has no value for the rows there are.",
            where=f"{spec.name}.{column.name}",
            next="Give it a default, or allow None.",
        )
    # Nullable in the database: rows that are there get their value in the next step.
    operations.add_column(spec.table.name, Column(column.name, column.type))
    if column.default is not None:
        _fill(connection, spec.table, column)


def _fill(connection: Connection, table: Table, column: Column[Any]) -> None:
    key = next(iter(table.primary_key))
    for identity in connection.execute(select(key)).scalars().all():
        value = column.default.arg(None)  # type: ignore[union-attr] # always a callable of ours
        connection.execute(update(table).where(key == identity).values({column: value}))


def _add_indexes(connection: Connection, table: Table) -> None:
    there = _covered(connection, table.name)
    for index in table.indexes:
        names = tuple(index.columns.keys())
        if (names, bool(index.unique)) not in there:
            index.create(connection)
    for rule in table.constraints:
        names = tuple(rule.columns.keys()) if isinstance(rule, UniqueConstraint) else ()
        if names and (names, True) not in there:
            # A copy: the table's own declaration must not get an index that it does not name.
            copy = Table(table.name, MetaData(), *(Column(one, table.c[one].type) for one in names))
            name = f"uq_{table.name}_{'_'.join(names)}"
            Index(name, *(copy.c[one] for one in names), unique=True).create(connection)


def _covered(connection: Connection, table: str) -> set[tuple[tuple[str, ...], bool]]:
    inspector = inspect(connection)
    found = {
        (tuple(str(name) for name in one["column_names"]), bool(one["unique"]))
        for one in inspector.get_indexes(table)
    }
    rules = inspector.get_unique_constraints(table)
    return found | {(tuple(one["column_names"]), True) for one in rules}
