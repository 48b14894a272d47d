"""A sandboxed plugin's button beside messages: `onActionExecute` with the message it stands at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from plexihub.services.guest.messages import Messages
from plexihub.services.ui import Interactions
from plexihub_sdk.errors import PluginRaisedError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import COMMANDS_OFFER
from plexihub_sdk.routes import Request


def message_action_handler(
    interactions: Interactions, messages: Messages, plugin: PluginId, action: str
) -> Callable[[Request], Awaitable[dict[str, Any]]]:
    """Make what is called when a person clicks the button."""

    async def act(request: Request) -> dict[str, Any]:
        """Run a plugin's action for a message."""
        person = request.signed_in()
        message = await messages.read(person.id, request.value("message_id", str))
        context = {
            "source": "messageAction",
            "messageId": message["id"],
            "channelId": message["channel_id"],
            "threadId": message["thread_id"],
            "text": message["text"],
            "authorId": message["author"]["id"],
            "userId": person.id,
        }
        done = await interactions.execute(plugin, action, context, permission=COMMANDS_OFFER)
        if done.blocks is not None or done.text is not None:
            raise PluginRaisedError(
                f"{plugin} answered with blocks or text, and this message is not its own.",
                where=action,
            )
        told: dict[str, Any] = {"result": done.result, "metadata": done.metadata}
        if isinstance(done.result, str):
            told["message"] = done.result
        return told

    return act
