"""Tables of a sandboxed plugin's own, as `plugin.json` declares them.

    "tables": {
        "votes": {
            "columns": {
                "poll": "text",
                "person": "text",
                "count": {"type": "integer", "default": 0},
                "note": {"type": "text", "optional": true}
            },
            "unique": [["poll", "person"]],
            "index": ["poll"]
        }
    }

Each row has an `id` besides, text, which the hub makes where a new row brings none. A later version
may declare more: what is new is added, what is no longer declared stays with its values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from plexihub_sdk.errors import ManifestError

ColumnType = Literal["text", "integer", "number", "boolean", "time", "json"]
COLUMN_TYPES: tuple[str, ...] = get_args(ColumnType)
MOST_TABLES = 20
MOST_COLUMNS = 40
MOST_RULES = 8
#: What a default may be in Python; the others have none but null.
_DEFAULTS: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_LARGEST = 2**53 - 1
LONGEST_DEFAULT = 1000
_TABLE = re.compile(r"[a-z](?:_?[a-z0-9])*\Z", re.ASCII)
_COLUMN = re.compile(r"[a-z][a-z0-9_]*\Z", re.ASCII)
LONGEST_NAME = 40
#: `id` and `row_bytes` are every table's own; the others are methods of a record.
RESERVED = frozenset({"id", "row_bytes", "rowid", "oid", "save", "delete", "to_dict"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnColumn:
    """One column.

    Args:
        name: A small letter, then small letters, digits and `_`.
        type: What it holds.
        optional: Whether a new row may leave it out.
        default: What a new row has that leaves it out; None for nothing.
    """

    name: str
    type: ColumnType
    optional: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTable:
    """One table.

    Args:
        name: Unique within the plugin.
        columns: In the order written, without `id`.
        unique: Sets of columns of which no two rows have the same values.
        index: Columns that are often looked up.
    """

    name: str
    columns: tuple[OwnColumn, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    index: tuple[str, ...] = ()


def read_tables(data: object) -> tuple[OwnTable, ...]:
    """Read the field `tables` of a manifest.

    Raises:
        ManifestError: A declaration is wrong; `where` names it.
    """
    tables = _mapping(data, "tables")
    if len(tables) > MOST_TABLES:
        raise ManifestError(f"A plugin has {MOST_TABLES} tables at most.", where="tables")
    return tuple(_read(name, table) for name, table in tables.items())


def _read(name: str, data: object) -> OwnTable:
    where = f"tables.{name}"[:200]
    if not _TABLE.match(name) or len(name) > LONGEST_NAME:
        raise ManifestError(
            f"A table is named with small letters, digits and single _, {LONGEST_NAME} at most.",
            where=where,
        )
    table = _mapping(data, where)
    _refuse_unknown(table, {"columns", "unique", "index"}, where)
    columns = _columns(table.get("columns"), f"{where}.columns")
    found = OwnTable(
        name=name,
        columns=columns,
        unique=tuple(
            _names(one, columns, f"{where}.unique[{at}]")
            for at, one in enumerate(_list(table.get("unique", []), f"{where}.unique"))
        ),
        index=_names(table.get("index", []), columns, f"{where}.index"),
    )
    _check_unique(found, where)
    return found


def _check_unique(table: OwnTable, where: str) -> None:
    taken: set[str] = set()
    for at, names in enumerate(table.unique):
        # Each rule stands at one column, so two cannot be of the same columns alone.
        free = [name for name in names if name not in taken]
        if not free:
            raise ManifestError(
                "This rule is about columns that other rules are about already.",
                where=f"{where}.unique[{at}]",
            )
        taken.add(free[0])


def _columns(data: object, where: str) -> tuple[OwnColumn, ...]:
    columns = _mapping(data, where)
    if not 1 <= len(columns) <= MOST_COLUMNS:
        raise ManifestError(f"A table has 1 to {MOST_COLUMNS} columns.", where=where)
    return tuple(_column(name, one, f"{where}.{name}"[:200]) for name, one in columns.items())


def _column(name: str, data: object, where: str) -> OwnColumn:
    if not _COLUMN.match(name) or len(name) > LONGEST_NAME or name.lower() in RESERVED:
        raise ManifestError(
            f"A column is named with small letters, digits and _, a letter first, {LONGEST_NAME} at"
            f" most; {', '.join(sorted(RESERVED))} are taken.",
            where=where,
        )
    fields = _mapping({"type": data} if isinstance(data, str) else data, where)
    _refuse_unknown(fields, {"type", "optional", "default"}, where)
    kind, optional = fields.get("type"), fields.get("optional", False)
    if kind not in COLUMN_TYPES:
        raise ManifestError(f"The type is one of {', '.join(COLUMN_TYPES)}.", where=where)
    if not isinstance(optional, bool):
        raise ManifestError("`optional` is true or false.", where=where)
    default = _default(kind, fields.get("default"), where)
    return OwnColumn(name=name, type=kind, optional=optional, default=default)


def _default(kind: str, value: Any, where: str) -> Any:
    if value is None:
        return None
    fits = isinstance(value, _DEFAULTS.get(kind, ()))
    if isinstance(value, bool) and kind != "boolean":
        fits = False
    if isinstance(value, int) and abs(value) > _LARGEST:
        fits = False
    if isinstance(value, str) and (len(value) > LONGEST_DEFAULT or "\0" in value):
        fits = False
    if not fits:
        raise ManifestError(f"This is no default for a column of {kind}.", where=where)
    return value


def _names(data: object, columns: Sequence[OwnColumn], where: str) -> tuple[str, ...]:
    known = {one.name for one in columns if one.type != "json"}
    names = _list(data, where)
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise ManifestError(
                f"{name!r} is no column that can be looked up by."[:300],
                where=where,
                next=f"Columns: {', '.join(sorted(known))}.",
            )
    if len(set(names)) < len(names):
        raise ManifestError("A column is named twice.", where=where)
    return tuple(names)


def _list(data: object, where: str) -> Sequence[Any]:
    if not isinstance(data, list | tuple) or len(data) > MOST_RULES:
        raise ManifestError(f"This must be a list of at most {MOST_RULES} entries.", where=where)
    return data


def _mapping(data: object, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise ManifestError("This must be an object.", where=where)
    return data


def _refuse_unknown(data: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in data:
        if key not in known:
            raise ManifestError(
                f"Unknown field {key!r}."[:300],
                where=f"{where}.{key}"[:200],
                next=f"Known: {', '.join(sorted(known))}.",
            )
