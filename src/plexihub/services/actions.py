"""What the hub does when a plugin tells one of the hub's own events.

The hub's own telling never comes through here, so nothing that happened happens again. What a
plugin tells is done first; the event that its listeners hear is then the hub's own, with what
really happened in it. Where nothing is to be done (the setting has that value already, the session
is over) the event is told as the plugin told it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from plexihub.kernel.config import MASK, ConfigManager
from plexihub.kernel.context import CallContext, current, owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.users import Sessions
from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.events import EVENTS

_log = logging.getLogger(__name__)
#: Does what an event says, and answers whether there was anything to do.
Action = Callable[[Mapping[str, Any], CallContext], Awaitable[bool]]
#: Under this name the hub is asked: the bus keeps order, transactions and bounds as for any event.
_ASKED = "hub.asked:"


class CoreActions:
    """Does what plugins tell.

    Args:
        bus: On which they tell it.
        audit: Where each of the hub's own events that a plugin tells is recorded.
        is_builtin: Whether a plugin comes with the hub: telling its events is its office.
    """

    def __init__(self, bus: EventBus, audit: AuditSink, is_builtin: Callable[[str], bool]) -> None:
        self._bus = bus
        self._audit = audit
        self._is_builtin = is_builtin
        self._names: set[str] = set()

    def add(self, name: str, action: Action) -> None:
        """Say what telling an event means."""
        self._names.add(name)
        self._bus.subscribe(_ASKED + name, partial(self._do, name, action))

    def names(self) -> frozenset[str]:
        """Tell which events are acted upon."""
        return frozenset(self._names)

    def take(self, name: str, data: Any, ctx: CallContext) -> bool:
        """Take over an event that is being told; answers whether it did."""
        plugin = owner.get()
        if plugin is None or name not in EVENTS or self._is_builtin(plugin):
            return False
        if name not in self._names or not isinstance(data, Mapping):
            self._audit.append(_entry(name, ctx))
            return False
        self._bus.publish(_ASKED + name, data, ctx)
        return True

    async def _do(self, name: str, action: Action, data: Mapping[str, Any]) -> None:
        entry = _entry(name, current())
        try:
            if not await action(data, entry.ctx):
                self._bus.publish(name, data, entry.ctx)
        except PlexiHubError as error:
            entry.outcome, entry.reason = outcome_of(error), sentence(error)
            who = entry.ctx.actor.name
            _log.warning("%s told %s, which could not be done: %s", who, name, error)
        finally:
            self._audit.append(entry)


def _entry(name: str, ctx: CallContext) -> AuditEntry:
    return AuditEntry(ctx=ctx, action="event.emit", target=name)


def core_actions(kernel: Kernel, sessions: Sessions) -> CoreActions:
    """Make the hub's actions; a backup is the affair of the service `backup`."""
    registry = kernel.registry

    def is_builtin(plugin: str) -> bool:
        record = registry.find(plugin)
        return record is not None and record.stored.builtin

    actions = CoreActions(kernel.events, kernel.audit, is_builtin)
    for name, action in {
        "config.changed": _change(kernel.config),
        "plugin.enabled": _switch(kernel, on=True),
        "plugin.disabled": _switch(kernel, on=False),
        "session.deleted": _end(sessions),
        "user.logout": _sign_out(sessions),
    }.items():
        actions.add(name, action)
    return actions


def _change(config: ConfigManager) -> Action:
    async def act(data: Mapping[str, Any], ctx: CallContext) -> bool:
        if "key" not in data or "new" not in data:
            return False
        key, new = str(data["key"]), data["new"]
        is_masked = config.setting(key).secret and new == MASK
        if is_masked or config.get(key) == new:
            return False
        await config.change(key, new, ctx)
        return True

    return act


def _switch(kernel: Kernel, *, on: bool) -> Action:
    async def act(data: Mapping[str, Any], ctx: CallContext) -> bool:
        if "id" not in data or kernel.registry.is_enabled(str(data["id"])) is on:
            return False
        await (kernel.lifecycle.enable if on else kernel.lifecycle.disable)(str(data["id"]), ctx)
        return True

    return act


def _sign_out(sessions: Sessions) -> Action:
    async def act(data: Mapping[str, Any], ctx: CallContext) -> bool:
        if session := data.get("sessionId"):
            return await sessions.revoke(ctx, str(session))
        user = data.get("userId")
        return bool(user) and await sessions.revoke_all(ctx, str(user)) > 0

    return act


def _end(sessions: Sessions) -> Action:
    async def act(data: Mapping[str, Any], ctx: CallContext) -> bool:
        return await sessions.revoke(ctx, str(data.get("id", "")))

    return act
