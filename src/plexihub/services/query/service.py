"""The service `data`: what plugins offer to be read, and reading and writing it for a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from plexihub.kernel.context import CallContext
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import AuditEntry, AuditSink, Undo
from plexihub.services.query.errors import WHERE, denied
from plexihub.services.query.lanes import Lanes
from plexihub.services.query.pool import SqliteReader
from plexihub.services.query.port import Order, Reader, Rows
from plexihub.services.query.readables import Offer, Readables
from plexihub.services.query.redaction import without_values
from plexihub.services.query.selection import selection
from plexihub.services.query.statement import read_statement
from plexihub_sdk.data import Readable, Writer
from plexihub_sdk.errors import InputError, LimitExceededError
from plexihub_sdk.ids import UserId

_SHOWN = 2000


class DataService:
    """Reads for a person, through two walls that each hold alone.

    Args:
        reader: The second wall; None where the database has none yet.
        hooks: Asked before a person sees what they queried.
        ownership: Whose the offers are.
        audit: Where each query is recorded, with the statement and without its values.
    """

    def __init__(
        self, reader: Reader | None, hooks: HookTable, ownership: Ownership, audit: AuditSink
    ) -> None:
        self._reader = reader
        self._hooks = hooks
        self._audit = audit
        self._readables = Readables(ownership)
        self._lanes = Lanes()

    @classmethod
    def of(cls, url: str, hooks: HookTable, ownership: Ownership, audit: AuditSink) -> DataService:
        """Make the service for the database that a URL names."""
        parsed = make_url(url)
        is_file = parsed.get_backend_name() == "sqlite" and parsed.database
        reader = SqliteReader(Path(parsed.database)) if is_file and parsed.database else None
        return cls(reader, hooks, ownership, audit)

    async def close(self) -> None:
        """Stop what reads and close every connection."""
        await self._lanes.close()
        if self._reader is not None:
            self._reader.close()

    def offer(self, readable: Readable, *, writer: Writer | None = None) -> Undo:
        """Let sandboxed plugins read rows, and write them through `writer`.

        The offer ends with the plugin that makes it.

        Raises:
            InputError: A name in it is none.
            ConflictError: The name is taken.
        """
        return self._readables.offer(readable, writer)

    def read_own(self, tables: Callable[[str], Sequence[Readable]]) -> None:
        """Say what tables of its own a sandboxed plugin has at this moment, by its id."""
        self._readables.own = tables

    def readables(self) -> list[Readable]:
        """List everything that is offered, by name."""
        return self._readables.all()

    def offers_for(
        self, ctx: CallContext, only: Collection[str] | None = None
    ) -> tuple[Offer, ...]:
        """Answer what a call may read: nothing personal where nobody is there.

        Args:
            ctx: Which plugin reads, and for whom.
            only: The models that its permission names; every one when None.
        """
        found = self._readables.seen_by(ctx.actor.id if ctx.actor.kind == "plugin" else "", only)
        if _person(ctx) is not None:
            return found
        return tuple(offer for offer in found if not offer.readable.personal)

    async def query(
        self,
        ctx: CallContext,
        sql: str,
        values: Sequence[Any] = (),
        *,
        only: Collection[str] | None = None,
    ) -> Rows:
        """Answer the rows of one SELECT.

        Args:
            ctx: Which plugin reads, for whom, and until when.
            sql: With `$1`, `$2` and so on for the values.
            values: In this order; each is used.
            only: The models that its permission names; every one when None.

        Raises:
            InputError: The statement is wrong, or the values do not fit.
            PermissionDenied: It reads what may not be read, or does anything but read.
            LimitExceededError: It takes too long, or answers too much.
        """
        readables = tuple(offer.readable for offer in self.offers_for(ctx, only))
        if not readables and _person(ctx) is None:
            raise denied(
                "Nobody is there for whom it would be read.",
                "Read while a person waits: in a hook, a route or a command.",
            )
        entry = AuditEntry(ctx=ctx, action="data.query", outcome="failed")
        started = time.perf_counter()
        shown = {"statement": without_values(sql[:_SHOWN])}
        try:
            rows = await self.rows(ctx, sql, values, readables)
            entry.outcome, entry.details = "ok", {**shown, "rows": len(rows)}
        except BaseException as error:
            entry.outcome, entry.reason = outcome_of(error), sentence(error)
            entry.details = shown
            raise
        finally:
            entry.execution_ms = (time.perf_counter() - started) * 1000
            self._audit.append(entry)
        return rows

    def own_names(self, ctx: CallContext) -> list[str]:
        """List the names of the plugin's own tables, which no permission names."""
        return [one.readable.name for one in self.offers_for(ctx) if one.readable.plugin]

    def models_in(
        self,
        ctx: CallContext,
        sql: str,
        values: Sequence[Any] = (),
        only: Collection[str] | None = None,
    ) -> list[str]:
        """List the models of others that a statement reads, once it was run.

        Raises:
            InputError: The statement is wrong.
            PermissionDenied: It reads what may not be read.
        """
        readables = tuple(offer.readable for offer in self.offers_for(ctx, only))
        tables = read_statement(sql, values, readables).tables
        return [one.name for one in readables if not one.plugin and one.name in tables]

    async def rows(
        self, ctx: CallContext, sql: str, values: Sequence[Any], readables: tuple[Readable, ...]
    ) -> Rows:
        """Answer the rows of one SELECT over these readables, without a record of it.

        Raises:
            InputError: The statement is wrong, or the values do not fit.
            PermissionDenied: It reads what may not be read, or does anything but read.
            LimitExceededError: It takes too long, or answers too much.
        """
        reader = self._reader
        if reader is None:
            raise InputError(
                "Plugins cannot query this database yet.",
                where="database.url",
                next="Use the embedded database.",
            )

        def work(stop: threading.Event) -> Rows:
            statement = read_statement(sql, values, readables)
            order = Order(
                sql=statement.sql,
                values=statement.values,
                readables=readables,
                person=_person(ctx),
                deadline=ctx.deadline,
                stop=stop,
            )
            return reader.read(order)

        try:
            return await self._lanes.run(ctx.actor.id, ctx, work)
        except TimeoutError:
            raise LimitExceededError(
                "The query did not get its turn in time.", where=WHERE, next="Ask for less at once."
            ) from None

    async def find(  # noqa: PLR0913 - keyword-only choices
        self,
        ctx: CallContext,
        model: str,
        where: Mapping[str, Any] | None = None,
        *,
        order: str = "",
        limit: int = 100,
        only: Collection[str] | None = None,
    ) -> Rows:
        """Answer the matching rows of one model.

        Args:
            ctx: Which plugin reads, for whom, and until when.
            model: By its name among what can be read.
            where: Columns, each with a value or with comparisons such as `{"gt": 3}`.
            order: A column; with `-` before it, the largest first.
            limit: The most rows, 1 to 1000.
            only: The models that its permission names; every one when None.

        Raises:
            InputError: There is no such column, or a value does not fit.
            PermissionDenied: There is no such model for this call.
            LimitExceededError: It takes too long, or answers too much.
        """
        offer = self.offered(ctx, model, only)
        sql, values = selection(offer.readable, where or {}, order=order, limit=limit)
        return await self.query(ctx, sql, values, only=only)

    async def fetch(
        self,
        ctx: CallContext,
        query: str,
        filters: Mapping[str, Any] | None = None,
        *,
        order: str = "",
        limit: int = 100,
    ) -> Any:
        """Answer a person's own query as they are to see it: `data.fetching` may change it.

        Args:
            ctx: Who asks, and until when.
            query: The model, by its name among what can be read.
            filters: Columns, each with a value or with comparisons such as `{"gt": 3}`.
            order: A column; with `-` before it, the largest first.
            limit: The most rows, 1 to 1000.

        Raises:
            InputError: There is no such column, or a value does not fit.
            PermissionDenied: There is no such model for this person.
            LimitExceededError: It takes too long, or answers too much.
            Veto: A plugin refused.
        """
        rows = await self.find(ctx, query, filters, order=order, limit=limit)
        payload = {"query": query, "filters": dict(filters or {}), "transformedData": rows}
        return (await self._hooks.call("data.fetching", payload, ctx))["transformedData"]

    def offered(self, ctx: CallContext, model: str, only: Collection[str] | None = None) -> Offer:
        """Find something to read by its name.

        Raises:
            PermissionDenied: There is no such model for this call.
        """
        offers = self.offers_for(ctx, only)
        for offer in offers:
            if offer.readable.name == model:
                return offer
        names = ", ".join(one.readable.name for one in offers) or "nothing"
        raise denied(f"There is no {model[:63]!r} to be read here.", f"To be read: {names}.")


def _person(ctx: CallContext) -> UserId | None:
    """Tell whose rows a call is about: who acts themselves, or for whom a plugin does."""
    if ctx.on_behalf_of is not None:
        return ctx.on_behalf_of
    return UserId(ctx.actor.id) if ctx.actor.kind == "user" else None
