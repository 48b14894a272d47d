"""`/development` and `/session/link`: what only a hub of `plexihub plugin dev` answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

import msgspec

from plexihub.services.development import Development
from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.http.routes.session import enter
from plexihub_sdk.errors import NotFoundError, PermissionDenied

_ALL = "/api/v1/development"
_ONE = "/api/v1/development/{plugin_id}"


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of a sign-in link."""

    secret: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a plugin's code, where, and the lines around that."""

    message: str
    where: str = ""
    next: str = ""
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Save:
    """How a save went: `problem` absent where it runs."""

    source: str
    took_ms: float
    problem: Problem | None = None


class Saves(TypedDict):
    """The last save of each plugin that is being written."""

    items: list[dict[str, Any]]
    next: str | None


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "POST", "/api/v1/session/link", partial(sign_in, parts)
    yield "GET", _ALL, partial(show, parts)
    yield "PUT", _ONE, partial(report, parts)


def _development(parts: HttpParts) -> Development:
    if parts.development is None:
        raise NotFoundError(
            "This hub serves people, and no plugin's author.",
            where="development",
            next="Run a hub for the plugin you write: plexihub plugin dev",
        )
    return parts.development


async def sign_in(parts: HttpParts, call: Call) -> Answer:
    """Sign the author in by the link that `plexihub plugin dev` printed; it works once."""
    development = _development(parts)
    given = await call.read(Link)
    user = development.take(given.secret, call.address)
    return await enter(parts, call, await parts.users.get(user))


async def show(parts: HttpParts, call: Call) -> Answer:
    """Tell how the last save of each plugin went."""
    call.require_admin()
    development = _development(parts)
    return json_answer({"items": development.saves(), "next": None})


async def report(parts: HttpParts, call: Call) -> Answer:
    """Note how a save went: for the command that watches the files, on this machine."""
    call.require_admin()
    development = _development(parts)
    if not call.is_operator:
        raise PermissionDenied(
            "operator", "What the author saves is told by their own machine.", where=call.path
        )
    plugin = parts.kernel.registry.get(call.params["plugin_id"]).id
    development.report(plugin, msgspec.to_builtins(await call.read(Save)))
    return NOTHING
