"""What of the hub's own tables a sandboxed plugin reads and writes for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub.kernel.context import current
from plexihub.services.query import DataService
from plexihub.services.users import UserManager, person
from plexihub_sdk.data import Readable, ReadColumn, Writer
from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.permissions import DATA_WRITE
from plexihub_sdk.routes import Person

USERS = Readable(
    name="users",
    doc="The person's own row, and nobody else's.",
    table="users",
    columns=(
        ReadColumn("id"),
        ReadColumn("username"),
        ReadColumn("display_name"),
        ReadColumn("role"),
        ReadColumn("tags", "json"),
        ReadColumn("is_active", "flag"),
        ReadColumn("created_at", "moment"),
    ),
    where="id = :person",
)
FILES = Readable(
    name="files",
    doc="What is known of the files that the person keeps; not what is in them.",
    table="files",
    columns=(
        ReadColumn("id"),
        ReadColumn("name"),
        ReadColumn("content_type"),
        ReadColumn("size", "number"),
        ReadColumn("created_at", "moment"),
    ),
    where="owner_id = :person",
)


class OwnRow(Writer):
    """Writes the person's own row: the name that others see."""

    def __init__(self, users: UserManager) -> None:
        self._users = users

    async def save(self, who: Person, key: str, changes: Mapping[str, Any]) -> None:
        """Give the person another display name.

        Raises:
            PermissionDenied: It is somebody else's row, or another column.
            InputError: The name cannot be.
            Veto: A handler of `user.updating` refused.
        """
        if key != who.id or changes.keys() != {"display_name"}:
            raise PermissionDenied(
                DATA_WRITE,
                "Of a person's own row, only `display_name` can be written.",
                where="users",
            )
        await self._users.update(current(), key, display_name=changes["display_name"])


def offer_own_data(data: DataService, users: UserManager) -> None:
    """Offer the hub's own tables."""
    data.offer(USERS, writer=OwnRow(users))
    data.offer(FILES)


async def find_person(users: UserManager, identity: str) -> Person:
    """Find the person for whom something is written.

    Raises:
        NotFoundError: There is nobody of this id.
    """
    return person(await users.get(identity))
