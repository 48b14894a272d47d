"""What a plugin lets others read and write of its tables: `get_service("data").offer(...)`.

    context.get_service("data").offer(
        Readable(
            name="notes",
            doc="The person's own notes.",
            table="notes",
            columns=(ReadColumn("id"), ReadColumn("text"), ReadColumn("written_at", "moment")),
            where="author_id = :person",
        ),
        writer=NoteWriter(),
    )

A sandboxed plugin with `data:read` then reads `notes` with `plugin.api.query`, and only the rows
for which `where` holds for the person it works for; with `data:write` it writes through the writer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.permissions import DATA_WRITE
from plexihub_sdk.routes import Person

__all__ = ("ColumnKind", "ReadColumn", "Readable", "Writer")

ColumnKind = Literal["text", "number", "flag", "moment", "json"]


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column that can be read.

    Args:
        name: As in the table, and as queries call it.
        kind: `moment` is read as ISO 8601 in UTC, `flag` as 0 or 1, `json` as its text.
    """

    name: str
    kind: ColumnKind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """Rows that the person for whom a plugin works may read.

    Args:
        name: As queries call it, a plural in snake_case.
        doc: Which rows these are, one sentence.
        table: Where they are.
        columns: Those that can be read; any other stays unseen. The first is the key.
        where: SQL that holds for the rows; `:person` stands for the person's id.
        personal: Whether somebody has to be there for whom it is read.
        plugin: Who alone may read it; every plugin when empty.
    """

    name: str
    doc: str
    table: str
    columns: tuple[ReadColumn, ...]
    where: str
    personal: bool = True
    plugin: str = ""

    @property
    def key(self) -> str:
        """Name the column that tells the rows apart."""
        return self.columns[0].name


class Writer:
    """Writes for a person, with the checks that the hub's own pages have.

    What a subclass does not write itself is refused. `person` never counts as an administrator.
    """

    async def create(self, person: Person, values: Mapping[str, Any]) -> str:
        """Store a new row for the person and answer its key.

        Raises:
            PermissionDenied: Nobody creates these.
        """
        del person, values
        raise _refused("create")

    async def save(self, person: Person, key: str, changes: Mapping[str, Any]) -> None:
        """Change a row of the person's.

        Raises:
            PermissionDenied: Nobody changes these, or it is not the person's.
        """
        del person, key, changes
        raise _refused("change")

    async def delete(self, person: Person, key: str) -> None:
        """Delete a row of the person's.

        Raises:
            PermissionDenied: Nobody deletes these, or it is not the person's.
        """
        del person, key
        raise _refused("delete")


def _refused(what: str) -> PermissionDenied:
    return PermissionDenied(
        DATA_WRITE,
        f"Plugins cannot {what} these.",
        where="data",
        next="See what can be written in the plugin guide.",
    )
