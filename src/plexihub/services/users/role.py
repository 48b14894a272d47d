"""Roles: what groups of people may do. `admin` and `member` are always there."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ports import AuditSink
from plexihub.services.database import Database, Role, Rows, User
from plexihub.services.database.plainly import either_way
from plexihub.services.database.schema import roles
from plexihub.services.users.audited import audited
from plexihub.services.users.rights import ADMIN, check_permissions, rights
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError

LONGEST_TITLE = 80
_NAME = re.compile(r"[a-z][a-z0-9-]{1,15}\Z")
_OF_ROLE = select(roles.c.permissions).where(roles.c.name == bindparam("role"))


def check_title(value: object) -> str:
    """Check a role's title, without the blanks around it.

    Raises:
        InputError: It is empty, too long or not printable.
    """
    title = value.strip() if isinstance(value, str) else ""
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise InputError(
            f"A title is printable text of 1 to {LONGEST_TITLE} characters.", where="title"
        )
    return title


def check_name(value: object) -> str:
    """Check a role's name.

    Raises:
        InputError: It is too short, too long or has other characters.
    """
    if not isinstance(value, str) or not _NAME.match(value):
        raise InputError(
            "A role's name has 2 to 16 characters: small letters, digits and `-`.", where="name"
        )
    return value


class Roles:
    """Creates, changes, deletes and finds roles. Who may do so is decided by the doors."""

    def __init__(
        self, database: Database, *, hooks: HookTable, bus: EventBus, audit: AuditSink
    ) -> None:
        self._database = database
        self._hooks = hooks
        self._bus = bus
        self._audit = audit
        self._rows: Rows[Role] = database.rows(Role)
        self._people: Rows[User] = database.rows(User)

    def plainly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work now in plain code, or answer it to be awaited."""
        return self._database.plainly(work)

    @either_way
    async def list(self) -> Sequence[Role]:
        """Answer every role, those of the hub first."""
        return await self._rows.find(order=("-builtin", "name"))

    @either_way
    async def get(self, name: str) -> Role:
        """Answer one role.

        Raises:
            NotFoundError: There is none of this name.
        """
        role = await self._rows.find_one({"name": name})
        if role is None:
            raise NotFoundError(f"There is no role {name!r}.", where="role")
        return role

    async def require(self, name: str) -> None:
        """Let only names of roles pass.

        Raises:
            InputError: There is no such role; the message lists those there are.
        """
        names = [role.name for role in await self._rows.find(order=("-builtin", "name"))]
        if name not in names:
            raise InputError(
                f"There is no role {name[:40]!r}; a role is one of: {', '.join(names)}.",
                where="role",
            )

    async def rights_of(self, user: User) -> frozenset[str]:
        """Tell what a person may do now."""
        return await self.rights_in(user.role, user.permissions)

    async def rights_in(self, role: str, own: Sequence[str] = ()) -> frozenset[str]:
        """Tell what somebody with a role and extra permissions may do now."""
        found = await self._database.glance(_OF_ROLE, {"role": role})
        return rights(role, found[0]["permissions"] if found else None, own)

    @either_way
    async def create(
        self, ctx: CallContext, *, name: str, title: str = "", permissions: Sequence[str] = ()
    ) -> Role:
        """Create a role: `role.creating` may change or refuse it, `role.created` tells it.

        Raises:
            InputError: A field is wrong, before or after the hook.
            ConflictError: The name is taken.
            Veto: A handler refused.
        """
        async with audited(self._audit, ctx, "role.create", name):
            payload = _checked({"name": name, "title": title or name, "permissions": permissions})
            await self._hooks.call("role.creating", payload, ctx)
            values = _checked({key: payload.get(key) for key in ("name", "title", "permissions")})
            async with self._database.unit_of_work() as unit:
                await unit.connection()
                if await self._rows.find_one({"name": values["name"]}):
                    raise ConflictError(f"The role {values['name']!r} is there.", where="name")
                role = await self._rows.insert(values)
                self._bus.publish("role.created", {"role": public_role(role)}, ctx)
            return role

    @either_way
    async def update(self, /, ctx: CallContext, name: str, **changes: Any) -> Role:
        """Change a role's `title` or `permissions`; the next request of each person counts it.

        Raises:
            NotFoundError: There is no such role.
            InputError: A field is wrong, before or after the hook.
            ConflictError: Administrators would lose a right.
            Veto: A handler refused.
        """
        async with audited(self._audit, ctx, "role.update", name, fields=sorted(changes)):
            role = await self.get(name)
            values = _checked(changes, without="name")
            payload: dict[str, Any] = {"id": role.name, "changes": values}
            await self._hooks.call("role.updating", payload, ctx)
            values = _checked(payload["changes"], without="name")
            if role.name == ADMIN and "permissions" in values:
                raise ConflictError(
                    "Administrators have every right.", where="permissions", next="Use a new role."
                )
            async with self._database.unit_of_work():
                role = await self._rows.update(role.name, values) if values else role
                self._bus.publish("role.updated", {"role": public_role(role)}, ctx)
            return role

    @either_way
    async def delete(self, ctx: CallContext, name: str) -> None:
        """Delete a role that nobody has.

        Raises:
            NotFoundError: There is no such role.
            ConflictError: It is one of the hub's own, or somebody has it.
            Veto: A handler refused.
        """
        async with audited(self._audit, ctx, "role.delete", name):
            role = await self.get(name)
            if role.builtin:
                raise ConflictError(f"The hub needs the role {name!r}.", where="role")
            await self._hooks.call("role.deleting", {"id": role.name}, ctx)
            async with self._database.unit_of_work() as unit:
                await unit.connection()
                if count := await self._people.count({"role": role.name}):
                    raise ConflictError(
                        f"The role {name!r} is still given to {count}.",
                        where="role",
                        next="Give them another role first.",
                    )
                await self._rows.delete_row(role.name)
                self._bus.publish("role.deleted", {"id": role.name}, ctx)


_CHECKS: Mapping[str, Callable[[object], Any]] = {
    "name": check_name,
    "title": check_title,
    "permissions": check_permissions,
}


def _checked(values: Mapping[str, Any], *, without: str = "") -> dict[str, Any]:
    checks = {name: check for name, check in _CHECKS.items() if name != without}
    for name in values:
        if name not in checks:
            raise InputError(f"`{name}` is no field that can be set here.", where=name)
    return {name: checks[name](value) for name, value in values.items()}


def public_role(role: Role) -> dict[str, Any]:
    """Copy what the interfaces show of a role."""
    given = rights(role.name, role.permissions)
    return {
        "name": role.name,
        "title": role.title,
        "permissions": sorted(given),
        "builtin": role.builtin,
    }
