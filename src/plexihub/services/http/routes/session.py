"""`/session`: who is signed in; signing in and out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec

from plexihub.kernel.context import Actor
from plexihub.services.database import Session, User
from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import COOKIE, Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.users import LONGEST, public
from plexihub_sdk.ids import UserId
from plexihub_sdk.permissions import ROLE_RIGHTS

_PATH = "/api/v1/session"


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """What a person signs in with."""

    username: str
    password: str


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _PATH, partial(show, parts)
    yield "POST", _PATH, partial(sign_in, parts)
    yield "DELETE", _PATH, partial(sign_out, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """Tell who is signed in."""
    return json_answer(_describe(parts, call.user, call.session))


def _describe(parts: HttpParts, user: User | None, session: Session | None) -> dict[str, Any]:
    return {
        "user": public(user) if user else None,
        "csrf": session.csrf if session else None,
        "hub": {"name": parts.name(), "version": parts.version},
    }


async def sign_in(parts: HttpParts, call: Call) -> Answer:
    """Sign somebody in; an earlier session of this browser ends."""
    given = await call.read(Credentials)
    user = await parts.users.authenticate(
        call.ctx, given.username, given.password, address=call.address
    )
    ctx = replace(
        call.ctx.acting_as(Actor("user", user.id, user.username)),
        on_behalf_of=UserId(user.id),
        rights=ROLE_RIGHTS.get(user.role, frozenset()),
    )
    if call.session is not None:
        await parts.sessions.revoke(call.ctx, call.session.id)
    agent = call.headers.get("user-agent", "")
    token, session = await parts.sessions.create(ctx, user, user_agent=agent)
    cookie = {"set-cookie": _cookie(call, token, LONGEST)}
    return json_answer(_describe(parts, user, session), headers=cookie)


async def sign_out(parts: HttpParts, call: Call) -> Answer:
    """End the session, here and in the database."""
    if call.session is not None:
        await parts.sessions.revoke(call.ctx, call.session.id)
    headers = {**NOTHING.headers, "set-cookie": _cookie(call, "", timedelta())}
    return Answer(204, headers=headers)


def _cookie(call: Call, token: str, age: timedelta) -> str:
    # The server decides when a session ends; the cookie only has to last that long.
    secure = "; Secure" if call.scope.get("scheme") == "https" else ""
    seconds = int(age.total_seconds())
    where = f"Path={call.root or '/'}; Max-Age={seconds}"
    return f"{COOKIE}={token}; {where}; HttpOnly; SameSite=Lax{secure}"
