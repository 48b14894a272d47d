"""Tables that a sandboxed plugin declares in `plugin.json`, made by the machinery of all models.

No column refuses NULL in the database itself: what a row must have is checked where rows are
written. So a version that knows fewer columns, or one that comes back, never meets a table it
cannot write to.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from plexihub.services.database.handle import Rows
from plexihub.services.database.record import Row
from plexihub_sdk.ids import new_id
from plexihub_sdk.models import Model, column
from plexihub_sdk.tables import OwnColumn, OwnTable

PREFIX = "own_"
#: How large a row is, in bytes; kept with it, so that the books need not read it again.
SIZE = "row_bytes"
LONGEST_ID = 64
#: PostgreSQL cuts longer names off.
_LONGEST_NAME = 60
_TYPES: Mapping[str, type] = {
    "text": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "time": datetime,
    "json": dict,
}


@dataclass(frozen=True, slots=True)
class OwnModel:
    """A table of a plugin's own that is ready.

    Args:
        declared: As the plugin wrote it; its columns are what the plugin may read and write.
        rows: Its records.
    """

    declared: OwnTable
    rows: Rows[Row]

    @property
    def table(self) -> Table:
        """The table in the database; beside what is declared it has `id` and `row_bytes`."""
        return self.rows.spec.table


def table_name(plugin: str, name: str) -> str:
    """Name a plugin's table in the database: no two plugins' tables share a name."""
    # A plugin's id has no two hyphens together, and a table's name no two underscores.
    whole = f"{PREFIX}{plugin.replace('-', '_')}__{name}"
    if len(whole) <= _LONGEST_NAME:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{whole[: _LONGEST_NAME - 17]}_{digest}"


def model_of(plugin: str, table: OwnTable) -> type[Model]:
    """Make the model of a declared table."""
    hints: dict[str, Any] = {"id": str}
    columns: dict[str, Any] = {
        "id": column(primary_key=True, default=new_id, max_length=LONGEST_ID)
    }
    for one in table.columns:
        hints[one.name] = _TYPES[one.type] | None
        columns[one.name] = _column(one, table)
    hints[SIZE], columns[SIZE] = int | None, column(default=0)

    def fill(space: dict[str, Any]) -> None:
        space.update(columns, __annotations__=hints, __module__=__name__)

    name = table_name(plugin, table.name)
    return types.new_class(table.name, (Model,), {"table": name}, fill)


def _column(one: OwnColumn, table: OwnTable) -> Any:
    rule = _rules(table).get(one.name)
    more: dict[str, Any] = {} if one.default is None else {"default": one.default}
    if rule is not None:
        more |= {"unique_with": rule} if rule else {"unique": True}
    return column(index=one.name in table.index, **more)


def _rules(table: OwnTable) -> dict[str, tuple[str, ...]]:
    """Give each rule of uniqueness a column at which it stands, with the others it is about."""
    found: dict[str, tuple[str, ...]] = {}
    for names in table.unique:
        at = next(name for name in names if name not in found)
        found[at] = tuple(name for name in names if name != at)
    return found
