"""Turns declared models into tables, and changes the tables that are there only forward."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    MetaData,
    Table,
    UniqueConstraint,
    func,
    inspect,
    select,
)

from plexihub.services.database.forward import bring_forward
from plexihub.services.database.models import ModelSpec
from plexihub.services.database.record import Row
from plexihub.services.database.schema import NAMING, core, owned_tables, schema_versions
from plexihub.services.database.steps import Steps, run_steps
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
        return [self._spec(name, model, owner) for name, model in self._batch.items()]

    def _spec(self, name: str, model: type[Model], owner: str) -> ModelSpec:
        table = self._table(model)
        row = type(name, (Row,), {"__doc__": model.__doc__})
        hidden = frozenset(one.name for one in columns_of(model) if one.hidden)
        return ModelSpec(name, table, row, owner, model.__entity__, hidden)

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


def apply(connection: Connection, specs: list[ModelSpec], steps: Steps) -> None:
    """Run the steps that are due, create the missing tables, and add to those that are there.

    Raises:
        ConflictError: A table of this name belongs to somebody else, or is of a later version.
        InputError: A step failed, or a table differs in a way that needs one.
    """
    if specs:
        run_steps(connection, specs[0].owner, steps)
    there = set(inspect(connection).get_table_names())
    for spec in specs:
        _claim(connection, spec, there)
    if specs:
        specs[0].table.metadata.create_all(connection, [spec.table for spec in specs])
    for spec in specs:
        if spec.table.name in there:
            bring_forward(connection, spec)


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
    connection.execute(schema_versions.delete().where(schema_versions.c.owner == owner))
    return names


def rows_kept(connection: Connection) -> dict[str, dict[str, int]]:
    """Count the rows of every declared table, by owner and name."""
    there = set(inspect(connection).get_table_names())
    found: dict[str, dict[str, int]] = {}
    query = select(owned_tables.c.owner, owned_tables.c.name).order_by(owned_tables.c.name)
    for owner, name in connection.execute(query).all():
        if name in there:
            count = select(func.count()).select_from(Table(name, MetaData()))
            found.setdefault(owner, {})[name] = connection.execute(count).scalar_one()
    return found


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
