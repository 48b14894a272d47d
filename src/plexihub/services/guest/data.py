"""Data of the person for whom a sandboxed plugin works: `plugin.api.query`, `plugin.api.data`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub.kernel.permissions import Broker
from plexihub.services.guest.names import Name
from plexihub.services.query import DataService, DataWrites
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


def data_methods(data: DataService, writes: DataWrites, broker: Broker) -> Iterator[Method]:
    """Make the methods for people's data.

    Args:
        data: Reads it.
        writes: Writes it.
        broker: Knows the models that a plugin's permission names.
    """

    def within(ctx: CallContext, permission: str) -> tuple[str, ...] | None:
        return broker.scope(ctx, permission).get("models")

    async def query(ctx: CallContext, params: Query) -> list[dict[str, Any]]:
        return await data.query(ctx, params.sql, params.params, only=within(ctx, DATA_READ))

    async def find(ctx: CallContext, params: Find) -> list[dict[str, Any]]:
        where = {name: msgspec.to_builtins(tests) for name, tests in params.where.items()}
        only = within(ctx, DATA_READ)
        return await data.find(
            ctx, params.model, where, order=params.order, limit=params.limit, only=only
        )

    async def create(ctx: CallContext, params: Create) -> dict[str, Any]:
        return await writes.create(ctx, params.model, params.values, only=within(ctx, DATA_WRITE))

    async def save(ctx: CallContext, params: Save) -> dict[str, Any]:
        return await writes.save(
            ctx, params.model, params.id, params.changes, only=within(ctx, DATA_WRITE)
        )

    async def delete(ctx: CallContext, params: Delete) -> None:
        await writes.delete(ctx, params.model, params.id, only=within(ctx, DATA_WRITE))

    yield Method("data.query", DATA_READ, Query, query, "Read with one SELECT.")
    yield Method("data.find", DATA_READ, Find, find, "Read rows of one model.")
    yield Method("data.create", DATA_WRITE, Create, create, "Store a new row for the person.")
    yield Method("data.save", DATA_WRITE, Save, save, "Change a row of the person's.")
    yield Method("data.delete", DATA_WRITE, Delete, delete, "Delete a row of the person's.")
