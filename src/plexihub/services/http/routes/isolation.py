"""`/isolation`: how well this machine holds sandboxed plugins, and what it lacks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TypedDict

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts

_PATH = "/api/v1/isolation"


class LayerShown(TypedDict):
    """A layer of the sandbox: why it does not hold, and what somebody can do."""

    name: str
    holds: bool
    reason: str
    next: str


class LossShown(TypedDict):
    """What this machine does not give; `open` where nothing holds that wall any more."""

    wall: str
    open: bool
    says: str
    missing: list[str]


class IsolationShown(TypedDict):
    """What was measured; below `least` no sandboxed plugin runs, and `next` says what to do.

    `ready` processes of Deno are started and confined, and belong to no plugin yet.
    """

    level: str
    says: str
    layers: list[LayerShown]
    losses: list[LossShown]
    least: str
    enough: bool
    next: str
    ready: int


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _PATH, partial(show, parts)
    yield "POST", f"{_PATH}/measure", partial(measure, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """Show what was measured when the hub started."""
    call.require_admin()
    return json_answer(parts.isolation.describe(await parts.isolation.known()))


async def measure(parts: HttpParts, call: Call) -> Answer:
    """Try every layer again."""
    call.require_admin()
    return json_answer(parts.isolation.describe(await parts.isolation.measure()))
