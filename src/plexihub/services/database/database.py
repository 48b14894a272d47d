"""The service `database`: one object that the hub and its plugins share."""

from __future__ import annotations

import asyncio
import difflib
import re
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Executable, Select, text

from plexihub.kernel import plain
from plexihub.kernel.context import owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import AuditSink, Undo
from plexihub.services.database import engine, migrate, sqlite
from plexihub.services.database.errors import translated
from plexihub.services.database.extension import Extensions
from plexihub.services.database.glance import Glance
from plexihub.services.database.handle import Handle, Rows, Writes
from plexihub.services.database.hidden import HIDDEN_MODELS
from plexihub.services.database.models import CORE_MODELS, ModelSpec, Show
from plexihub.services.database.own import OwnModel, model_of
from plexihub.services.database.raw import recorded
from plexihub.services.database.record import Row
from plexihub.services.database.steps import Steps, check_steps
from plexihub.services.database.tables import Compiler, apply, drop_all, rows_kept
from plexihub.services.database.unit import UnitOfWork, Writer, ambient_unit, begun
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError
from plexihub_sdk.models import Model, Step
from plexihub_sdk.tables import OwnTable

R = TypeVar("R", bound=Row)
_HIDDEN = {spec.name: spec for spec in HIDDEN_MODELS}
_TRANSACTION = re.compile(r"\s*(begin|commit|end|rollback|savepoint|release)\b", re.IGNORECASE)
Params = Mapping[str, Any] | Sequence[Any] | None


class Database:
    """Models, units of work and plain SQL over one database.

    Args:
        url: `sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://...`.
        bus: Its events are kept until the unit of work they belong to is committed.
        ownership: Whose the registered models are.
        audit: Where plugins' own SQL is recorded; nowhere without one.
    """

    def __init__(
        self, url: str, bus: EventBus, ownership: Ownership, audit: AuditSink | None = None
    ) -> None:
        self._url = engine.parse_url(url)
        self._bus = bus
        self._ownership = ownership
        self._audit = audit
        self._engines = engine.open_engines(self._url)
        self._writer = Writer()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._specs = {spec.name: spec for spec in CORE_MODELS}
        self.extensions = Extensions(ownership)
        self._glance: Glance | None = None
        self._writes: dict[str, Writes] = {}
        self._own: dict[str, list[dict[str, OwnModel]]] = {}

    async def start(self) -> None:
        """Look at the database, migrate it, and open it.

        Raises:
            StartupError: It cannot be used as it is; nothing in it was changed.
        """
        await engine.inspect(self._url)
        await migrate.upgrade(self._url)
        self._loop = asyncio.get_running_loop()
        await self._execute("SELECT 1", None)
        self._glance = Glance.open(self._url)

    async def close(self) -> None:
        """Close every connection."""
        if self._glance is not None:
            self._glance.close()
            self._glance = None
        await self._engines.close()

    def copy_to(self, target: Path) -> None:
        """Copy the whole database to a new file, as it is at one moment, while others write.

        Blocks: call it in a thread.

        Raises:
            InputError: The database is none of SQLite's.
            sqlite3.Error: It cannot be read, or the copy cannot be written.
        """
        if self._url.get_backend_name() != "sqlite" or not self._url.database:
            raise InputError(
                "Only the embedded database is copied by the hub.",
                where="database.url",
                next="Use the database server's own tools.",
            )
        sqlite.copy_file(Path(self._url.database), target)

    def plainly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work now in plain code, or answer it to be awaited.

        Raises:
            RuntimeError: The database was not started.
        """
        if self._loop is None:
            work.close()
            raise RuntimeError("the database was not started")
        return plain.wait(work, self._loop)

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Store everything inside the block together, and tell its events after that.

        A unit inside another one joins it. Begins at its first statement.

        Raises:
            BusyError: Another unit kept writing until the call's deadline.
        """
        return self._unit_of_work()

    @asynccontextmanager
    async def _unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        if (outer := ambient_unit()) is not None:
            yield outer
            return
        with self._bus.hold() as held:
            async with begun(UnitOfWork(self._engines.writing, self._writer)) as unit:
                yield unit
            held.release()

    async def read(self, statement: Select[Any]) -> list[Mapping[str, Any]]:
        """Answer the rows of a query, each by column name."""
        if (unit := ambient_unit()) is not None:
            result = await unit.run(statement)
            return [dict(row) for row in result.mappings()]
        async with self._engines.reading.connect() as connection:
            result = await connection.execute(statement)
            return [dict(row) for row in result.mappings()]

    async def glance(
        self, statement: Select[Any], params: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """Answer the rows of a small indexed query, as `read` does, without a hop to a thread.

        The embedded database is read on the event loop: some ten microseconds, where the hop costs
        hundreds. It never waits for a writer; where it would have to, inside a unit of work and
        with a database server, it is `read`.

        Args:
            statement: The same object at each call, which is prepared once.
            params: Values of its bound parameters.
        """
        if self._glance is not None and ambient_unit() is None:
            found = self._glance.read(statement, params)
            if found is not None:
                return found
        return await self.read(statement.params(**params))

    async def write(self, statement: Executable) -> CursorResult[Any]:
        """Run a statement that changes rows, in the unit of work or in one of its own.

        Raises:
            BusyError: Another unit kept writing until the call's deadline.
        """
        async with self.unit_of_work() as unit:
            return await unit.run(statement)

    def rows(self, row: type[R]) -> Rows[R]:
        """Answer the typed face of one of the hub's own models."""
        return Rows(_HIDDEN.get(row.__name__) or self._spec(row.__name__), self)

    def get_model(self, name: str) -> Handle:
        """Answer a live model.

        Raises:
            NotFoundError: There is none of this name; the message lists those there are.
        """
        return Handle(Rows(self._spec(name), self, owner.get()))

    def writes_of(self, model: str) -> Writes | None:
        """Answer what does the writes of other plugins into a model; None where nothing does."""
        return self._writes.get(model) or self._writes.get("")

    def write_through(self, writes: Writes, model: str = "") -> None:
        """Say what does the writes of other plugins into a model.

        Args:
            writes: Does them.
            model: Which one; every model that has none of its own when absent.
        """
        self._writes[model] = writes

    def show(self, model: str, show: Show) -> None:
        """Say what events tell of a record of one of the hub's own models."""
        self._specs[model] = replace(self._spec(model), show=show)

    def models(self) -> list[Handle]:
        """Answer every model there is."""
        return [self.get_model(name) for name in self._specs]

    def _spec(self, name: str) -> ModelSpec:
        if name in self._specs:
            return self._specs[name]
        close = difflib.get_close_matches(name, self._specs, n=1, cutoff=0.5)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise NotFoundError(
            f"There is no model {name!r}.{hint}",
            where="get_model",
            next=f"Models: {', '.join(self._specs)}.",
        )

    def register_models(
        self,
        models: Iterable[type[Model]],
        *,
        shown: Mapping[str, Show] | None = None,
        steps: Steps | None = None,
    ) -> Any:
        """Create the tables of declared models and answer the live models, in order.

        Tables that are there get the columns and indexes they lack. The models belong to the plugin
        whose code runs; disabling it takes them out of `get_model`, and the data stays.

        Args:
            models: What the plugin keeps now.
            steps: By the version of the tables that each leads to, from 2 on: what renames, changes
                or moves. Those that were not run yet are, before anything else.
            shown: By entity, what `ENTITY.created` and `ENTITY.updated` tell of a record that
                another plugin wrote: `shown(record)`, plain or a coroutine function. Absent, it is
                the record's columns.

        Raises:
            InputError: A declaration is wrong, a step failed or is needed; nothing was changed.
            ConflictError: A model, a table or an entity of this name belongs to somebody else, or
                the tables are of a later version.
        """
        work = self._register_models(list(models), dict(shown or {}), dict(steps or {}))
        return self.plainly(work)

    async def _register_models(
        self, models: list[type[Model]], shown: dict[str, Show], steps: dict[int, Step]
    ) -> list[Handle]:
        plugin = owner.get()
        self._check_entities(models, shown)
        check_steps(steps)
        for model in models:
            if (taken := self._specs.get(model.__name__)) is not None:
                raise ConflictError(
                    f"The model {taken.name!r} is registered already, by {taken.owner}.",
                    where=taken.name,
                    next="Give the class another name.",
                )
        specs = Compiler(self._specs).compile(models, plugin or "core")
        async with self.unit_of_work() as unit:
            with translated("register_models"):
                await (await unit.connection()).run_sync(apply, specs, steps)
        for spec in specs:
            self._specs[spec.name] = replace(spec, show=shown.get(spec.entity))
            self._ownership.note(partial(self._forget, spec.name), plugin)
        return [self.get_model(spec.name) for spec in specs]

    def _check_entities(self, models: list[type[Model]], shown: dict[str, Show]) -> None:
        taken = {spec.entity: spec.name for spec in self._specs.values() if spec.entity}
        for model in models:
            entity = model.__entity__
            if entity in taken:
                raise ConflictError(
                    f"The model {taken[entity]} has the entity {entity!r} already.",
                    where=model.__name__,
                    next="Choose another `entity`.",
                )
            if entity:
                taken[entity] = model.__name__
        if lost := shown.keys() - {model.__entity__ for model in models}:
            raise InputError(f"No model has the entity {min(lost)!r}.", where="shown")

    async def keep_tables(self, plugin: str, tables: Sequence[OwnTable]) -> Undo:
        """Make the tables that a plugin declares in its manifest, or bring them forward.

        Answers an undo that takes them from `own_tables`; rows and tables stay. They are no models
        of `get_model`: a plugin's names are its own affair.

        Raises:
            InputError: A column holds something of another type than is declared now.
            ConflictError: Rows that are there break a rule that is new.
        """
        models = {one.name: model_of(plugin, one) for one in tables}
        specs = Compiler({}).compile(models.values(), plugin)
        async with self.unit_of_work() as unit:
            with translated("tables"):
                await (await unit.connection()).run_sync(apply, specs, {})
        ready = {
            one.name: OwnModel(one, Rows(spec, self))
            for one, spec in zip(tables, specs, strict=True)
        }
        generations = self._own.setdefault(plugin, [])
        generations.append(ready)

        def undo() -> None:
            # By identity: two versions may declare the very same.
            self._own[plugin] = [one for one in self._own.get(plugin, []) if one is not ready]

        return undo

    def own_tables(self, plugin: str) -> Mapping[str, OwnModel]:
        """Answer the tables that a running plugin declares in its manifest, by their names."""
        generations = self._own.get(plugin)
        return generations[-1] if generations else {}

    def purge(self, plugin: str) -> Any:
        """Drop every table that a plugin declared, with its rows, and answer their names.

        Its models are gone from `get_model` too; nothing else of the plugin is touched.

        Raises:
            BusyError: Another unit kept writing until the call's deadline.
        """
        return self.plainly(self._purge(plugin))

    async def _purge(self, plugin: str) -> list[str]:
        async with self.unit_of_work() as unit:
            with translated("purge"):
                names: list[str] = await (await unit.connection()).run_sync(drop_all, plugin)
        for spec in list(self._specs.values()):
            if spec.owner == plugin and spec.table.name in names:
                self._forget(spec.name)
        return names

    async def rows_kept(self) -> dict[str, dict[str, int]]:
        """Count the rows of every declared table, by plugin and table, installed or not."""
        async with self._engines.reading.connect() as connection:
            return await connection.run_sync(rows_kept)

    def _forget(self, name: str) -> None:
        self._specs.pop(name, None)

    def execute(self, sql: str, params: Params = None) -> Any:
        """Run any SQL and answer its rows as dictionaries; `[]` where it answers none.

        What a plugin runs is on record, with the statement and without its values.

        Args:
            sql: With `:name` where `params` is a mapping, `?` where it is a sequence.
            params: Values; always hand them over here, never inside the SQL.

        Raises:
            InputError: The database refuses the statement, and says why.
            ConflictError: A row would break a rule of its table.
            BusyError: Another unit kept writing until the call's deadline.
        """
        if self._audit is None or owner.get() is None:
            return self.plainly(self._execute(sql, params))
        return self.plainly(recorded(self._audit, sql, self._execute(sql, params)))

    async def _execute(self, sql: str, params: Params) -> list[dict[str, Any]]:
        if not isinstance(sql, str):
            raise InputError(f"SQL is text, not {type(sql).__name__}.", where="SQL")
        if _TRANSACTION.match(sql):
            raise InputError(
                "Transactions are not begun and ended by SQL.",
                where="SQL",
                next="Use `async with database.unit_of_work():`.",
            )
        with translated("SQL"):
            if (unit := ambient_unit()) is not None:
                return _rows_of(await _run(unit, sql, params))
            if sql.lstrip().lower().startswith("select"):
                return await self._execute_alone(sql, params)
            async with self._writer.turn():
                return await self._execute_alone(sql, params)

    async def _execute_alone(self, sql: str, params: Params) -> list[dict[str, Any]]:
        async with self._engines.reading.connect() as connection:
            if isinstance(params, Mapping):
                return _rows_of(await connection.execute(text(sql), dict(params)))
            result = await connection.exec_driver_sql(sql, _positional(params))
            return _rows_of(result)


async def _run(unit: UnitOfWork, sql: str, params: Params) -> CursorResult[Any]:
    if isinstance(params, Mapping):
        return await unit.run(text(sql), dict(params))
    return await unit.run_driver_sql(sql, _positional(params))


def _positional(params: Sequence[Any] | None) -> tuple[Any, ...] | None:
    return None if params is None else tuple(params)


def _rows_of(result: CursorResult[Any]) -> list[dict[str, Any]]:
    if not result.returns_rows:
        return []
    return [cast("dict[str, Any]", dict(row)) for row in result.mappings()]
