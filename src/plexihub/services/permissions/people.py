"""What people may do: their role's rights and their own, as they are now."""

from __future__ import annotations

from dataclasses import dataclass

from plexihub.services.database import Database, Role, User
from plexihub.services.users.rights import ADMIN, rights
from plexihub_sdk.errors import NotFoundError

MOST_PEOPLE = 10_000


@dataclass(frozen=True, slots=True)
class Holder:
    """A person, and what they may do.

    Args:
        id: Theirs.
        username: Theirs.
        role: Name of their role.
        role_title: For people.
        is_active: Whether they can sign in.
        own: Rights that are theirs beyond the role's.
        rights: All of them.
    """

    id: str
    username: str
    role: str
    role_title: str
    is_active: bool
    own: frozenset[str]
    rights: frozenset[str]

    def through(self, permission: str) -> str:
        """Say by what the person has a right; empty where they have it not."""
        if permission not in self.rights or not self.is_active:
            return ""
        if permission in self.own and self.role != ADMIN:
            return "a right of their own"
        return f"the role {self.role_title}"


class People:
    """Reads people with their rights.

    Args:
        database: Knows people and roles.
    """

    def __init__(self, database: Database) -> None:
        self._people = database.rows(User)
        self._roles = database.rows(Role)

    async def all(self) -> list[Holder]:
        """List everybody, by username."""
        roles = {one.name: one for one in await self._roles.find()}
        found = await self._people.find(limit=MOST_PEOPLE)
        return sorted((_holder(one, roles) for one in found), key=lambda one: one.username)

    async def named(self, name: str) -> Holder:
        """Find a person by username or id.

        Raises:
            NotFoundError: There is no such person.
        """
        for key in ("username", "id"):
            if (found := await self._people.find_one({key: name})) is not None:
                return _holder(found, {one.name: one for one in await self._roles.find()})
        raise NotFoundError(f"There is no person {name!r}.", where="person")


def _holder(person: User, roles: dict[str, Role]) -> Holder:
    role = roles.get(person.role)
    own = frozenset(person.permissions or ())
    return Holder(
        id=person.id,
        username=person.username,
        role=person.role,
        role_title=role.title if role else person.role.title(),
        is_active=person.is_active,
        own=own,
        rights=rights(person.role, role.permissions if role else None, own),
    )
