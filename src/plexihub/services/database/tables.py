"""Turns declared models into tables, and changes the tables that are there only forward."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    inspect,
    select,
    update,
)

from plexihub.services.database.models import NAMING, ModelSpec, core, owned_tables
from plexihub.services.database.record import Row
from plexihub.services.database.types import type_for
from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.models import Column as Declared
from plexihub_sdk.models import Model, columns_of

_TAKEN_NAMES = frozenset(name for name in dir(Row) if not name.startswith("__"))


class Compiler:
    """Makes tables out of models; what a model refers to must be known or in the same batch."""

    def __init__(self, known: Mapping[str, ModelSpec]) -> None:
        self._known = known
        self._metadata = MetaData(naming_convention=NAMING)
        self._batch: dict[str, type[Model]] = {}

    def compile(self, models: Iterable[type[Model]], owner: str) -> list[ModelSpec]:
        """Make the tables of a batch of models.

        Raises:
            InputError: A declaration is wrong.
        """
        self._batch = {model.__name__: model for model in models}
        return [
            ModelSpec(
                name, self._table(model), type(name, (Row,), {"__doc__": model.__doc__}), owner
            )
            for name, model in self._batch.items()
        ]

    def _table(self, model: type[Model]) -> Table:
        try:
            declared = columns_of(model)
        except (TypeError, NameError) as error:
            raise InputError(f"{error}.", where=model.__name__) from None
        uniques = [
            UniqueConstraint(one.name, *one.unique_with) for one in declared if one.unique_with
        ]
        columns = [self._column(model, one) for one in declared]
        return Table(model.__table__, self._metadata, *columns, *uniques)

    def _column(self, model: type[Model], declared: Declared) -> Column[Any]:
        where = f"{model.__name__}.{declared.name}"
        if declared.name in _TAKEN_NAMES:
            raise InputError(f"{where} has the name of a record's method.", where=where)
        return Column(
            declared.name,
            type_for(declared.type, declared.max_length),
            *self._foreign_key(declared, where),
            primary_key=declared.primary_key,
            nullable=declared.nullable,
            unique=declared.unique or None,
            index=declared.index or None,
            default=_default_of(declared),
        )

    def _foreign_key(self, declared: Declared, where: str) -> list[ForeignKey]:
        if declared.references is None:
            return []
        model, _, column = declared.references.partition(".")
        if model in self._batch:
            return [ForeignKey(f"{self._batch[model].__table__}.{column}", ondelete="CASCADE")]
        if model in self._known and column in self._known[model].table.c:
            return [ForeignKey(self._known[model].table.c[column], ondelete="CASCADE")]
        raise InputError(
            f"{where} refers to {declared.references!r}, which there is not.",
            where=where,
            next="Write `Model.column` of a model that is registered before or with this one.",
        )


def _default_of(declared: Declared) -> Callable[[], Any] | None:
    if not declared.has_default:
        return None
    return lambda: copy.deepcopy(declared.make_default())


def apply(connection: Connection, specs: list[ModelSpec]) -> None:
    """Create the tables that are missing, and add what is missing to those that are there.

    Raises:
        ConflictError: A table of this name belongs to somebody else.
        InputError: A new column can neither be empty nor has a default.
    """
    there = set(inspect(connection).get_table_names())
    for spec in specs:
        _claim(connection, spec, there)
    if specs:
        specs[0].table.metadata.create_all(connection, [spec.table for spec in specs])
    for spec in specs:
        if spec.table.name in there:
            _add_missing_columns(connection, spec)


def drop_all(connection: Connection, owner: str) -> list[str]:
    """Drop the tables of one owner, and answer their names."""
    query = select(owned_tables.c.name).where(owned_tables.c.owner == owner)
    names = list(connection.execute(query).scalars())
    inspector = inspect(connection)
    # Those that refer to others come last in that order, so they are dropped first.
    for name, _ in reversed(inspector.get_sorted_table_and_fkc_names()):
        if name is not None and name in names:
            Table(name, MetaData()).drop(connection)
    connection.execute(owned_tables.delete().where(owned_tables.c.owner == owner))
    return names


def _claim(connection: Connection, spec: ModelSpec, there: set[str]) -> None:
    name = spec.table.name
    query = select(owned_tables.c.owner).where(owned_tables.c.name == name)
    owner = connection.execute(query).scalar_one_or_none()
    if owner == spec.owner:
        return
    if owner is not None or name in there or name in core.tables:
        raise ConflictError(
            f"The table {name!r} belongs to {owner or 'the hub'}.",
            where=spec.name,
            next='Give the model another one: `class Note(Model, table="myplugin_notes")`.',
        )
    connection.execute(owned_tables.insert().values(name=name, owner=spec.owner))


def _add_missing_columns(connection: Connection, spec: ModelSpec) -> None:
    there = {column["name"] for column in inspect(connection).get_columns(spec.table.name)}
    operations = Operations(MigrationContext.configure(connection))
    for column in spec.table.c:
        if column.name not in there:
            _add_column(connection, operations, spec, column)


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
    for index in spec.table.indexes:
        if set(index.columns.keys()) == {column.name}:
            index.create(connection)
    if column.unique:
        name = f"uq_{spec.table.name}_{column.name}"
        fresh = Table(spec.table.name, MetaData(), Column(column.name, column.type))
        Index(name, fresh.c[column.name], unique=True).create(connection)


def _fill(connection: Connection, table: Table, column: Column[Any]) -> None:
    key = next(iter(table.primary_key))
    for identity in connection.execute(select(key)).scalars().all():
        value = column.default.arg(None)  # type: ignore[union-attr] # always a callable of ours
        connection.execute(update(table).where(key == identity).values({column: value}))
