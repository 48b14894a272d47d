"""The unit of work: everything in it is stored together, and only then told.

It is ambient: what runs inside joins it without being handed anything. It begins at its first
statement, one writer at a time; events published inside are kept until it is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from plexihub.kernel.context import current
from plexihub.services.database.errors import BusyError, translated

T = TypeVar("T")
LONGEST_WAIT = 30.0


class Writer:
    """Lets one unit of work write at a time; a waiting one gives up at its deadline."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold the right to write.

        Raises:
            BusyError: The call's deadline passed first.
        """
        await self.acquire()
        try:
            yield
        finally:
            self.release()

    async def acquire(self) -> None:
        """Wait for the right to write, which `release` gives back.

        Raises:
            BusyError: The call's deadline passed first.
        """
        try:
            async with asyncio.timeout(min(LONGEST_WAIT, current().remaining())):
                await self._lock.acquire()
        except TimeoutError:
            raise BusyError(
                "The database was busy with other changes for too long.", next="Try again."
            ) from None

    def release(self) -> None:
        """Give the right to write back."""
        self._lock.release()


class UnitOfWork:
    """One transaction."""

    def __init__(self, engine: AsyncEngine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer
        self._connection: AsyncConnection | None = None
        self._one_at_a_time = asyncio.Lock()
        self.is_open = True

    async def run(self, statement: Executable, params: Any = None) -> CursorResult[Any]:
        """Run a statement in the transaction.

        Raises:
            BusyError: Another unit kept writing until the deadline.
        """
        async with self._one_at_a_time:
            return await to_end((await self._begun()).execute(statement, params))

    async def run_driver_sql(
        self, sql: str, params: tuple[Any, ...] | Mapping[str, Any] | None
    ) -> CursorResult[Any]:
        """Run a statement as the driver understands it.

        Raises:
            BusyError: Another unit kept writing until the deadline.
        """
        async with self._one_at_a_time:
            return await to_end((await self._begun()).exec_driver_sql(sql, params))

    async def connection(self) -> AsyncConnection:
        """Answer the transaction's connection, for schema changes.

        Raises:
            BusyError: Another unit kept writing until the deadline.
        """
        async with self._one_at_a_time:
            return await self._begun()

    async def _begun(self) -> AsyncConnection:
        if self._connection is None:
            await self._writer.acquire()
            self._connection = await to_end(self._connect())
        return self._connection

    async def _connect(self) -> AsyncConnection:
        connection = self._engine.connect()
        try:
            with translated("transaction"):
                await connection.start()
                await connection.begin()
        except BaseException:
            try:
                # One that never connected cannot be closed.
                if connection.sync_connection is not None:
                    await connection.close()
            finally:
                self._writer.release()
            raise
        # Here, not where it is awaited: the caller may have been cancelled meanwhile.
        self._connection = connection
        return connection

    async def finish(self, *, commit: bool) -> None:
        """Commit or take back, and let the next writer in."""
        self.is_open = False
        if (connection := self._connection) is not None:
            self._connection = None
            await to_end(self._finish(connection, commit=commit))

    async def _finish(self, connection: AsyncConnection, *, commit: bool) -> None:
        try:
            await (connection.commit() if commit else connection.rollback())
        finally:
            try:
                await connection.close()
            finally:
                self._writer.release()


async def to_end(work: Coroutine[Any, Any, T]) -> T:
    """Do a step that must not be left half-way: whoever is cancelled meanwhile waits for its end.

    A connection that is dropped in the middle of a statement keeps the database's own lock.
    """
    task = asyncio.get_running_loop().create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # heard: the cancellation is what the caller is told
        raise cancelled
    return task.result()


_ambient: ContextVar[UnitOfWork | None] = ContextVar("plexihub_unit", default=None)


def ambient_unit() -> UnitOfWork | None:
    """Answer the unit of work that what runs now belongs to; None outside of one."""
    # A task that outlives the unit it was started in must not write into a finished one.
    unit = _ambient.get()
    return unit if unit is not None and unit.is_open else None


@asynccontextmanager
async def begun(unit: UnitOfWork) -> AsyncIterator[UnitOfWork]:
    """Make a unit ambient; commit it at the end, or take it back when the block raises."""
    token = _ambient.set(unit)
    try:
        yield unit
        await unit.finish(commit=True)
    except BaseException:
        if unit.is_open:
            await unit.finish(commit=False)
        raise
    finally:
        _ambient.reset(token)
