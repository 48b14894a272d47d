"""Rows in tables of a plugin's own, found by typed conditions: no text of a plugin becomes SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, select

from plexihub.services.database import Database, OwnModel
from plexihub.services.database.errors import translated
from plexihub.services.database.own import PREFIX, SIZE
from plexihub.services.database.schema import owned_tables
from plexihub.services.database.where import conditions, ordering
from plexihub.services.storage.cells import to_cells, to_conditions, to_order, to_wire
from plexihub.services.storage.quota import Ledger, Usage
from plexihub_sdk.errors import InputError, LimitExceededError, NotFoundError
from plexihub_sdk.ids import new_id

LARGEST_ROW = 64 * 1024
MOST_FOUND = 1000
MOST_CHANGED = 1000
#: Rows that one answer holds, in bytes.
FOUND_BYTES = 2 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows.

    Args:
        where: A value, or comparisons, by column; all must hold.
        order: Columns, a leading `-` for descending.
        limit: How many at most.
        offset: How many to pass over.
    """

    where: Mapping[str, Any] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    limit: int = 100
    offset: int = 0


class OwnRows:
    """Finds and writes rows of plugins' own tables.

    Args:
        database: Has the tables.
        ledger: Counts the rows.
    """

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    async def count_anew(self, plugin: str) -> None:
        """Count what a plugin keeps, whoever wrote or deleted it."""
        mine = select(owned_tables.c.name).where(owned_tables.c.owner == plugin)
        async with self._database.unit_of_work() as unit:
            await unit.connection()
            rows = await self._database.read(mine)
            names = [row["name"] for row in rows if row["name"].startswith(PREFIX)]
            count = size = 0
            for name in names:
                # The name is of our own making; see `own.table_name`.
                sums = await self._database.execute(
                    f'SELECT count(*) AS n, coalesce(sum({SIZE}), 0) AS size FROM "{name}"'  # noqa: S608
                )
                count, size = count + int(sums[0]["n"]), size + int(sums[0]["size"])
            before = await self._ledger.of(plugin)
            if names or before.version:
                usage = Usage(count=count, size=size, version=before.version + 1)
                await self._ledger.put(plugin, usage)

    async def usage(self, plugin: str) -> Usage:
        """Tell how much a plugin keeps in tables."""
        return await self._ledger.of(plugin)

    async def usages(self) -> dict[str, Usage]:
        """Tell how much each plugin keeps in tables that keeps anything."""
        return await self._ledger.all()

    async def forget(self, plugin: str) -> None:
        """Forget the books of a plugin, whose tables are gone."""
        await self._ledger.forget(plugin)

    async def find(self, plugin: str, table: str, wanted: Wanted) -> list[dict[str, Any]]:
        """Answer the matching rows.

        Raises:
            NotFoundError: The plugin declares no such table.
            InputError: A condition or the order is wrong.
            LimitExceededError: They are more than one answer holds.
        """
        model = self._model(plugin, table)
        query = self._matching(model, wanted)
        with translated(table):
            inner = query.with_only_columns(model.table.c[SIZE]).subquery()
            found = await self._database.read(select(func.sum(inner.c[SIZE]).label("size")))
            if (found[0]["size"] or 0) > FOUND_BYTES:
                raise LimitExceededError(
                    f"These rows have more than {FOUND_BYTES // 2**20} MiB together.",
                    where=table,
                    next="Ask for fewer of them with `limit`, and for the rest with `offset`.",
                )
            rows = await self._database.read(query)
        return [to_wire(model.declared, row) for row in rows]

    async def count(self, plugin: str, table: str, where: Mapping[str, Any]) -> int:
        """Answer how many rows match.

        Raises:
            NotFoundError: The plugin declares no such table.
            InputError: A condition is wrong.
        """
        model = self._model(plugin, table)
        return await model.rows.count(to_conditions(model.declared, where))

    async def insert(self, plugin: str, table: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Store a new row, and answer it.

        Raises:
            NotFoundError: The plugin declares no such table.
            InputError: A value is missing, unknown or does not fit.
            ConflictError: Another row has what must be unique.
            LimitExceededError: The row is too large, or the plugin keeps too much.
        """
        model = self._model(plugin, table)
        cells = {"id": new_id(), **_defaults(model), **to_cells(model.declared, values)}
        _require_complete(model, cells)
        cells[SIZE] = _size(model, cells)
        async with self._database.unit_of_work() as unit:
            await unit.connection()
            row = await model.rows.insert(cells)
            await self._ledger.charge(plugin, table, count=1, size=cells[SIZE])
        return to_wire(model.declared, row.to_dict())

    async def update(
        self, plugin: str, table: str, where: Mapping[str, Any], changes: Mapping[str, Any]
    ) -> int:
        """Change columns of every matching row, and answer how many there were.

        Raises:
            NotFoundError: The plugin declares no such table.
            InputError: A condition or value is wrong, or a value is missing.
            ConflictError: Another row has what must be unique.
            LimitExceededError: Too many match, a row would be too large, or the plugin would keep
                too much; nothing is changed.
        """
        model = self._model(plugin, table)
        cells = to_cells(model.declared, changes)
        if "id" in cells:
            raise InputError("The id of a row stays.", where=f"{table}.id")
        wanted = Wanted(where=where, limit=MOST_CHANGED + 1)
        async with self._database.unit_of_work() as unit:
            await unit.connection()
            with translated(table):
                rows = await self._database.read(self._matching(model, wanted))
            if len(rows) > MOST_CHANGED:
                raise LimitExceededError(
                    f"More than {MOST_CHANGED:,} rows match.",
                    where=table,
                    next="Narrow the conditions down, and change them in several steps.",
                )
            more = 0
            for row in rows:
                after = {**row, **cells}
                _require_complete(model, after)
                size = _size(model, after)
                more += size - (row[SIZE] or 0)
                await model.rows.update_row(row["id"], {**cells, SIZE: size})
            await self._ledger.charge(plugin, table, count=0, size=more)
        return len(rows)

    async def delete(self, plugin: str, table: str, where: Mapping[str, Any]) -> int:
        """Delete every matching row, and answer how many there were.

        Raises:
            NotFoundError: The plugin declares no such table.
            InputError: A condition is wrong.
        """
        model = self._model(plugin, table)
        tests = to_conditions(model.declared, where)
        async with self._database.unit_of_work() as unit:
            await unit.connection()
            size = func.coalesce(func.sum(model.table.c[SIZE]), 0).label("size")
            with translated(table):
                sums = await self._database.read(select(size).where(*_where(model, tests)))
            gone = await model.rows.remove(tests)
            await self._ledger.charge(plugin, table, count=-gone, size=-int(sums[0]["size"]))
        return gone

    def _model(self, plugin: str, table: str) -> OwnModel:
        tables = self._database.own_tables(plugin)
        if (found := tables.get(table)) is not None:
            return found
        raise NotFoundError(
            f"The plugin declares no table {table!r}.",
            where="table",
            next=f"Its tables: {', '.join(tables) or 'none'}. Declare it in plugin.json: `tables`.",
        )

    def _matching(self, model: OwnModel, wanted: Wanted) -> Select[Any]:
        tests = to_conditions(model.declared, wanted.where)
        order = to_order(model.declared, wanted.order)
        return (
            select(model.table)
            .where(*_where(model, tests))
            .order_by(*ordering(model.table, model.declared.name, order), model.table.c.id)
            .limit(wanted.limit)
            .offset(wanted.offset or None)
        )


def _where(model: OwnModel, tests: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return conditions(model.table, model.declared.name, tests)


def _defaults(model: OwnModel) -> dict[str, Any]:
    return {one.name: one.default for one in model.declared.columns}


def _require_complete(model: OwnModel, cells: Mapping[str, Any]) -> None:
    for one in model.declared.columns:
        if cells.get(one.name) is None and not one.optional:
            raise InputError(
                f"{model.declared.name} needs a value for `{one.name}`.",
                where=f"{model.declared.name}.{one.name}",
                next='Give it one, or declare the column `"optional": true`.',
            )


def _size(model: OwnModel, cells: Mapping[str, Any]) -> int:
    size = len(msgspec.json.encode(to_wire(model.declared, cells)))
    if size > LARGEST_ROW:
        raise LimitExceededError(
            f"A row may have {LARGEST_ROW // 1024} KiB at most; this has {size:,} bytes.",
            where=model.declared.name,
        )
    return size
