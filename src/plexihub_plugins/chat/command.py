"""Slash commands: running them for a person, and the three that the chat brings itself."""

from __future__ import annotations

import re
from typing import Any

from plexihub_sdk.errors import InputError
from plexihub_sdk.ids import new_id
from plexihub_sdk.routes import Person
from plexihub_sdk.ui import Command, CommandAnswer, CommandCall

from . import check
from .action import Actions
from .store import Store
from .voice import Voice

_TYPED = re.compile(r"/(\S+)(?:\s+(.*))?", re.DOTALL)


class Commands:
    """Runs what people type after a slash.

    Args:
        store: For reading.
        actions: For posting what a command says to all.
        get_service: Answers the hub's services by name.
        voice: Knows which plugins may write by themselves.
    """

    def __init__(self, store: Store, actions: Actions, get_service: Any, voice: Voice) -> None:
        self._voice = voice
        self._store = store
        self._actions = actions
        self._ui = get_service("ui")
        self._hooks = get_service("hooks")

    def register(self) -> None:
        """Add the chat's own commands."""
        for command, handler in (
            (Command(name="help", description="List the commands"), self.help),
            (Command(name="me", description="Say what you do", hint="waves"), self.me),
            (
                Command(
                    name="plugin",
                    description="Let a plugin write in this channel by itself",
                    hint="add weekly-digest",
                ),
                self.plugin,
            ),
            (
                Command(name="topic", description="Change the topic of this channel", hint="text"),
                self.topic,
            ),
        ):
            self._ui.register_command(command, handler)

    async def run(
        self, person: Person, channel: str, *, text: object, thread_id: object = None
    ) -> dict[str, Any]:
        """Run a command, and post or answer what it says.

        Returns:
            `text` for the person alone, or the `message` that was posted; None each where there
            is none.

        Raises:
            InputError: It is no command.
            NotFoundError: There is no such command, channel or thread.
            Veto: A plugin refused.
            PlexiHubError: What the command raised.
        """
        call = await self._read(person, channel, text, thread_id)
        answer = await self._answer(call)
        if answer is None:
            return {"text": None, "message": None}
        said = check.text(answer.text)
        if not answer.to_all:
            return {"text": said, "message": None}
        message = await self._actions.post(
            person, channel, text=said, client_id=new_id(), thread_id=call.thread_id
        )
        return {"text": None, "message": message}

    async def _read(
        self, person: Person, channel: str, text: object, thread: object
    ) -> CommandCall:
        typed = _TYPED.fullmatch(check.text(text))
        if typed is None:
            raise InputError(
                "A command is a slash and a name.", where="text", next="Type /help for all of them."
            )
        if thread is not None and not isinstance(thread, str):
            raise InputError("`thread_id` must be text.", where="thread_id")
        await self._store.channel(channel)
        if thread is not None:
            await self._store.root(thread)
        return CommandCall(
            name=typed[1].lower(),
            text=(typed[2] or "").strip(),
            channel_id=channel,
            thread_id=thread,
            person=person,
        )

    async def _answer(self, call: CommandCall) -> CommandAnswer | None:
        """Ask the plugins first; one that leaves a `result` answers in the command's place."""
        payload: dict[str, Any] = {
            "action": f"/{call.name}",
            "context": {
                "text": call.text,
                "channelId": call.channel_id,
                "threadId": call.thread_id,
                "userId": call.person.id,
            },
            "result": None,
            "metadata": {},
        }
        # What is typed after a command is for its plugin alone, and for those who guard actions.
        payload = await self._hooks.call("action.executing", payload, hosts_only=True)
        if isinstance(payload.get("result"), str):
            return CommandAnswer(text=payload["result"])
        answer: CommandAnswer | None = await self._ui.run_command(call)
        return answer

    def help(self, _call: CommandCall) -> str:
        """List every command there is."""
        lines = [
            f"- `/{one['name']}{' ' + one['hint'] if one['hint'] else ''}` {one['description']}"
            for one in self._ui.contributions_for(None)["commands"]
        ]
        return "\n".join(lines)

    def me(self, call: CommandCall) -> CommandAnswer:
        """Post what the person does, in italics."""
        if not call.text:
            raise InputError("Say what you do.", where="text", next="For example: /me waves")
        return CommandAnswer(text=f"*{call.text}*", to_all=True)

    async def plugin(self, call: CommandCall) -> str:
        """List the plugins that may write here by themselves, add one, or take one away."""
        verb, _, name = call.text.partition(" ")
        if not verb:
            seated = await self._voice.seated(call.channel_id)
            names = ", ".join(one["plugin"] for one in seated)
            return f"By themselves write here: {names or 'no plugins'}."
        if verb == "add":
            await self._voice.seat(call.person, call.channel_id, name.strip())
            return f"{name.strip()} may write in this channel by itself now."
        if verb == "remove":
            await self._voice.unseat(call.person, call.channel_id, name.strip())
            return f"{name.strip()} writes in this channel by itself no more."
        raise InputError("Say add or remove.", where="text", next="/plugin add weekly-digest")

    async def topic(self, call: CommandCall) -> str:
        """Change the channel's topic, as the channel's form does."""
        changes = {"topic": call.text}
        channel = await self._actions.change_channel(call.person, call.channel_id, changes)
        return f"The topic is now: {channel['topic']}" if call.text else "The topic is empty now."
