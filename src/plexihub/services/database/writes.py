"""What somebody else's plugin writes into a model: asked before, told after, and on record.

The hub's own code and the plugin whose model it is write at once: their actions run the hooks with
all they know. Everybody else's write comes through here, so no way of writing passes a hook by.
"""

from __future__ import annotations

import copy
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, get_type_hints

from sqlalchemy import Table

from plexihub.kernel import plain
from plexihub.kernel.context import CallContext, acting
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.outcome import outcome_of, rule_of, sentence
from plexihub.kernel.payload import empty_value
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database.handle import Rows
from plexihub.services.database.models import ModelSpec
from plexihub.services.database.record import Row
from plexihub.services.database.redacted import redacted
from plexihub.services.database.values import check_complete, check_values
from plexihub_sdk.errors import InputError, LimitExceededError
from plexihub_sdk.events import EVENTS
from plexihub_sdk.hooks import HOOKS

#: Records that one `delete` may reach: each of them is asked about.
MOST_AT_ONCE = 1000
Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record that another plugin writes.

    Args:
        kind: What is done.
        key: Of the record.
        record: As stored; before it is deleted, after everything else.
        columns: Which were written.
        ctx: Who does it.
    """

    kind: Literal["created", "updated", "deleted"]
    key: Any
    record: Row
    columns: frozenset[str]
    ctx: CallContext


#: Does, in the same unit of work, what the rest of the hub must do about a write.
Follow = Callable[[Written], Awaitable[None]]


class EntityWrites:
    """Asks `ENTITY.creating` and its like, writes, and tells `ENTITY.created` and its like.

    Hooks run before the unit of work, because a plugin may take its time and only one writer holds
    the database.

    Args:
        hooks: Whom to ask.
        bus: Whom to tell.
        audit: Where each write is recorded, with its values redacted.
    """

    def __init__(self, hooks: HookTable, bus: EventBus, audit: AuditSink) -> None:
        self._hooks = hooks
        self._bus = bus
        self._audit = audit
        self._follow: dict[str, Follow] = {}

    def follow(self, model: str, follow: Follow) -> None:
        """Say what the hub must do about a write into one of its models."""
        self._follow[model] = follow

    async def insert(self, rows: Rows[Any], values: Mapping[str, Any]) -> Row:
        """Store a new record and answer it.

        Raises:
            InputError: A value is missing, unknown or does not fit, before or after the hook.
            ConflictError: Another record has what must be unique.
            Veto: A handler refused.
        """
        spec = rows.spec
        values = check_values(spec.table, spec.name, values)
        check_complete(spec.table, spec.name, values)
        values = {**_defaults(spec.table, values), **values}
        key = values.get(rows.key, "")
        async with self._recorded(spec, "create", key, values) as entry:
            ctx = entry.ctx
            values = await self._asked_to_create(spec, values, ctx)
            entry.after = redacted(spec, values)
            async with rows.together():
                record: Row = await rows.insert(values)
                key = record.to_dict()[rows.key]
                written = frozenset(values)
                await self._tell(
                    spec,
                    Written(kind="created", key=key, record=record, columns=written, ctx=ctx),
                )
            return record

    async def _asked_to_create(self, spec: ModelSpec, values: Values, ctx: CallContext) -> Values:
        if not spec.entity:
            return values
        hook = f"{spec.entity}.creating"
        draft = {name: value for name, value in values.items() if name not in spec.hidden}
        draft = copy.deepcopy(draft)
        for name, hint in _declared(hook).items():
            draft.setdefault(name, empty_value(hint))
        await self._hooks.call(hook, draft, ctx)
        return {**values, **_columns_of(spec, draft)}

    async def update(self, rows: Rows[Any], key: Any, changes: Mapping[str, Any]) -> Values:
        """Write columns of one row and answer the row as stored.

        Raises:
            NotFoundError: There is no such row.
            InputError: A value is unknown or does not fit, before or after the hook.
            ConflictError: Another row has what must be unique.
            Veto: A handler refused.
        """
        spec = rows.spec
        values = check_values(spec.table, spec.name, changes)
        async with self._recorded(spec, "update", key, values) as entry:
            ctx = entry.ctx
            values = await self._asked_to_update(spec, key, values, ctx)
            async with rows.together():
                entry.before = redacted(spec, await _stored(rows, key), values)
                entry.after = redacted(spec, values)
                stored: Values = await rows.update_row(key, values)
                record = rows.spec.row(rows, dict(stored))
                written = frozenset(values)
                await self._tell(
                    spec,
                    Written(kind="updated", key=key, record=record, columns=written, ctx=ctx),
                )
            return stored

    async def _asked_to_update(
        self, spec: ModelSpec, key: Any, values: Values, ctx: CallContext
    ) -> Values:
        if not spec.entity:
            return values
        unseen = {name: value for name, value in values.items() if name in spec.hidden}
        seen = {name: value for name, value in values.items() if name not in spec.hidden}
        payload = {"id": key, "changes": copy.deepcopy(seen)}
        await self._hooks.call(f"{spec.entity}.updating", payload, ctx)
        changes = payload["changes"]
        if not isinstance(changes, dict):
            raise InputError(f"A handler of `{spec.entity}.updating` left no changes.")
        wanted = {**unseen, **_columns_of(spec, changes)}
        # A handler that took every change away leaves the row as it is.
        return wanted or {next(iter(spec.table.primary_key)).name: key}

    async def remove(self, rows: Rows[Any], where: Mapping[str, Any]) -> int:
        """Delete every matching record and answer how many.

        One that a handler refuses to let go keeps all of them.

        Raises:
            InputError: A condition is wrong.
            LimitExceededError: More than a thousand match; none is deleted.
            Veto: A handler refused.
        """
        spec = rows.spec
        found = await rows.find(where, limit=MOST_AT_ONCE + 1)
        if len(found) > MOST_AT_ONCE:
            raise LimitExceededError(
                f"More than {MOST_AT_ONCE} records of {spec.name} match.",
                where=spec.name,
                next="Delete them in parts: each of them is asked about.",
            )
        records = {record.to_dict()[rows.key]: record for record in found}
        for key, record in records.items():
            await self._ask_to_delete(spec, key, record)
        async with rows.together():
            return sum([await self._remove_one(rows, *item) for item in records.items()])

    async def _ask_to_delete(self, spec: ModelSpec, key: Any, record: Row) -> None:
        if not spec.entity:
            return
        entry = _entry(spec, "delete", key)
        hook = f"{spec.entity}.deleting"
        try:
            await self._hooks.call(hook, _picked(hook, spec, key, record), entry.ctx)
        except BaseException as error:
            self._audit.append(_ended(entry, error))
            raise

    async def _remove_one(self, rows: Rows[Any], key: Any, record: Row) -> int:
        async with self._recorded(rows.spec, "delete", key) as entry:
            entry.before, ctx = redacted(rows.spec, record.to_dict()), entry.ctx
            gone = Written(kind="deleted", key=key, record=record, columns=frozenset(), ctx=ctx)
            await self._tell(rows.spec, gone)
            count: int = await rows.remove({rows.key: key})
            return count

    async def _tell(self, spec: ModelSpec, written: Written) -> None:
        if follow := self._follow.get(spec.name):
            await follow(written)
        if not spec.entity:
            return
        name, record = f"{spec.entity}.{written.kind}", written.record
        if written.kind == "deleted":
            told = _picked(name, spec, written.key, record)
        else:
            shown = spec.show
            told = {spec.entity: await plain.call(shown, record) if shown else _shown(spec, record)}
        self._bus.publish(name, told, written.ctx)

    @asynccontextmanager
    async def _recorded(
        self, spec: ModelSpec, operation: str, key: Any, columns: Iterable[str] = ()
    ) -> AsyncIterator[AuditEntry]:
        entry, started = _entry(spec, operation, key, columns), time.perf_counter()
        failure: BaseException | None = None
        try:
            yield entry
        except BaseException as error:
            failure = error
            raise
        finally:
            entry.execution_ms = (time.perf_counter() - started) * 1000
            self._audit.append(_ended(entry, failure))


def _entry(spec: ModelSpec, operation: str, key: Any, columns: Iterable[str] = ()) -> AuditEntry:
    details = {"operation": operation, "columns": ", ".join(sorted(columns))}
    target = f"{spec.name} {key}".strip()
    return AuditEntry(ctx=acting(), action="data.write", target=target, details=details)


def _ended(entry: AuditEntry, failure: BaseException | None) -> AuditEntry:
    entry.outcome, entry.reason = outcome_of(failure), sentence(failure)
    entry.rule = rule_of(failure)
    return entry


async def _stored(rows: Rows[Any], key: Any) -> Values:
    found = await rows.find({rows.key: key}, limit=1)
    return found[0].to_dict() if found else {}


@cache
def _declared(name: str) -> dict[str, Any]:
    kind = HOOKS.get(name) or EVENTS.get(name)
    return get_type_hints(kind.payload) if kind else {"id": str}


def _defaults(table: Table, values: Mapping[str, Any]) -> Values:
    found: Values = {}
    for column in table.c:
        default: Any = column.default
        if default is not None and column.name not in values:
            found[column.name] = default.arg(None) if default.is_callable else default.arg
    return found


def _columns_of(spec: ModelSpec, payload: Mapping[str, Any]) -> Values:
    """Keep what a handler may say of a record: its columns, but for the hidden ones."""
    return {
        name: value
        for name, value in payload.items()
        if name in spec.table.c and name not in spec.hidden
    }


def _picked(name: str, spec: ModelSpec, key: Any, record: Row) -> Values:
    values = record.to_dict()
    wanted = (one for one in _declared(name) if one in values and one not in spec.hidden)
    picked = {one: values[one] for one in wanted}
    return {"id": key, **picked}


def _shown(spec: ModelSpec, record: Row) -> Values:
    return {
        name: _written(value) for name, value in record.to_dict().items() if name not in spec.hidden
    }


def _written(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    text = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
