"""Messages of a sandboxed plugin's own: `plugin.api.messages`.

They stand under the plugin's name, never a person's. Where the plugin acts for somebody it writes
in the channels of which that person is a member; where it acts for nobody, as in a job, in those
that an administrator opened to it.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import CallContext, entered, owner
from plexihub.kernel.gateway import Method
from plexihub.kernel.locator import ServiceLocator
from plexihub.kernel.permissions import Broker
from plexihub_sdk.blocks import check_blocks
from plexihub_sdk.errors import InputError, LimitExceededError, PluginUnavailableError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import MESSAGES_WRITE

#: Under this name the chat offers to write for plugins.
SERVICE = "messages"
#: Messages and changes of messages that one plugin makes in a minute.
PER_MINUTE = 60
_MINUTE = 60.0
Identity = Annotated[str, msgspec.Meta(min_length=1, max_length=36)]
Words = Annotated[str, msgspec.Meta(max_length=4000)]


class Post(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A message of the plugin's."""

    channel_id: Identity
    text: Words = ""
    blocks: list[Any] = []
    thread_id: Identity | None = None


class Update(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Another text or other blocks for a message of the plugin's."""

    message_id: Identity
    text: Words | None = None
    blocks: list[Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to be written.

    Args:
        channel: Where.
        thread: The message that it answers.
        text: Markdown; may be empty where there are blocks.
        blocks: Interactive blocks.
    """

    channel: str
    thread: str | None = None
    text: str = ""
    blocks: list[Any] = field(default_factory=list)


class Messages:
    """The way to the chat, for plugins that write in it.

    Args:
        services: Where the chat offers itself.
        broker: Asked for those who do not come through the gateway.
    """

    def __init__(self, services: ServiceLocator, broker: Broker) -> None:
        self._services = services
        self._broker = broker
        self._written: defaultdict[PluginId, deque[float]] = defaultdict(deque)

    async def post(self, plugin: PluginId, ctx: CallContext, draft: Draft) -> dict[str, Any]:
        """Write a message for whom the context names, after asking for the permission.

        Raises:
            PermissionDenied: The plugin or the person may not.
            PluginUnavailableError: The chat is off.
            InputError: Text or blocks are wrong.
            NotFoundError: There is no such channel or thread.
            LimitExceededError: It wrote too much within a minute.
            Veto: A plugin refused.
        """
        self._broker.enforce(ctx, MESSAGES_WRITE, "messages.post")
        return await self.write(plugin, ctx, draft)

    async def write(self, plugin: PluginId, ctx: CallContext, draft: Draft) -> dict[str, Any]:
        """Write a message; the permission was asked for. What is raised: see `post`."""
        blocks = check_blocks(draft.blocks)
        if not draft.text.strip() and not blocks:
            raise InputError("A message needs `text` or `blocks`.", where="text")
        self._count(plugin)
        shown: dict[str, Any] = await self._chat(ctx, "post", plugin, draft, blocks)
        return shown

    async def update(
        self, plugin: PluginId, ctx: CallContext, message: str, changes: dict[str, Any]
    ) -> dict[str, Any]:
        """Change a message of the plugin's; the permission was asked for.

        Raises:
            NotFoundError: The plugin has no such message.
            PermissionDenied: The person is no member of its channel.
            InputError: Text or blocks are wrong.
            LimitExceededError: It wrote too much within a minute.
        """
        self._count(plugin)
        if changes.get("blocks") is not None:
            changes = {**changes, "blocks": check_blocks(changes["blocks"])}
        shown: dict[str, Any] = await self._chat(ctx, "update", plugin, message, changes)
        return shown

    async def read(self, person: str, message: str) -> dict[str, Any]:
        """Read a message that a person sees.

        Raises:
            NotFoundError: There is none with this id.
        """
        shown: dict[str, Any] = await self._service().read(person, message)
        return shown

    def _count(self, plugin: PluginId) -> None:
        now, written = time.monotonic(), self._written[plugin]
        while written and written[0] <= now - _MINUTE:
            written.popleft()
        if len(written) >= PER_MINUTE:
            raise LimitExceededError(
                f"{plugin} wrote {PER_MINUTE} messages within a minute.",
                where="messages.post",
                next=f"Try again in {_MINUTE - (now - written[0]):.0f} s.",
            )
        written.append(now)

    def _service(self) -> Any:
        if not self._services.has(SERVICE):
            raise PluginUnavailableError(
                "The chat is off, so nothing can be written in it.",
                where=SERVICE,
                next="An administrator enables it: plexihub plugin enable chat",
            )
        return self._services.get(SERVICE)

    async def _chat(self, ctx: CallContext, what: str, plugin: PluginId, *given: Any) -> Any:
        voice = self._service()
        # What is stored is the chat's own affair, whoever's code runs around it.
        token = owner.set(self._services.owner_of(SERVICE))
        try:
            with entered(ctx):
                return await getattr(voice, what)(plugin, ctx.on_behalf_of, *given)
        finally:
            owner.reset(token)


def message_methods(messages: Messages) -> Iterator[Method]:
    """Make the methods for messages."""

    async def post(ctx: CallContext, params: Post) -> dict[str, str]:
        draft = Draft(
            channel=params.channel_id,
            thread=params.thread_id,
            text=params.text,
            blocks=params.blocks,
        )
        shown = await messages.write(PluginId(ctx.actor.id), ctx, draft)
        return {"id": shown["id"]}

    async def update(ctx: CallContext, params: Update) -> dict[str, str]:
        changes = {
            name: value
            for name, value in (("text", params.text), ("blocks", params.blocks))
            if value is not None
        }
        plugin = PluginId(ctx.actor.id)
        shown = await messages.update(plugin, ctx, params.message_id, changes)
        return {"id": shown["id"]}

    yield Method("messages.post", MESSAGES_WRITE, Post, post, "Write in a channel, as the plugin.")
    yield Method(
        "messages.update", MESSAGES_WRITE, Update, update, "Change a message of the plugin's."
    )
