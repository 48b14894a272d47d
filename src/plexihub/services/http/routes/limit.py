"""`/plugins/ID/limits` and `/plugins/ID/usage`: what a sandboxed plugin may use, and does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any, NotRequired, TypedDict

import msgspec

from plexihub.kernel.plugins import PluginRecord
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.usage import KEPT_SECONDS, LEASE_SECONDS
from plexihub_sdk.errors import NotFoundError

_LIMITS = "/api/v1/plugins/{plugin_id}/limits"
_USAGE = "/api/v1/plugins/{plugin_id}/usage"


class LimitChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By name, what one plugin may use from now on; null takes back what it was allowed."""

    limits: dict[str, float | None]


class LimitShown(TypedDict):
    """A limit of a plugin: `override` is this plugin's own, `waits` one that acts later."""

    name: str
    title: str
    unit: str
    value: float
    default: float
    override: float | None
    acts: str
    waits: bool
    held: str
    minimum: float
    maximum: float
    reached: int


class LimitsShown(TypedDict):
    """The limits of a sandboxed plugin."""

    id: str
    items: list[LimitShown]
    next: str | None


class UsagePoint(TypedDict):
    """What a plugin used: percent of one core, MiB, and network requests of the last minute."""

    at: str
    cpu_percent: float
    memory_mb: float
    requests: int


class UsageShown(TypedDict):
    """What a plugin used over the last minutes, the oldest first."""

    id: str
    window_seconds: float
    limits: dict[str, float]
    points: list[UsagePoint]
    lease_seconds: NotRequired[float]


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _LIMITS, partial(show, parts)
    yield "PATCH", _LIMITS, partial(change, parts)
    yield "GET", _USAGE, partial(show_usage, parts)
    yield "POST", f"{_USAGE}/watch", partial(watch, parts)


def _record(parts: HttpParts, call: Call) -> PluginRecord:
    record = parts.kernel.registry.get(call.params["plugin_id"])
    if record.stored.tier != "sandboxed":
        raise NotFoundError(
            f"{record.id} is trusted: it runs inside the hub and has no limits of its own.",
            where=record.id,
        )
    return record


def _limits(parts: HttpParts, record: PluginRecord) -> Answer:
    running = record.instance.started_with if record.instance is not None else {}
    items = parts.kernel.limits.describe(record.id, running)
    return json_answer({"id": record.id, "items": items, "next": None})


async def show(parts: HttpParts, call: Call) -> Answer:
    """List a plugin's limits, and how often it came to each."""
    call.require_admin()
    return _limits(parts, _record(parts, call))


async def change(parts: HttpParts, call: Call) -> Answer:
    """Allow one plugin more or less than the others."""
    call.require_admin()
    record = _record(parts, call)
    wanted = await call.read(LimitChanges)
    await parts.kernel.limits.change(record.id, wanted.limits, call.ctx)
    return _limits(parts, record)


def _usage(parts: HttpParts, record: PluginRecord) -> dict[str, Any]:
    limits = asdict(parts.kernel.limits.of(record.id))
    names = ("cpu_percent", "memory_mb", "requests_per_minute")
    return {
        "id": record.id,
        "window_seconds": KEPT_SECONDS,
        "limits": {name: limits[name] for name in names},
        "points": parts.usage.course(record.id),
    }


async def show_usage(parts: HttpParts, call: Call) -> Answer:
    """Show what a plugin used over the last minutes."""
    call.require_admin()
    return json_answer(_usage(parts, _record(parts, call)))


async def watch(parts: HttpParts, call: Call) -> Answer:
    """Show what a plugin used, and tell this person's pages what it uses, for half a minute."""
    call.require_admin()
    record = _record(parts, call)
    if call.user is not None:
        parts.usage.look(record.id, call.user.id)
    return json_answer({**_usage(parts, record), "lease_seconds": LEASE_SECONDS})
