"""A sandboxed plugin's slash command: `onCommand`, and what its answer means.

Text alone is shown to the person who typed it. An answer that everybody is to see is a message of
the plugin's own, never one of the person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

import msgspec

from plexihub.kernel.context import as_plugin, current
from plexihub.kernel.direct import DirectCalls
from plexihub.services.guest.messages import Draft, Messages
from plexihub_sdk.blocks import check_blocks
from plexihub_sdk.errors import InputError, PluginRaisedError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import COMMANDS_OFFER
from plexihub_sdk.ui import CommandCall

LONGEST_TEXT = 4000
Handler = Callable[[CommandCall], Awaitable[str | None]]


class Reply(msgspec.Struct, forbid_unknown_fields=True):
    """What `onCommand` answers."""

    text: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)] = ""
    blocks: list[Any] = []
    visible: Literal["me", "all"] = "me"


def command_handler(direct: DirectCalls, messages: Messages, plugin: PluginId) -> Handler:
    """Make what is called when a person types the command."""

    async def run(call: CommandCall) -> str | None:
        payload = {
            "command": call.name,
            "text": call.text,
            "channelId": call.channel_id,
            "threadId": call.thread_id,
            "userId": call.person.id,
        }
        answer = await direct.call(plugin, "onCommand", payload, permission=COMMANDS_OFFER)
        reply = read_reply(answer, f"/{call.name} of {plugin}")
        if reply.visible == "me":
            return reply.text or None
        draft = Draft(
            channel=call.channel_id, thread=call.thread_id, text=reply.text, blocks=reply.blocks
        )
        await messages.post(plugin, as_plugin(current(), plugin), draft)
        return None

    return run


def read_reply(answer: object, where: str) -> Reply:
    """Read what a command answered.

    Raises:
        PluginRaisedError: It is no answer.
    """
    if answer is None:
        return Reply()
    try:
        reply = msgspec.convert({"text": answer} if isinstance(answer, str) else answer, Reply)
        check_blocks(reply.blocks)
    except (msgspec.ValidationError, InputError) as error:
        raise _wrong(where, str(error)) from error
    if reply.blocks and reply.visible == "me":
        raise _wrong(where, "blocks need `visible: 'all'`, since a private answer is text")
    if reply.visible == "all" and not (reply.text or reply.blocks):
        raise _wrong(where, "it is empty")
    return reply


def _wrong(where: str, why: str) -> PluginRaisedError:
    return PluginRaisedError(
        f"{where} gave an answer that cannot be shown: {why}.",
        where=where,
        next="Tell an administrator of the hub.",
    )
