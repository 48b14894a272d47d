"""What of its own tables a plugin's `query` may read: all of it, under its own names."""

from __future__ import annotations

from collections.abc import Mapping

from plexihub.services.database import OwnModel
from plexihub_sdk.data import ColumnKind, Readable, ReadColumn

_KINDS: Mapping[str, ColumnKind] = {
    "text": "text",
    "integer": "number",
    "number": "number",
    "boolean": "flag",
    "time": "moment",
    "json": "json",
}


def readable_of(plugin: str, model: OwnModel) -> Readable:
    """Describe a plugin's own table to what reads by SQL, without the books' own column."""
    declared = model.declared
    return Readable(
        name=declared.name,
        doc="The plugin's own.",
        table=model.table.name,
        columns=(
            ReadColumn("id"),
            *(ReadColumn(one.name, _KINDS[one.type]) for one in declared.columns),
        ),
        where="1 = 1",
        personal=False,
        plugin=plugin,
    )
