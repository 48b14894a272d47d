"""Sandboxed plugins in the chat: what they write, and what a click in it does.

A plugin's message has the plugin as its author. It writes where the person it acts for is a member;
for nobody, as in a job, where an administrator gave it a seat. Whose button was clicked is read off
the message, never out of the request.
"""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import InputError, NotFoundError, PermissionDenied
from plexihub_sdk.ids import new_id, plugin_id
from plexihub_sdk.models import Record
from plexihub_sdk.permissions import MESSAGES_WRITE
from plexihub_sdk.routes import Person

from . import shape
from .action import Actions
from .store import Store


class Voice:
    """The service `messages`, which the chat offers the hub.

    Args:
        store: For reading.
        actions: For writing.
        interactions: Runs what buttons do.
    """

    def __init__(self, store: Store, actions: Actions, interactions: Any) -> None:
        self._store = store
        self._actions = actions
        self._interactions = interactions

    async def post(
        self, plugin: str, person: str | None, draft: Any, blocks: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Write a message of a plugin's.

        Args:
            plugin: Who writes, as the hub knows it.
            person: For whom it acts; None for nobody.
            draft: Has `channel`, `thread` and `text`.
            blocks: Checked.

        Raises:
            NotFoundError: There is no such channel or thread.
            PermissionDenied: The person is no member, or the plugin has no seat.
            InputError: The text is wrong.
            Veto: A plugin refused.
        """
        channel = (await self._store.channel(draft.channel)).id
        await self._check_place(plugin, person, channel)
        return await self._actions.post(
            self._author(plugin),
            channel,
            text=draft.text,
            client_id=new_id(),
            thread_id=draft.thread,
            blocks=blocks,
        )

    async def update(
        self, plugin: str, person: str | None, message: str, changes: dict[str, Any]
    ) -> dict[str, Any]:
        """Change a message that this plugin wrote.

        Raises:
            NotFoundError: The plugin wrote no such message.
            PermissionDenied: The person is no member, or the plugin has no seat.
            InputError: The text is wrong.
            Veto: A plugin refused.
        """
        record = await self._store.message(message)
        if record.author_id != self._author(plugin).id:
            raise NotFoundError(f"{plugin} wrote no such message.", where="messageId")
        await self._check_place(plugin, person, record.channel_id)
        return await self._actions.rewrite(record.id, changes)

    async def read(self, person: str, message: str) -> dict[str, Any]:
        """Read a message as a person sees it.

        Raises:
            NotFoundError: There is none with this id.
        """
        return (await self._store.shown([await self._store.message(message)], person))[0]

    async def click(self, person: Person, message: str, clicked: dict[str, Any]) -> dict[str, Any]:
        """Do what a button in a plugin's message does, for who clicked it.

        Raises:
            NotFoundError: There is no such message.
            InputError: It has no such button or field.
            PermissionDenied: The person is no member of the channel, or the plugin lost its right.
            Veto: A plugin refused.
            PluginError: The plugin failed.
        """
        record = await self._store.message(message)
        plugin = _plugin_of(record)
        await self._check_member(person.id, record.channel_id)
        context = {
            "source": "message",
            "messageId": record.id,
            "channelId": record.channel_id,
            "threadId": record.thread_id,
            "userId": person.id,
        }
        done = await self._interactions.click(
            plugin, record.blocks, clicked, context, permission=MESSAGES_WRITE
        )
        changes = {"text": done.text, "blocks": done.blocks}
        changes = {name: value for name, value in changes.items() if value is not None}
        if changes:
            await self._actions.rewrite(record.id, changes)
        return {"result": done.result, "metadata": done.metadata}

    async def seated(self, channel: str) -> list[dict[str, str]]:
        """List the plugins that may write in a channel for nobody.

        Raises:
            NotFoundError: There is no such channel.
        """
        await self._store.channel(channel)
        found = await self._store.seats.find({"channel_id": channel}, order="plugin_id")
        return [{"plugin": one.plugin_id, "granted_by": one.granted_by} for one in found]

    async def seat(self, person: Person, channel: str, plugin: str) -> None:
        """Let a plugin write in a channel for nobody.

        Raises:
            PermissionDenied: The person is no administrator.
            NotFoundError: There is no such channel.
            InputError: The id is none of a plugin.
        """
        await self._actions.seat(person, channel, _identity(plugin))

    async def unseat(self, person: Person, channel: str, plugin: str) -> None:
        """Take that back.

        Raises:
            PermissionDenied: The person is no administrator.
            NotFoundError: The plugin has no seat there.
        """
        seat = await self._store.seat(channel, _identity(plugin))
        if seat is None:
            raise NotFoundError(f"{plugin} has no seat in this channel.", where="plugin")
        await self._actions.unseat(person, seat)

    def _author(self, plugin: str) -> Person:
        return Person(
            id=f"{shape.PLUGIN_AUTHOR}{plugin}",
            username=plugin,
            display_name=self._store.plugin_name(plugin),
            role="member",
        )

    async def _check_place(self, plugin: str, person: str | None, channel: str) -> None:
        if person is not None:
            await self._check_member(person, channel)
        elif await self._store.seat(channel, plugin) is None:
            raise PermissionDenied(
                MESSAGES_WRITE,
                f"{plugin} acts for nobody, and has no seat in this channel.",
                where="channelId",
                next=f"An administrator types there: /plugin add {plugin}",
            )

    async def _check_member(self, person: str, channel: str) -> None:
        if await self._store.membership(channel, person) is None:
            raise PermissionDenied(
                MESSAGES_WRITE,
                "This is for members of the channel.",
                where="channelId",
                next="Join the channel first.",
            )


def _plugin_of(record: Record) -> str:
    author: str = record.author_id
    if not author.startswith(shape.PLUGIN_AUTHOR) or not record.blocks:
        raise InputError("There is nothing to click in this message.", where="action")
    return author.removeprefix(shape.PLUGIN_AUTHOR)


def _identity(plugin: str) -> str:
    try:
        return plugin_id(plugin)
    except ValueError as error:
        raise InputError(str(error), where="plugin") from None
