"""Slash commands of plugins: names, and the handlers behind them."""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from plexihub.kernel.watched import Observe, Watch, must_pass
from plexihub.services.ui.shelf import Shown
from plexihub_sdk.errors import (
    ConflictError,
    InputError,
    LimitExceededError,
    NotFoundError,
    PlexiHubError,
    PluginRaisedError,
)
from plexihub_sdk.ids import PluginId
from plexihub_sdk.ui import Command, CommandAnswer, CommandCall

_log = logging.getLogger(__name__)
SECONDS = 15.0
MOST = 50
MOST_TEXT = 120
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class _Entry:
    owner: PluginId
    command: Command
    call: Callable[[Any], Any]


class Commands:
    """The commands there are; a name is there once.

    Args:
        observe: Told of every call.
    """

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self._entries: dict[str, _Entry] = {}

    def add(
        self, plugin: PluginId, command: Command, handler: Callable[[CommandCall], Any]
    ) -> None:
        """Add a command.

        Raises:
            InputError: Its name or texts cannot work.
            ConflictError: There is a command of this name.
            LimitExceededError: The plugin has too many.
        """
        _check(command)
        if (taken := self._entries.get(command.name)) is not None:
            raise ConflictError(
                f"The command /{command.name} belongs to {taken.owner}.",
                where="name",
                next="Choose another name.",
            )
        if len(self.of(plugin)) >= MOST:
            raise LimitExceededError(f"A plugin may have {MOST} commands.", where=command.name)
        watch = Watch(
            plugin=plugin, name=f"/{command.name}", seconds=SECONDS, observe=self._observe
        )
        self._entries[command.name] = _Entry(plugin, command, watch.coat(handler))

    def take(self, name: str) -> None:
        """Take a command away."""
        self._entries.pop(name, None)

    def of(self, plugin: PluginId) -> list[str]:
        """List the names of a plugin's commands."""
        return [name for name, one in list(self._entries.items()) if one.owner == plugin]

    def owner_of(self, name: str) -> PluginId | None:
        """Tell whose a command is; None where there is none of this name."""
        entry = self._entries.get(name)
        return entry.owner if entry is not None else None

    def listed(self) -> list[Shown]:
        """List every command by name, each with its owner."""
        found = sorted(self._entries.values(), key=lambda one: one.command.name)
        return [{**asdict(one.command), "owner": one.owner} for one in found]

    async def run(self, call: CommandCall) -> CommandAnswer | None:
        """Run a command.

        Raises:
            NotFoundError: There is no such command.
            PluginRaisedError: It failed, or answered with something that is no answer.
            PlexiHubError: What it raised on purpose.
        """
        entry = self._entries.get(call.name)
        if entry is None:
            raise self._unknown(call.name)
        try:
            answer = entry.call(call)
            answer = await answer if hasattr(answer, "__await__") else answer
        except PlexiHubError:
            raise
        except BaseException as error:
            if must_pass(error):
                raise
            _log.exception("/%s of %s failed", call.name, entry.owner)
            raise PluginRaisedError(
                f"The command /{call.name} of {entry.owner} failed ({type(error).__name__}).",
                where=f"/{call.name}",
                next="Tell an administrator of the hub.",
            ) from error
        return _answer(answer, entry)

    def _unknown(self, name: str) -> NotFoundError:
        close = difflib.get_close_matches(name, list(self._entries), n=1)
        return NotFoundError(
            f"There is no command /{name[:32]}.",
            where="text",
            next=(f"Did you mean /{close[0]}? " if close else "")
            + "Type /help for all of them; a message that begins with // is sent with one slash.",
        )


def _check(command: Command) -> None:
    if not isinstance(command.name, str) or not _NAME.fullmatch(command.name):
        raise InputError(
            f"The command's name {command.name!r} cannot work.",
            where="name",
            next="Use up to 32 lower-case letters, digits and hyphens, without the slash.",
        )
    for field in ("description", "hint"):
        value = getattr(command, field)
        if not isinstance(value, str) or len(value) > MOST_TEXT or not value.isprintable():
            raise InputError(
                f"The command's {field} cannot work.",
                where=field,
                next=f"Use one line of at most {MOST_TEXT} characters.",
            )


def _answer(answer: Any, entry: _Entry) -> CommandAnswer | None:
    if answer is None or isinstance(answer, CommandAnswer):
        return answer
    if isinstance(answer, str):
        return CommandAnswer(text=answer)
    raise PluginRaisedError(
        f"The command /{entry.command.name} of {entry.owner} gave an answer that is no text.",
        where=f"/{entry.command.name}",
        next="Tell an administrator of the hub.",
    )
