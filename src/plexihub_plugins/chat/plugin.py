"""The plugin: tables, routes, a panel, and news to the open pages."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.plugin import PluginContext
from plexihub_sdk.ui import Panel

from .action import Actions
from .route import Routes
from .store import Store

PANEL = Panel(
    id="chat",
    title="Chat",
    path="/chat",
    element="plexi-chat",
    module="assets/chat.js",
    icon="chat",
    order=10,
)


class ChatPlugin:
    """Chat, with `store` and `actions` for other trusted plugins to use."""

    def __init__(self, context: PluginContext) -> None:
        self.store = Store(context.get_service("database"), context.get_service("users"))
        self.actions = Actions(self.store, context.get_service)
        self._live = context.get_service("live")
        Routes(self.store, self.actions).register(context.get_service("api"))
        context.get_service("ui").register_panel(PANEL)
        events = context.get_service("events")
        # One subscriber hears the events in the order of their commits, so pages do too.
        events.on("channel.created", self.tell_channel)
        events.on("message.posted", self.tell_message)

    async def tell_channel(self, data: dict[str, Any]) -> None:
        """Show a new channel on every open page."""
        self._live.publish("channel.created", data)

    async def tell_message(self, data: dict[str, Any]) -> None:
        """Show a new message on every open page."""
        self._live.publish("message.posted", data)
