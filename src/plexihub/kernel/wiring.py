"""Connects a running plugin's declared hooks and events with the hub's tables.

The handlers made here are the way out to a sandbox: they hand over what the plugin may see, ask the
broker before widgets are shown, and check the answer before anything of it is merged.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plexihub.kernel.context import CallContext, as_plugin, current
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.inputs import check_input, told
from plexihub.kernel.patch import FETCHED, FETCHING, has_widgets, merge, view
from plexihub.kernel.permissions import Broker
from plexihub.kernel.plugins import PluginRecord
from plexihub.kernel.ports import PluginInstance
from plexihub.kernel.watched import Handler
from plexihub_sdk.errors import PluginError, PluginUnavailableError, ProtocolError
from plexihub_sdk.events import EVENTS, SANDBOX_EVENTS, EventType, is_emitted, is_own
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import DEFAULT_DEADLINE, HookType, hook_named
from plexihub_sdk.offers import HANDLERS
from plexihub_sdk.permissions import DATA_READ, UI_RENDER
from plexihub_sdk.scopes import allows


class Wiring:
    """Makes and registers the handlers that call into an instance."""

    def __init__(self, hooks: HookTable, events: EventBus, broker: Broker) -> None:
        self._hooks = hooks
        self._events = events
        self._broker = broker

    def connect(self, record: PluginRecord) -> None:
        """Register a plugin for what it handles; its ownership takes that back."""
        for spelled in _declared(record):
            hook, event = hook_named(spelled), SANDBOX_EVENTS.get(spelled) or EVENTS.get(spelled)
            if hook is not None:
                handler = self._handler(record, hook, spelled)
                self._hooks.add(hook.name, handler, owner=record.id, tier=record.stored.tier)
            elif event is not None:
                listener = self._listener(record, spelled, event)
                self._events.subscribe(event.name, listener, owner=record.id)
            elif is_emitted(spelled):
                self._events.subscribe(spelled, _hearer(record, spelled), owner=record.id)
            elif record.stored.tier == "sandboxed" and is_own(spelled) and spelled not in HANDLERS:
                name = f"plugin.{record.id}.{spelled}"
                self._events.subscribe(name, _hearer(record, spelled), owner=record.id)

    def _handler(self, record: PluginRecord, hook: HookType, spelled: str) -> Handler:
        async def call_trusted(payload: dict[str, Any]) -> Any:
            instance, ctx = _running(record), _context(record, hook.deadline)
            return await instance.call_hook(spelled, payload, ctx)

        async def call_sandboxed(payload: dict[str, Any]) -> None:
            instance, ctx = _running(record), _context(record, hook.deadline)
            check_input(hook, payload)
            self._may_hear(ctx, spelled)
            answer = await instance.call_hook(spelled, self._seen(hook, payload, ctx), ctx)
            if has_widgets(hook, answer):
                self._broker.enforce(ctx, UI_RENDER, spelled)
            try:
                merge(hook, payload, answer, record.id)
            except ProtocolError as error:
                # The plugin is alive and well, so this is a failed call and no crash.
                raise PluginError(error.message, where=error.where) from error

        return call_trusted if record.stored.tier == "trusted" else call_sandboxed

    def _seen(self, hook: HookType, payload: dict[str, Any], ctx: CallContext) -> dict[str, Any]:
        """Answer what a sandboxed plugin is handed: a person's rows only where it may read them."""
        seen = view(hook, payload)
        if hook.name == FETCHING and not self._may_read(ctx, str(payload.get("query", ""))):
            seen.pop(FETCHED, None)
        return seen

    def _may_read(self, ctx: CallContext, model: str) -> bool:
        scope = self._broker.scope(ctx, DATA_READ)
        may = allows(DATA_READ, scope, "models", model) and self._broker.allows(ctx, DATA_READ)
        if may:
            self._broker.reached(ctx, DATA_READ, models=model)
        return may

    def _listener(self, record: PluginRecord, spelled: str, event: EventType) -> Handler:
        is_trusted = record.stored.tier == "trusted"
        only = record.id if event.own and not is_trusted else None

        async def call(data: Any) -> None:
            if only is not None and data["id"] != only:
                return
            instance, ctx = _running(record), _context(record, DEFAULT_DEADLINE)
            if not is_trusted:
                self._may_hear(ctx, spelled)
                data = told(event, data, spelled)
                check_input(event, data, spelled)
            await instance.call_hook(spelled, data, ctx)

        return call

    def _may_hear(self, ctx: CallContext, spelled: str) -> None:
        permission = HEARD.get(spelled)
        if permission is not None:
            # It hears of what others do, also of what the hub does for nobody: what an
            # administrator granted decides, and not the rights of whoever acts.
            heard = replace(ctx, rights=ctx.rights | {permission})
            self._broker.enforce(heard, permission, spelled)


def _hearer(record: PluginRecord, spelled: str) -> Handler:
    async def call(data: Any) -> None:
        ctx = _context(record, DEFAULT_DEADLINE)
        await _running(record).call_hook(spelled, data, ctx)

    return call


def _declared(record: PluginRecord) -> list[str]:
    """List what a plugin is called for: of a sandboxed one only what its manifest declares."""
    if record.instance is None:
        return []
    declared = record.stored.manifest.hooks
    free = record.stored.tier == "trusted"
    return [name for name in record.instance.hooks if free or name in declared]


def _running(record: PluginRecord) -> PluginInstance:
    if record.instance is None:
        raise PluginUnavailableError(
            f"{record.id} is {record.state}: {record.reason}", where=record.id
        )
    return record.instance


def _context(record: PluginRecord, seconds: float) -> CallContext:
    return as_plugin(current(), record.id, record.stored.manifest.name).within(seconds)
