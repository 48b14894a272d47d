"""Tells the open pages when plugins come and go, so that they show it without a reload."""

from __future__ import annotations

from functools import partial
from typing import Any

from plexihub_sdk.errors import NotFoundError
from plexihub_sdk.plugin import PluginContext

EVENTS = (
    "plugin.enabled",
    "plugin.granted",
    "plugin.revoked",
    "plugin.disabled",
    "plugin.restarting",
    "plugin.quarantined",
    "plugin.installed",
    "plugin.removed",
    "plugin.upgraded",
    "plugin.reloaded",
)


#: What open pages follow of the dashboards themselves.
OWN_EVENTS = tuple(
    f"{entity}.{what}"
    for entity in ("dashboard", "widget")
    for what in ("created", "updated", "deleted")
)


class News:
    """Turns `plugin.*` events into live topics.

    Args:
        context: The plugin's own.
    """

    def __init__(self, context: PluginContext) -> None:
        self._live = context.get_service("live")
        self._plugins = context.get_service("plugins")
        events = context.get_service("events")
        for name in EVENTS:
            events.on(name, self._teller(name))
        for name in OWN_EVENTS:
            events.on(name, partial(self._tell_own, name))

    async def _tell_own(self, event: str, _data: dict[str, Any]) -> None:
        # Pages fetch what they may see; what a plugin tells may be anything.
        self._live.publish("dashboard.changed", {"reason": event, "plugin": ""})

    def _teller(self, event: str) -> Any:
        async def tell(data: dict[str, Any]) -> None:
            plugin = data["id"]
            health = {"status": self._health(plugin)}
            changed = {"id": plugin, "state": data["state"], "health": health}
            self._live.publish("plugin.changed", changed)
            self._live.publish("dashboard.changed", {"reason": event, "plugin": plugin})

        return tell

    def _health(self, plugin: str) -> str:
        try:
            return str(self._plugins.get(plugin).status)
        except NotFoundError:  # it was removed
            return "off"
