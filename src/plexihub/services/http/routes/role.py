"""`/roles`: what groups of people may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from plexihub.services.database import Role
from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.users import public_role
from plexihub_sdk.permissions import ADMIN_USERS, PERMISSIONS, PERSONAL_RIGHTS

_ALL = "/api/v1/roles"
_ONE = "/api/v1/roles/{name}"


class NewRole(msgspec.Struct, forbid_unknown_fields=True):
    """A role to be created."""

    name: str
    title: str = ""
    permissions: list[str] = []


class RoleChanges(msgspec.Struct, forbid_unknown_fields=True):
    """Fields of a role to be changed."""

    title: str | UnsetType = UNSET
    permissions: list[str] | UnsetType = UNSET


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ALL, partial(show_all, parts)
    yield "POST", _ALL, partial(create, parts)
    yield "PATCH", _ONE, partial(change, parts)
    yield "DELETE", _ONE, partial(delete, parts)


async def show_all(parts: HttpParts, call: Call) -> Answer:
    """List the roles, and what each of the hub's permissions means."""
    call.require_user()
    items = [public_role(one) for one in await parts.users.roles.list()]
    known = [
        {"name": one.name, "says": one.says, "risk": one.risk}
        for one in (*PERMISSIONS.values(), *PERSONAL_RIGHTS.values())
    ]
    return json_answer({"items": items, "next": None, "permissions": known})


async def create(parts: HttpParts, call: Call) -> Answer:
    """Create a role that may do no more than who creates it."""
    call.require(ADMIN_USERS)
    given = await call.read(NewRole)
    call.authority.require_grant(given.permissions)
    fields: dict[str, Any] = msgspec.structs.asdict(given)
    role = await parts.users.roles.create(call.ctx, **fields)
    return json_answer(public_role(role), status=201)


async def change(parts: HttpParts, call: Call) -> Answer:
    """Change a role, before and after which it may do no more than who changes it."""
    call.require(ADMIN_USERS)
    given = await call.read(RoleChanges)
    role = await _below(parts, call)
    fields = {
        name: value for name, value in msgspec.structs.asdict(given).items() if value is not UNSET
    }
    call.authority.require_grant(fields.get("permissions", ()))
    return json_answer(public_role(await parts.users.roles.update(call.ctx, role.name, **fields)))


async def _below(parts: HttpParts, call: Call) -> Role:
    role = await parts.users.roles.get(call.params["name"])
    given = await parts.users.roles.rights_in(role.name)
    call.authority.require_role(role.name, given)
    return role


async def delete(parts: HttpParts, call: Call) -> Answer:
    """Delete a role that nobody has."""
    call.require(ADMIN_USERS)
    role = await _below(parts, call)
    await parts.users.roles.delete(call.ctx, role.name)
    return NOTHING
