"""`/session`: who is signed in; signing in and out, and acting as somebody else.

`/sessions`: the places where one is signed in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec

from plexihub.kernel.context import Actor
from plexihub.services.database import Session, User
from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import COOKIE, Call, cookie_of
from plexihub.services.http.parts import HttpParts
from plexihub.services.http.routes.user import find_person, require_over
from plexihub.services.users import LONGEST, SignedIn, public, public_session
from plexihub_sdk.errors import NotFoundError
from plexihub_sdk.ids import UserId
from plexihub_sdk.permissions import ADMIN_USERS

_PATH = "/api/v1/session"
_ALL = "/api/v1/sessions"
_THEIRS = "/api/v1/users/{user_id}/sessions"
#: Keeps an administrator's own token while the page acts as somebody else.
OWN_COOKIE = "plexihub_own"


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """What a person signs in with."""

    username: str
    password: str


class SecondStep(msgspec.Struct, forbid_unknown_fields=True):
    """The answer to what was asked for after the password."""

    ticket: str
    answer: str


class Impersonation(msgspec.Struct, forbid_unknown_fields=True):
    """For how many minutes somebody is acted as."""

    minutes: int = 30


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _PATH, partial(show, parts)
    yield "POST", _PATH, partial(sign_in, parts)
    yield "POST", f"{_PATH}/second-factor", partial(verify, parts)
    yield "DELETE", _PATH, partial(sign_out, parts)
    yield "POST", "/api/v1/users/{user_id}/impersonate", partial(impersonate, parts)
    yield "GET", _ALL, partial(show_own, parts)
    yield "DELETE", _ALL, partial(end_others, parts)
    yield "DELETE", _ALL + "/{session_id}", partial(end, parts)
    yield "GET", _THEIRS, partial(show_theirs, parts)
    yield "DELETE", _THEIRS, partial(end_theirs, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """Tell who is signed in."""
    found = None
    if call.user is not None and call.session is not None:
        by = call.ctx.actor.name.partition(" as ")[0] if call.is_impersonated else ""
        found = SignedIn(call.session, call.user, call.ctx.rights, by)
    return json_answer(_describe(parts, found))


def _describe(parts: HttpParts, found: SignedIn | None) -> dict[str, Any]:
    return {
        "user": public(found.user) if found else None,
        "csrf": found.session.csrf if found else None,
        "rights": sorted(found.rights) if found else [],
        "acting": found.by if found and found.by else None,
        "hub": {
            "name": parts.name(),
            "version": parts.version,
            "development": parts.development is not None,
        },
    }


async def sign_in(parts: HttpParts, call: Call) -> Answer:
    """Sign somebody in; an earlier session of this browser ends."""
    given = await call.read(Credentials)
    user = await parts.users.authenticate(
        call.ctx,
        given.username,
        given.password,
        address=call.address,
        user_agent=call.headers.get("user-agent", ""),
    )
    return await enter(parts, call, user)


async def verify(parts: HttpParts, call: Call) -> Answer:
    """Take the answer to a further step, and sign in when it was the last one."""
    given = await call.read(SecondStep)
    user = await parts.users.verify(call.ctx, given.ticket, given.answer, address=call.address)
    return await enter(parts, call, user)


async def enter(parts: HttpParts, call: Call, user: User) -> Answer:
    """Begin a session of a person in the browser that calls, in place of the one it had."""
    rights = await parts.users.roles.rights_of(user)
    ctx = replace(
        call.ctx.acting_as(Actor("user", user.id, user.username)),
        on_behalf_of=UserId(user.id),
        rights=rights,
    )
    if call.session is not None:
        await parts.sessions.revoke(call.ctx, call.session.id)
    agent = call.headers.get("user-agent", "")
    token, session = await parts.sessions.create(ctx, user, user_agent=agent, address=call.address)
    return _answer(parts, SignedIn(session, user, rights), _cookie(call, COOKIE, token, LONGEST))


def _answer(parts: HttpParts, found: SignedIn, *cookies: str) -> Answer:
    return replace(json_answer(_describe(parts, found)), cookies=cookies)


async def sign_out(parts: HttpParts, call: Call) -> Answer:
    """End the session; who acted as somebody else is back in their own."""
    if call.session is not None:
        await parts.sessions.revoke(call.ctx, call.session.id)
    own = cookie_of(call.headers, OWN_COOKIE)
    gone = _cookie(call, OWN_COOKIE, "", timedelta()) if own else None
    if call.session is not None and call.is_impersonated and own:
        found = await parts.sessions.find(own)
        # Only of whom it was begun by: a token put there by somebody else is worth nothing.
        if found is not None and found.user.id == call.session.by_id:
            back = _cookie(call, COOKIE, own, LONGEST)
            return _answer(parts, found, back, gone or "")
    cookies = (_cookie(call, COOKIE, "", timedelta()), *([gone] if gone else []))
    return replace(NOTHING, cookies=cookies)


async def impersonate(parts: HttpParts, call: Call) -> Answer:
    """Let this browser act as somebody else for a while: for administrators alone."""
    call.require_admin()
    call.require_oneself("act as a third person")
    user = await find_person(parts, call)
    given = await call.read(Impersonation) if await call.body() else Impersonation()
    token, session = await parts.sessions.impersonate(call.ctx, user, minutes=given.minutes)
    by = call.user.username if call.user else "operator"
    found = SignedIn(session, user, await parts.users.roles.rights_of(user), by)
    age = timedelta(minutes=given.minutes)
    cookies = [_cookie(call, COOKIE, token, LONGEST)]
    if own := cookie_of(call.headers):
        cookies.append(_cookie(call, OWN_COOKIE, own, age + timedelta(hours=1)))
    return _answer(parts, found, *cookies)


async def show_own(parts: HttpParts, call: Call) -> Answer:
    """List where one is signed in, and where one acts as somebody else or somebody as oneself."""
    call.require_user()
    if call.user is None:
        return json_answer({"items": [], "next": None})
    return await _list(parts, call, call.user.id)


async def show_theirs(parts: HttpParts, call: Call) -> Answer:
    """List somebody's sessions."""
    user = await _managed(parts, call)
    return await _list(parts, call, user.id)


async def _managed(parts: HttpParts, call: Call) -> User:
    call.require_user()
    user = await find_person(parts, call)
    if call.user is None or user.id != call.user.id:
        call.require(ADMIN_USERS)
        await require_over(parts, call, user)
    return user


async def _list(parts: HttpParts, call: Call, user_id: str) -> Answer:
    found: Sequence[Session] = await parts.sessions.list(user_id)
    names = {one.id: one.username for one in await parts.users.list()} if found else {}
    here = call.session.id if call.session else ""
    items = [
        {
            **public_session(one),
            "username": names.get(one.user_id, ""),
            "by": names.get(one.by_id, one.by_id),
            "current": one.id == here,
        }
        for one in found
    ]
    return json_answer({"items": items, "next": None})


async def end(parts: HttpParts, call: Call) -> Answer:
    """End one session: one's own, one in which one is acted for, or one of whom one manages."""
    call.require_user()
    session = await parts.sessions.get(call.params["session_id"])
    if session is None:
        raise NotFoundError("There is no such session.", where="session")
    me = call.user.id if call.user else ""
    if me not in {session.user_id, session.by_id}:
        if not call.may(ADMIN_USERS):
            # Whether a stranger's session exists is not for everybody to know.
            raise NotFoundError("There is no such session.", where="session")
        await require_over(parts, call, await parts.users.get(session.user_id))
    await parts.sessions.revoke(call.ctx, session.id)
    return NOTHING


async def end_others(parts: HttpParts, call: Call) -> Answer:
    """End all of one's sessions but this one."""
    call.require_user()
    call.require_oneself("end somebody's sessions")
    if call.user is None or call.session is None:
        return json_answer({"ended": 0})
    ended = await parts.sessions.revoke_all(call.ctx, call.user.id, keep=call.session.id)
    return json_answer({"ended": ended})


async def end_theirs(parts: HttpParts, call: Call) -> Answer:
    """End all of somebody's sessions."""
    user = await _managed(parts, call)
    return json_answer({"ended": await parts.sessions.revoke_all(call.ctx, user.id)})


def _cookie(call: Call, name: str, token: str, age: timedelta) -> str:
    # The server decides when a session ends; the cookie only has to last that long.
    secure = "; Secure" if call.client.is_secure else ""
    seconds = int(age.total_seconds())
    where = f"Path={call.root or '/'}; Max-Age={seconds}"
    return f"{name}={token}; {where}; HttpOnly; SameSite=Lax{secure}"
