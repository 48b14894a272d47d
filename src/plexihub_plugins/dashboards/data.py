"""What of the dashboards a sandboxed plugin reads and writes for a person: their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub_sdk.data import Readable, ReadColumn, Writer
from plexihub_sdk.errors import InputError
from plexihub_sdk.routes import Person

from .action import Actions

DASHBOARDS = Readable(
    name="dashboards",
    doc="The dashboards that the person made.",
    table="dashboards",
    columns=(
        ReadColumn("id"),
        ReadColumn("title"),
        ReadColumn("owner_id"),
        ReadColumn("created_at", "moment"),
    ),
    where="owner_id = :person",
)


class DashboardWriter(Writer):
    """Dashboards of the person's own."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    async def create(self, person: Person, values: Mapping[str, Any]) -> str:
        """Make a dashboard of this `title`."""
        return str((await self._actions.create(person, title=_title(values)))["id"])

    async def save(self, person: Person, key: str, changes: Mapping[str, Any]) -> None:
        """Give a dashboard of theirs another `title`."""
        await self._actions.rename(person, key, title=_title(changes))

    async def delete(self, person: Person, key: str) -> None:
        """Delete a dashboard of theirs."""
        await self._actions.delete(person, key)


def _title(values: Mapping[str, Any]) -> Any:
    if values.keys() != {"title"}:
        raise InputError("Of a dashboard, `title` is written and nothing else.", where="title")
    return values["title"]
