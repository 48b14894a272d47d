"""Writing for a person: by the actions of whoever offers the rows, with before and after on record.

The actions are those of the hub's own pages, with their checks, hooks, units of work and events. A
plugin writes as the person, and never as the administrator whom that person may be: the rights of
an office are not data that belongs to somebody.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from plexihub.kernel.context import CallContext, owner
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.query.readables import Offer
from plexihub.services.query.selection import selection
from plexihub.services.query.service import DataService
from plexihub_sdk.data import Writer
from plexihub_sdk.errors import NotFoundError, PermissionDenied
from plexihub_sdk.permissions import DATA_WRITE
from plexihub_sdk.routes import Person

#: Finds the person whose id is given.
FindPerson = Callable[[str], Awaitable[Person]]
Values = dict[str, Any]
_MEMBER = "member"


@dataclass(slots=True)
class _Change:
    """One write, and what is known of it so far."""

    operation: str
    key: str = ""
    columns: Collection[str] = ()
    before: Values | None = None
    after: Values | None = None


class DataWrites:
    """Writes rows for the person for whom a plugin works.

    Args:
        data: What can be read; what has a writer can be written.
        find_person: Of the hub's people.
        audit: Where each write is recorded, with the row before and after.
    """

    def __init__(self, data: DataService, find_person: FindPerson, audit: AuditSink) -> None:
        self._data = data
        self._find_person = find_person
        self._audit = audit

    async def create(
        self,
        ctx: CallContext,
        model: str,
        values: Mapping[str, Any],
        *,
        only: Collection[str] | None = None,
    ) -> Values:
        """Store a new row for the person and answer it.

        Raises:
            PermissionDenied: Nobody is there, or it may not be written.
            InputError: A value is missing or does not fit.
            Veto: A hook refused.
        """
        change = _Change("create", columns=values)
        async with self._recorded(ctx, model, change):
            offer, writer, person = await self._writer(ctx, model, only)
            with _owned(offer):
                change.key = await writer.create(person, dict(values))
            change.after = await self._row(ctx, offer, change.key)
        return change.after or {offer.readable.key: change.key}

    async def save(
        self,
        ctx: CallContext,
        model: str,
        key: str,
        changes: Mapping[str, Any],
        *,
        only: Collection[str] | None = None,
    ) -> Values:
        """Change a row of the person's and answer it.

        Raises:
            PermissionDenied: Nobody is there, or it is not theirs to change.
            NotFoundError: There is no such row for them.
            InputError: A value does not fit.
            Veto: A hook refused.
        """
        change = _Change("save", key, changes)
        async with self._recorded(ctx, model, change):
            offer, writer, person = await self._writer(ctx, model, only)
            before = await self._there(ctx, offer, key)
            with _owned(offer):
                await writer.save(person, key, dict(changes))
            change.before, change.after = before, await self._row(ctx, offer, key)
        return change.after or {offer.readable.key: key}

    async def delete(
        self, ctx: CallContext, model: str, key: str, *, only: Collection[str] | None = None
    ) -> None:
        """Delete a row of the person's.

        Raises:
            PermissionDenied: Nobody is there, or it is not theirs to delete.
            NotFoundError: There is no such row for them.
            Veto: A hook refused.
        """
        change = _Change("delete", key)
        async with self._recorded(ctx, model, change):
            offer, writer, person = await self._writer(ctx, model, only)
            before = await self._there(ctx, offer, key)
            with _owned(offer):
                await writer.delete(person, key)
            change.before, change.after = before, await self._row(ctx, offer, key)

    async def _writer(
        self, ctx: CallContext, model: str, only: Collection[str] | None
    ) -> tuple[Offer, Writer, Person]:
        if ctx.on_behalf_of is None:
            raise PermissionDenied(
                DATA_WRITE,
                "Nobody is there for whom it would be written.",
                where="data.write",
                next="Write while a person waits: in a hook, a route or a command.",
            )
        offer = self._data.offered(ctx, model, only)
        person = await self._find_person(ctx.on_behalf_of)
        writer = offer.writer or Writer()
        return offer, writer, replace(person, role=_MEMBER, rights=frozenset())

    async def _row(self, ctx: CallContext, offer: Offer, key: str) -> Values | None:
        readable = offer.readable
        sql, values = selection(readable, {readable.key: key}, order="", limit=1)
        rows = await self._data.rows(ctx, sql, values, (readable,))
        return rows[0] if rows else None

    async def _there(self, ctx: CallContext, offer: Offer, key: str) -> Values:
        row = await self._row(ctx, offer, key)
        if row is None:
            raise NotFoundError(
                f"There is no such row of {offer.readable.name} for this person.",
                where=offer.readable.name,
            )
        return row

    @asynccontextmanager
    async def _recorded(self, ctx: CallContext, model: str, change: _Change) -> AsyncIterator[None]:
        entry, started = AuditEntry(ctx=ctx, action="data.write"), time.perf_counter()
        try:
            yield
        except BaseException as error:
            entry.outcome, entry.reason = outcome_of(error), sentence(error)
            raise
        finally:
            entry.execution_ms = (time.perf_counter() - started) * 1000
            entry.target = f"{model[:63]} {change.key[:100]}".strip()
            entry.details = {
                "operation": change.operation,
                "columns": ", ".join(sorted(change.columns))[:500],
                "before": change.before,
                "after": change.after,
            }
            self._audit.append(entry)


class _owned:  # noqa: N801 - reads as a statement: `with _owned(offer):`
    """What runs inside is the code of whoever made the offer."""

    def __init__(self, offer: Offer) -> None:
        self._whose = offer.owner

    def __enter__(self) -> None:
        self._token = owner.set(self._whose)

    def __exit__(self, *_exc: object) -> None:
        owner.reset(self._token)
