"""Events of a sandboxed plugin's own: `plugin.api.emit`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.gateway import Method
from plexihub.services.guest.names import Name
from plexihub_sdk.errors import InputError, LimitExceededError, PermissionDenied
from plexihub_sdk.events import EVENTS, SANDBOX_EVENTS
from plexihub_sdk.hooks import hook_named
from plexihub_sdk.permissions import EVENTS_EMIT
from plexihub_sdk.shape import size_of

#: Of the data of one event, in bytes of JSON.
MOST_BYTES = 64 * 1024
#: Events of one plugin that listeners have not heard yet: the hub keeps them in memory.
MOST_WAITING = 200


class Emit(msgspec.Struct, forbid_unknown_fields=True):
    """An event of the plugin's own."""

    name: Name
    data: Any = None


def event_methods(bus: EventBus) -> Iterator[Method]:
    """Make the methods for events.

    Args:
        bus: Where events of plugins go, under `plugin.<id>.`.
    """

    async def emit(ctx: CallContext, params: Emit) -> None:
        if params.name in EVENTS or params.name in SANDBOX_EVENTS or hook_named(params.name):
            raise PermissionDenied(
                EVENTS_EMIT,
                f"{params.name!r} is the hub's own; a sandboxed plugin emits events of its own.",
                where="events.emit",
                next="Choose another name.",
            )
        if size_of(params.data, "data") > MOST_BYTES:
            raise InputError(
                f"The data of an event has {MOST_BYTES // 1024} KiB at most.",
                where="data",
                next="Keep it in plugin.api.storage, and tell where.",
            )
        own = f"plugin.{ctx.actor.id}."
        if bus.waiting_for(own) >= MOST_WAITING:
            raise LimitExceededError(
                f"{MOST_WAITING} events wait for plugins that have not heard them yet.",
                where="events.emit",
                next="Emit fewer, or wait a little.",
            )
        bus.publish(own + params.name, params.data, ctx)

    yield Method("events.emit", EVENTS_EMIT, Emit, emit, "Tell an event of the plugin's own.")
