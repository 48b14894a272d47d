"""Keeps what a plugin guarded closed while the plugin should run and does not.

A plugin with a handler on a `closed` hook guards something: a second factor, office hours, what
leaves the hub. When it is enabled and fails to start, dies or is quarantined, its handler is gone;
what it decided about is then refused, as if the handler had failed, until it runs again or somebody
disables it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.plugins import PluginRegistry
from plexihub.kernel.ports import PluginStore, Undo
from plexihub_sdk.errors import Veto
from plexihub_sdk.hooks import HOOKS
from plexihub_sdk.ids import PluginId

CLOSED = tuple(name for name, hook in HOOKS.items() if hook.on_failure == "closed")
_TOLD = ("plugin.enabled", "plugin.reloaded", "plugin.upgraded")


class Guards:
    """Knows which plugin guards what, over restarts of the hub.

    Args:
        registry: The plugins and their states.
        hooks: Whose handlers stand where.
    """

    def __init__(self, registry: PluginRegistry, hooks: HookTable) -> None:
        self._registry = registry
        self._hooks = hooks

    def begin(self, events: EventBus, store: PluginStore) -> list[Undo]:
        """Refuse for plugins that are away, and note what those that start guard.

        Returns:
            What ends both.
        """
        return [
            *(self._hooks.add(name, partial(self._check, name)) for name in CLOSED),
            *(events.subscribe(event, partial(self._note, store)) for event in _TOLD),
        ]

    def _check(self, hook: str, _payload: Mapping[str, Any]) -> None:
        for record in self._registry:
            stored = record.stored
            if hook in stored.guards and stored.enabled and record.state != "enabled":
                raise Veto(
                    f"The plugin {record.id} decides about this and does not run."
                    " Ask whoever runs this hub to mend or disable it."
                )

    async def _note(self, store: PluginStore, told: Mapping[str, Any]) -> None:
        record = self._registry.find(str(told.get("id", "")))
        if record is None or record.state != "enabled":
            return
        guards = self._guarded_by(record.id)
        if guards != record.stored.guards:
            record.stored.guards = guards
            await store.save(record.stored)

    def _guarded_by(self, plugin: PluginId) -> tuple[str, ...]:
        names = self._hooks.names()
        return tuple(name for name in CLOSED if plugin in names.get(name, ()))
