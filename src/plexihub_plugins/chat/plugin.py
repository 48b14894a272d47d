"""The plugin: tables, routes, commands, a panel, and news to the open pages."""

from __future__ import annotations

from functools import partial
from typing import Any

from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.plugin import PluginContext
from plexihub_sdk.routes import Person
from plexihub_sdk.ui import Panel

from .action import Actions
from .attachment import Attachments
from .command import Commands
from .data import offer
from .route import Routes
from .store import Store
from .voice import Voice

PANEL = Panel(
    id="chat",
    title="Chat",
    path="/chat",
    element="plexi-chat",
    module="assets/chat.js",
    icon="chat",
    order=10,
)
_ENTITIES = ("channel", "membership", "message", "thread", "reaction")
#: What open pages are told, in the words of the catalogue.
TOLD = tuple(
    f"{entity}.{what}" for entity in _ENTITIES for what in ("created", "updated", "deleted")
)


class ChatPlugin:
    """Chat, with `store` and `actions` for other trusted plugins to use."""

    def __init__(self, context: PluginContext) -> None:
        self.store = Store(*map(context.get_service, ("database", "users", "plugins")))
        database, files = context.get_service("database"), context.get_service("files")
        records = self.store.attachments
        self.attachments = Attachments(records, database, files, context.log)
        self.actions = Actions(self.store, context.get_service, self.attachments)
        self.voice = Voice(self.store, self.actions, context.get_service("interactions"))
        self.commands = Commands(self.store, self.actions, context.get_service, self.voice)
        context.provide("messages", self.voice)
        self._live = context.get_service("live")
        self._log = context.log
        routes = Routes(self.store, self.actions, self.commands, self.voice)
        routes.register(context.get_service("api"))
        self.commands.register()
        offer(context.get_service("data"), self.actions)
        context.get_service("ui").register_panel(PANEL)
        events = context.get_service("events")
        # One subscriber hears the events in the order of their commits, so pages do too.
        for name in TOLD:
            events.on(name, partial(self.tell, name))
        events.on("user.created", self.welcome)
        events.on("user.deleted", self.recount)
        events.on("message.deleted", self.drop_files)
        events.on("channel.deleted", self.drop_all_files)
        events.on("file.deleted", self.forget_file)

    async def tell(self, name: str, data: dict[str, Any]) -> None:
        """Show a change on every open page; how far somebody has read, on their own alone."""
        if name == "reaction.deleted" and "reaction" not in data:  # another plugin deleted the row
            state = await self.store.shown_reaction(data["message_id"], data["emoji"])
            data = {**data, "reaction": {**state, "user_id": data["user_id"]}}
        if name in {"membership.created", "membership.deleted"}:
            channel = data.get("membership", data)["channel_id"]
            data = {**data, "member_count": await self.store.counted_members(channel)}
        users = [data["membership"]["user"]["id"]] if name == "membership.updated" else None
        self._live.publish(name, data, users=users)

    async def drop_files(self, data: dict[str, Any]) -> None:
        """Delete the files of a message that is gone."""
        await self.attachments.drop(message_id=data["id"])

    async def drop_all_files(self, data: dict[str, Any]) -> None:
        """Delete the files of a channel that is gone."""
        await self.attachments.drop(channel_id=data["id"])

    async def forget_file(self, data: dict[str, Any]) -> None:
        """Show a message without its file, which its owner or a plugin deleted."""
        await self.actions.forget_file(data["id"])

    async def recount(self, _data: dict[str, Any]) -> None:
        """Count members anew: somebody's memberships went with them."""
        self.store.count_members_anew()

    async def welcome(self, data: dict[str, Any]) -> None:
        """Put everybody who arrives into the first channel, where there is one."""
        user, channel = data["user"], await self.store.first_channel()
        if channel is None:
            return
        who = Person(
            id=user["id"],
            username=user["username"],
            display_name=user["display_name"],
            role=user["role"],
        )
        try:
            await self.actions.join(who, channel.id)
        except PlexiHubError as error:
            self._log.info("%s is not in the first channel: %s", who.username, error.message)
