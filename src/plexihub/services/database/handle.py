"""A live model: what `database.get_model(name)` answers.

Reads outside a unit of work take a short connection of their own; inside one they see what it
wrote. A write outside a unit of work is a unit of its own.

`Rows` writes at once and is for the hub's own code. What a `Handle` or a record is told to write is
done by `writes` where neither the hub nor the model's own plugin writes it.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, Protocol, TypeVar, cast

from sqlalchemy import CursorResult, Executable, Select, delete, func, insert, select, update

from plexihub.kernel.context import owner
from plexihub.services.database.errors import translated
from plexihub.services.database.extension import Extensions
from plexihub.services.database.models import ModelSpec
from plexihub.services.database.record import Row
from plexihub.services.database.values import check_complete, check_values
from plexihub.services.database.where import column_of, conditions, ordering
from plexihub_sdk.errors import InputError, NotFoundError
from plexihub_sdk.ids import PluginId

R = TypeVar("R", bound=Row)
Where = Mapping[str, Any] | None


class Writes(Protocol):
    """How the writes of other plugins into a model are done."""

    async def insert(self, rows: Rows[Any], values: Mapping[str, Any]) -> Row:
        """Store a new record and answer it."""

    async def update(self, rows: Rows[Any], key: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Write columns of one row and answer the row as stored."""

    async def remove(self, rows: Rows[Any], where: Mapping[str, Any]) -> int:
        """Delete every matching record and answer how many."""


class Door(Protocol):
    """What a model needs of the database."""

    extensions: Extensions

    async def read(self, statement: Select[Any]) -> list[Mapping[str, Any]]:
        """Answer rows."""

    async def write(self, statement: Executable) -> CursorResult[Any]:
        """Change rows."""

    def unit_of_work(self) -> AbstractAsyncContextManager[Any]:
        """Store everything inside the block together."""

    def writes_of(self, model: str) -> Writes | None:
        """Answer what does the writes of other plugins into a model."""

    def plainly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work now in plain code, or answer it to be awaited."""


class Rows(Generic[R]):
    """The typed, always asynchronous face of a model, for the hub's own code.

    Args:
        spec: The model.
        door: The database.
        holder: The plugin that asked for the model; None for the hub's own code.
    """

    def __init__(self, spec: ModelSpec, door: Door, holder: PluginId | None = None) -> None:
        self.spec = spec
        self._holder = holder
        self.name = spec.name
        self.key = next(iter(spec.table.primary_key)).name
        self._table = spec.table
        self._door = door
        self.extensions = door.extensions

    def plainly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work now in plain code, or answer it to be awaited."""
        return self._door.plainly(work)

    def together(self) -> AbstractAsyncContextManager[Any]:
        """Store everything inside the block together."""
        return self._door.unit_of_work()

    def _writes(self) -> Writes | None:
        # Who asked for the model counts first: a plugin's code also runs for others that call it.
        who = self._holder or owner.get()
        return None if who in {None, self.spec.owner} else self._door.writes_of(self.name)

    async def add(self, values: Mapping[str, Any]) -> Row:
        """Store a new record for whoever asks.

        Raises:
            InputError: A value is missing, unknown or does not fit.
            ConflictError: Another record has what must be unique.
            Veto: A handler refused.
        """
        writes = self._writes()
        return await (writes.insert(self, values) if writes else self.insert(values))

    async def change_row(self, key: Any, changes: dict[str, Any]) -> dict[str, Any]:
        """Write columns of one row for whoever asks, and answer the row as stored.

        Raises:
            NotFoundError: There is no such row.
            InputError: A value is unknown or does not fit.
            ConflictError: Another row has what must be unique.
            Veto: A handler refused.
        """
        writes = self._writes()
        work = writes.update(self, key, changes) if writes else self.update_row(key, changes)
        return await work

    async def erase(self, where: Mapping[str, Any]) -> int:
        """Delete every matching record for whoever asks, and answer how many.

        Raises:
            InputError: A condition is wrong.
            LimitExceededError: Too many match.
            Veto: A handler refused.
        """
        writes = self._writes()
        return await (writes.remove(self, where) if writes else self.remove(where))

    def check_column(self, name: str) -> None:
        """Refuse a name that is no column.

        Raises:
            InputError: There is no such column.
        """
        column_of(self._table, self.name, name)

    async def find(
        self,
        where: Where = None,
        *,
        order: str | tuple[str, ...] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[R]:
        """Answer the matching records.

        Raises:
            InputError: A condition or the order is wrong.
        """
        query = self._matching(where).order_by(*ordering(self._table, self.name, order))
        return await self.select(query.limit(limit).offset(offset or None))

    async def select(self, query: Select[Any]) -> list[R]:
        """Answer the records of a query over this table."""
        with translated(self.name):
            return [self._row(row) for row in await self._door.read(query)]

    async def find_one(self, where: Where = None) -> R | None:
        """Answer the first matching record, or None.

        Raises:
            InputError: A condition is wrong.
        """
        found = await self.select(self._matching(where).limit(1))
        return found[0] if found else None

    async def count(self, where: Where = None) -> int:
        """Answer how many records match.

        Raises:
            InputError: A condition is wrong.
        """
        query = self._matching(where).with_only_columns(func.count(), maintain_column_froms=True)
        with translated(self.name):
            rows = await self._door.read(query)
        return int(next(iter(rows[0].values())))

    async def insert(self, values: Mapping[str, Any]) -> R:
        """Store a new record and answer it.

        Raises:
            InputError: A value is missing, unknown or does not fit.
            ConflictError: Another record has what must be unique.
        """
        checked = check_values(self._table, self.name, values)
        check_complete(self._table, self.name, checked)
        statement = insert(self._table).values(checked).returning(*self._table.c)
        with translated(self.name):
            row = (await self._door.write(statement)).mappings().one()
        return self._row(dict(row))

    async def update(self, key: Any, changes: Mapping[str, Any]) -> R:
        """Write columns of one record and answer it as stored.

        Raises:
            NotFoundError: There is no such record.
            InputError: A value is unknown or does not fit.
            ConflictError: Another record has what must be unique.
        """
        return self._row(await self.update_row(key, dict(changes)))

    async def update_row(self, key: Any, changes: dict[str, Any]) -> dict[str, Any]:
        """Write columns of one row and answer the row as stored.

        Raises:
            NotFoundError: There is no such row.
            InputError: A value is unknown or does not fit.
            ConflictError: Another row has what must be unique.
        """
        checked = check_values(self._table, self.name, changes)
        statement = (
            update(self._table)
            .where(self._table.c[self.key] == key)
            .values(checked)
            .returning(*self._table.c)
        )
        with translated(self.name):
            row = (await self._door.write(statement)).mappings().one_or_none()
        if row is None:
            raise NotFoundError(f"The {self.name} {key!r} is no more.", where=self.name)
        return dict(row)

    async def remove(self, where: Mapping[str, Any]) -> int:
        """Delete every matching record and answer how many.

        Raises:
            InputError: A condition is wrong.
        """
        statement = delete(self._table).where(*conditions(self._table, self.name, where))
        with translated(self.name):
            return (await self._door.write(statement)).rowcount

    async def delete_row(self, key: Any) -> None:
        """Delete one row; nothing happens where it is gone already."""
        await self.remove({self.key: key})

    def _matching(self, where: Where) -> Select[Any]:
        return select(self._table).where(*conditions(self._table, self.name, where))

    def _row(self, values: Mapping[str, Any]) -> R:
        return cast("R", self.spec.row(self, dict(values)))


class Handle:
    """The face of a model for plugins: plain code gets answers, `async` code awaits them."""

    def __init__(self, rows: Rows[Row]) -> None:
        self.name = rows.name
        self._rows = rows

    def __repr__(self) -> str:
        return f"<model {self.name}>"

    def find(
        self,
        where: Where = None,
        *,
        order: str | tuple[str, ...] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> Any:
        """Answer the matching records as a list.

        Raises:
            InputError: A condition or the order is wrong.
        """
        found = self._rows.find(where, order=order, limit=limit, offset=offset)
        return self._rows.plainly(found)

    def find_one(self, where: Where = None) -> Any:
        """Answer the first matching record, or None.

        Raises:
            InputError: A condition is wrong.
        """
        return self._rows.plainly(self._rows.find_one(where))

    def count(self, where: Where = None) -> Any:
        """Answer how many records match.

        Raises:
            InputError: A condition is wrong.
        """
        return self._rows.plainly(self._rows.count(where))

    def create(self, values: Where = None, **more: Any) -> Any:
        """Store a new record and answer it.

        Raises:
            InputError: A value is missing, unknown or does not fit.
            ConflictError: Another record has what must be unique.
            Veto: A handler of `ENTITY.creating` refused.
        """
        return self._rows.plainly(self._rows.add({**(values or {}), **more}))

    def save(self, record: Row) -> Any:
        """Store what was changed in a record; the same as `record.save()`.

        Raises:
            InputError: It is a record of another model, or a value does not fit.
            NotFoundError: The row was deleted meanwhile.
            ConflictError: Another row has what must be unique.
            Veto: A handler of `ENTITY.updating` refused.
        """
        if not isinstance(record, self._rows.spec.row):
            raise InputError(f"That is no {self.name} record.", where=self.name)
        return record.save()

    def delete(self, where: Mapping[str, Any] | Row) -> Any:
        """Delete every matching record, or one record, and answer how many.

        Raises:
            InputError: A condition is wrong.
            LimitExceededError: More than a thousand records of somebody else's model match.
            Veto: A handler of `ENTITY.deleting` refused; nothing is deleted.
        """
        if isinstance(where, Row):
            where = {self._rows.key: where.to_dict()[self._rows.key]}
        return self._rows.plainly(self._rows.erase(where))
