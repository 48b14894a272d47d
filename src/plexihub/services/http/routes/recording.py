"""`/plugins/ID/calls` and `/calls/CALL`: recorded calls of plugins, for administrators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TypedDict

import msgspec

from plexihub.kernel.plugins import PluginRecord
from plexihub.kernel.recording import Recording
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts

_CALLS = "/api/v1/plugins/{plugin_id}/calls"
_SWITCH = "/api/v1/plugins/{plugin_id}/recording"
_ONE = "/api/v1/calls/{call}"


class Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the calls of a plugin are recorded."""

    on: bool


class RecordingState(TypedDict):
    """Whether the calls of a plugin are recorded."""

    id: str
    on: bool


class CallSummary(TypedDict):
    """A recorded call, without what crossed the gateway."""

    id: str
    at: str
    hook: str
    user: str | None
    outcome: str
    message: str
    requests: int
    ms: float
    trace: str
    cut: bool


class CallsShown(RecordingState):
    """The newest recorded calls of a plugin."""

    items: list[CallSummary]
    next: str | None


class CallShown(TypedDict):
    """A recorded call, and the folder of its plugin on the hub's machine."""

    recording: Recording
    folder: str


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _CALLS, partial(calls, parts)
    yield "PUT", _SWITCH, partial(switch, parts)
    yield "GET", _ONE, partial(show, parts)


async def calls(parts: HttpParts, call: Call) -> Answer:
    """List the newest recorded calls of a plugin."""
    call.require_admin()
    record = parts.kernel.registry.get(call.params["plugin_id"])
    items = [_summary(one) for one in await parts.recordings.calls(record.id)]
    return json_answer({**_state(parts, record), "items": items, "next": None})


async def switch(parts: HttpParts, call: Call) -> Answer:
    """Switch the recording of a plugin; one that runs is started anew for it."""
    call.require_admin()
    wanted = (await call.read(Switch)).on
    plugin = call.params["plugin_id"]
    record = await parts.recordings.switch(plugin, call.ctx, on=wanted)
    if record.state == "enabled":
        await parts.kernel.lifecycle.reload(record.id, call.ctx)
    return json_answer(_state(parts, record))


async def show(parts: HttpParts, call: Call) -> Answer:
    """Answer one recorded call whole, and where the plugin's files are."""
    call.require_admin()
    found = await parts.recordings.read(call.params["call"], call.ctx)
    record = parts.kernel.registry.find(found.plugin)
    folder = "" if record is None else str(record.stored.root)
    return json_answer({"recording": msgspec.to_builtins(found), "folder": folder})


def _state(parts: HttpParts, record: PluginRecord) -> RecordingState:
    return {"id": record.id, "on": parts.recordings.is_on(record.id)}


def _summary(one: Recording) -> CallSummary:
    return {
        "id": one.id,
        "at": one.at,
        "hook": one.hook,
        "user": one.user,
        "outcome": one.outcome,
        "message": "" if one.error is None else str(one.error.get("message", "")),
        "requests": len(one.exchanges),
        "ms": one.ms,
        "trace": one.trace,
        "cut": one.cut,
    }
