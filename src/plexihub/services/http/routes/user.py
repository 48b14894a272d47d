"""`/users`: the people of the hub."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from plexihub.services.database import User
from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.users import extensions_of, public
from plexihub_sdk.errors import InputError, NotFoundError, PermissionDenied
from plexihub_sdk.permissions import ADMIN_USERS

_ALL = "/api/v1/users"
_ONE = "/api/v1/users/{user_id}"
_OWN_FIELDS = frozenset({"display_name", "password", "extensions"})
_OWN, _ANY = frozenset({"everyone", "self"}), frozenset({"everyone", "self", "admin"})


class NewUser(msgspec.Struct, forbid_unknown_fields=True):
    """A person to be created."""

    username: str
    password: str
    display_name: str = ""
    role: str = "member"
    permissions: list[str] = []


class UserChanges(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Fields of a person to be changed; a new password of one's own needs the present one."""

    display_name: str | UnsetType = UNSET
    role: str | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    password: str | UnsetType = UNSET
    current_password: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    permissions: list[str] | UnsetType = UNSET
    extensions: dict[str, Any] | UnsetType = UNSET


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ALL, partial(show_all, parts)
    yield "POST", _ALL, partial(create, parts)
    yield "GET", _ONE, partial(show, parts)
    yield "PATCH", _ONE, partial(change, parts)
    yield "DELETE", _ONE, partial(delete, parts)


async def show_all(parts: HttpParts, call: Call) -> Answer:
    """List everybody."""
    call.require_user()
    people = [public(user) for user in await parts.users.list()]
    return json_answer({"items": people, "next": None})


async def show(parts: HttpParts, call: Call) -> Answer:
    """Show one person."""
    call.require_user()
    return json_answer(_describe(call, await find_person(parts, call)))


def _describe(call: Call, user: User) -> dict[str, Any]:
    """Copy what this caller may see of a person, and what plugins' fields the page has for it."""
    seen = _seen(call, user)
    fields = [
        {
            "name": one.name,
            "title": one.title,
            "type": one.kind.__name__,
            "value": getattr(user, one.name),
            "owner": one.owner or "",
            "editable": seen != {"everyone"},
        }
        for one in user.extended_by.properties()
        if one.title and one.visible in seen
    ]
    told = {**public(user), "extensions": extensions_of(user, seen), "fields": fields}
    if seen != {"everyone"}:
        told["permissions"] = list(user.permissions)
    return told


def _seen(call: Call, user: User) -> frozenset[str]:
    if call.may(ADMIN_USERS):
        return _ANY
    is_self = call.user is not None and call.user.id == user.id
    return _OWN if is_self else frozenset({"everyone"})


async def find_person(parts: HttpParts, call: Call) -> User:
    """Find whom a path names, by username or id.

    Raises:
        NotFoundError: There is nobody.
    """
    name = call.params["user_id"]
    found = await parts.users.find(name)
    try:
        return found or await parts.users.get(name)
    except NotFoundError:
        raise NotFoundError(f"There is no person {name!r}.", where="user") from None


async def require_over(parts: HttpParts, call: Call, user: User) -> None:
    """Let only those pass who may do all that the person may.

    Raises:
        PermissionDenied: The person may do more.
    """
    call.authority.require_over(user, await parts.users.roles.rights_of(user))


async def _require_gift(
    parts: HttpParts, call: Call, *, role: str, permissions: Sequence[str]
) -> None:
    call.authority.require_role(role, await parts.users.roles.rights_in(role))
    call.authority.require_grant(permissions)


async def create(parts: HttpParts, call: Call) -> Answer:
    """Create a person."""
    call.require(ADMIN_USERS)
    given = await call.read(NewUser)
    await _require_gift(parts, call, role=given.role, permissions=given.permissions)
    fields: dict[str, Any] = msgspec.structs.asdict(given)
    user = await parts.users.create(call.ctx, **fields)
    return json_answer(_describe(call, user), status=201)


async def change(parts: HttpParts, call: Call) -> Answer:
    """Change a person: who manages people those below them, everybody a little of themselves."""
    call.require_user()
    given = await call.read(UserChanges)
    fields = {
        name: value for name, value in msgspec.structs.asdict(given).items() if value is not UNSET
    }
    present = fields.pop("current_password", "")
    user = await find_person(parts, call)
    await _check_rights(parts, call, user, fields)
    if "password" in fields:
        await _check_password(parts, call, user, present)
    keep = call.session.id if call.session else ""
    changed = await parts.users.update(call.ctx, user.id, keep_session=keep, **fields)
    return json_answer(_describe(call, changed))


async def _check_rights(parts: HttpParts, call: Call, user: User, fields: dict[str, Any]) -> None:
    is_self = call.user is not None and call.user.id == user.id
    seen = _seen(call, user)
    for name in fields.get("extensions", {}):
        one = user.extended_by.get(name)
        # One without a title stands on nobody's page: a plugin keeps it, such as a level or a
        # credit, and the person themselves only sees it.
        is_theirs = one is not None and (bool(one.title) or call.may(ADMIN_USERS))
        if one is None or one.visible not in seen or not is_theirs:
            raise InputError(f"No plugin adds `{name}` to people.", where=name)
    if is_self and not set(fields) - _OWN_FIELDS:
        return
    if is_self and not call.may(ADMIN_USERS):
        refused = sorted(set(fields) - _OWN_FIELDS)
        raise PermissionDenied(
            ADMIN_USERS,
            f"Only who manages people may change {', '.join(refused)}.",
            where=refused[0],
            next="Ask an administrator.",
        )
    call.require(ADMIN_USERS)
    await require_over(parts, call, user)
    role, own = fields.get("role", user.role), fields.get("permissions", user.permissions)
    if role != user.role:
        await _require_gift(parts, call, role=role, permissions=())
    call.authority.require_grant(set(own) ^ set(user.permissions))


async def _check_password(parts: HttpParts, call: Call, user: User, present: str) -> None:
    call.require_oneself("change a password")
    if call.user is not None and call.user.id == user.id:
        await parts.users.require_password(call.ctx, call.user, present)


async def delete(parts: HttpParts, call: Call) -> Answer:
    """Delete a person."""
    call.require(ADMIN_USERS)
    user = await find_person(parts, call)
    await require_over(parts, call, user)
    await parts.users.delete(call.ctx, user.id)
    return NOTHING
