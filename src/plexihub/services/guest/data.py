"""Data of the person for whom a sandboxed plugin works: `plugin.api.query`, `plugin.api.data`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub.kernel.permissions import Broker
from plexihub.services.guest.names import Name
from plexihub.services.query import DataService, DataWrites
from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.permissions import DATA_READ, DATA_WRITE

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=256 * 1024)]
Value = None | bool | int | float | Text
Column = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Columns = Annotated[dict[Column, Any], msgspec.Meta(max_length=64)]


class Query(msgspec.Struct, forbid_unknown_fields=True):
    """One SELECT."""

    sql: Annotated[str, msgspec.Meta(max_length=16 * 1024)]
    params: Annotated[list[Value], msgspec.Meta(max_length=100)] = []


class Tests(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Comparisons that must all hold for a column."""

    eq: Value | UnsetType = UNSET
    ne: Value | UnsetType = UNSET
    gt: int | float | Text | UnsetType = UNSET
    ge: int | float | Text | UnsetType = UNSET
    lt: int | float | Text | UnsetType = UNSET
    le: int | float | Text | UnsetType = UNSET
    in_: Annotated[list[Value], msgspec.Meta(max_length=50)] | UnsetType = msgspec.field(
        default=UNSET, name="in"
    )


class Find(msgspec.Struct, forbid_unknown_fields=True):
    """Rows of one model."""

    model: Name
    where: Annotated[dict[Column, Value | Tests], msgspec.Meta(max_length=20)] = {}
    order: Annotated[str, msgspec.Meta(max_length=65)] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100


class Create(msgspec.Struct, forbid_unknown_fields=True):
    """A new row."""

    model: Name
    values: Columns


class Save(msgspec.Struct, forbid_unknown_fields=True):
    """Changes of a row."""

    model: Name
    id: Key
    changes: Columns


class Delete(msgspec.Struct, forbid_unknown_fields=True):
    """A row to be deleted."""

    model: Name
    id: Key


class _Reach:
    """How far a plugin's permission reaches, and which models it went to."""

    def __init__(self, data: DataService, broker: Broker) -> None:
        self._data = data
        self._broker = broker

    def within(self, ctx: CallContext, permission: str) -> tuple[str, ...] | None:
        return self._broker.scope(ctx, permission).get("models")

    @contextmanager
    def noted(self, ctx: CallContext, permission: str, model: str) -> Iterator[None]:
        try:
            yield
        except PermissionDenied:
            self._broker.reached(ctx, permission, allowed=False, models=model)
            raise
        if model not in self._data.own_names(ctx):
            self._broker.reached(ctx, permission, models=model)

    def note_all(self, ctx: CallContext, models: list[str]) -> None:
        for model in models:
            self._broker.reached(ctx, DATA_READ, models=model)


def data_methods(data: DataService, writes: DataWrites, broker: Broker) -> Iterator[Method]:
    """Make the methods for people's data.

    Args:
        data: Reads it.
        writes: Writes it.
        broker: Knows the models that a plugin's permission names.
    """
    reach = _Reach(data, broker)
    within, reaching = reach.within, reach.noted

    async def query(ctx: CallContext, params: Query) -> list[dict[str, Any]]:
        only = within(ctx, DATA_READ)
        rows = await data.query(ctx, params.sql, params.params, only=only)
        reach.note_all(ctx, data.models_in(ctx, params.sql, params.params, only))
        return rows

    async def find(ctx: CallContext, params: Find) -> list[dict[str, Any]]:
        where = {name: msgspec.to_builtins(tests) for name, tests in params.where.items()}
        only = within(ctx, DATA_READ)
        with reaching(ctx, DATA_READ, params.model):
            return await data.find(
                ctx, params.model, where, order=params.order, limit=params.limit, only=only
            )

    async def create(ctx: CallContext, params: Create) -> dict[str, Any]:
        only = within(ctx, DATA_WRITE)
        with reaching(ctx, DATA_WRITE, params.model):
            return await writes.create(ctx, params.model, params.values, only=only)

    async def save(ctx: CallContext, params: Save) -> dict[str, Any]:
        only = within(ctx, DATA_WRITE)
        with reaching(ctx, DATA_WRITE, params.model):
            return await writes.save(ctx, params.model, params.id, params.changes, only=only)

    async def delete(ctx: CallContext, params: Delete) -> None:
        only = within(ctx, DATA_WRITE)
        with reaching(ctx, DATA_WRITE, params.model):
            await writes.delete(ctx, params.model, params.id, only=only)

    yield Method("data.query", DATA_READ, Query, query, "Read with one SELECT.")
    yield Method("data.find", DATA_READ, Find, find, "Read rows of one model.")
    yield Method("data.create", DATA_WRITE, Create, create, "Store a new row for the person.")
    yield Method("data.save", DATA_WRITE, Save, save, "Change a row of the person's.")
    yield Method("data.delete", DATA_WRITE, Delete, delete, "Delete a row of the person's.")
