"""`/users`: the people of the hub."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from plexihub.services.database import User
from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.users import public
from plexihub_sdk.errors import NotFoundError, PermissionDenied

_ALL = "/api/v1/users"
_ONE = "/api/v1/users/{user_id}"
_OWN_FIELDS = frozenset({"display_name", "password"})


class NewUser(msgspec.Struct, forbid_unknown_fields=True):
    """A person to be created."""

    username: str
    password: str
    display_name: str = ""
    role: str = "member"


class UserChanges(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Fields of a person to be changed."""

    display_name: str | UnsetType = UNSET
    role: str | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    password: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET


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
    return json_answer(public(await _find(parts, call)))


async def _find(parts: HttpParts, call: Call) -> User:
    name = call.params["user_id"]
    found = await parts.users.find(name)
    try:
        return found or await parts.users.get(name)
    except NotFoundError:
        raise NotFoundError(f"There is no person {name!r}.", where="user") from None


async def create(parts: HttpParts, call: Call) -> Answer:
    """Create a person."""
    call.require_admin()
    fields: dict[str, Any] = msgspec.structs.asdict(await call.read(NewUser))
    user = await parts.users.create(call.ctx, **fields)
    return json_answer(public(user), status=201)


async def change(parts: HttpParts, call: Call) -> Answer:
    """Change a person: an administrator anybody, everybody a little of themselves."""
    call.require_user()
    given = await call.read(UserChanges)
    fields = {
        name: value for name, value in msgspec.structs.asdict(given).items() if value is not UNSET
    }
    user = await _find(parts, call)
    _check_rights(call, user, set(fields))
    keep = call.session.id if call.session else ""
    return json_answer(
        public(await parts.users.update(call.ctx, user.id, keep_session=keep, **fields))
    )


def _check_rights(call: Call, user: User, fields: set[str]) -> None:
    if call.is_admin:
        return
    if call.user is None or call.user.id != user.id:
        call.require_admin()
    if refused := fields - _OWN_FIELDS:
        raise PermissionDenied(
            "admin",
            f"Only an administrator may change {', '.join(sorted(refused))}.",
            where=min(refused),
            next="Ask an administrator.",
        )


async def delete(parts: HttpParts, call: Call) -> Answer:
    """Delete a person."""
    call.require_admin()
    user = await _find(parts, call)
    await parts.users.delete(call.ctx, user.id)
    return NOTHING
