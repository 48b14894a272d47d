"""Tables of a sandboxed plugin's own: `plugin.api.tables`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub.services.storage import MOST_FOUND, OwnRows, Wanted
from plexihub_sdk.permissions import STORAGE_OWN

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
_Ordered = Annotated[str, msgspec.Meta(min_length=1, max_length=41)]
_Cells = Annotated[dict[str, Any], msgspec.Meta(max_length=50)]
_Order = Annotated[list[_Ordered], msgspec.Meta(max_length=4)]
_Limit = Annotated[int, msgspec.Meta(ge=1, le=MOST_FOUND)]
_Offset = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]


class Find(msgspec.Struct, forbid_unknown_fields=True):
    """Which rows of which table."""

    table: _Name
    where: _Cells = {}
    order: _Order = []
    limit: _Limit = 100
    offset: _Offset = 0


class Count(msgspec.Struct, forbid_unknown_fields=True):
    """Which rows of which table."""

    table: _Name
    where: _Cells = {}


class Insert(msgspec.Struct, forbid_unknown_fields=True):
    """A new row."""

    table: _Name
    values: _Cells


class Update(msgspec.Struct, forbid_unknown_fields=True):
    """Which rows, and what changes."""

    table: _Name
    where: _Cells
    changes: _Cells


class Delete(msgspec.Struct, forbid_unknown_fields=True):
    """Which rows."""

    table: _Name
    where: _Cells


def table_methods(rows: OwnRows) -> Iterator[Method]:
    """Make the methods for tables of a plugin's own.

    Args:
        rows: Finds and writes them.
    """

    async def find(ctx: CallContext, params: Find) -> list[dict[str, Any]]:
        wanted = Wanted(
            where=params.where, order=params.order, limit=params.limit, offset=params.offset
        )
        return await rows.find(ctx.actor.id, params.table, wanted)

    async def count(ctx: CallContext, params: Count) -> int:
        return await rows.count(ctx.actor.id, params.table, params.where)

    async def insert(ctx: CallContext, params: Insert) -> dict[str, Any]:
        return await rows.insert(ctx.actor.id, params.table, params.values)

    async def update(ctx: CallContext, params: Update) -> int:
        return await rows.update(ctx.actor.id, params.table, params.where, params.changes)

    async def delete(ctx: CallContext, params: Delete) -> int:
        return await rows.delete(ctx.actor.id, params.table, params.where)

    yield Method("tables.find", STORAGE_OWN, Find, find, "Find rows of the plugin's own.")
    yield Method("tables.count", STORAGE_OWN, Count, count, "Count rows of the plugin's own.")
    yield Method("tables.insert", STORAGE_OWN, Insert, insert, "Store a row of the plugin's own.")
    yield Method("tables.update", STORAGE_OWN, Update, update, "Change rows of the plugin's own.")
    yield Method("tables.delete", STORAGE_OWN, Delete, delete, "Delete rows of the plugin's own.")
