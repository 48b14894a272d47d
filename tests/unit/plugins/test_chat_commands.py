"""Slash commands and composer buttons: of the chat itself and of other plugins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plexihub_sdk import Command, Veto
from plexihub_sdk.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    PermissionDenied,
    PluginRaisedError,
)
from tests.unit.plugins.chatting import Talk
from tests.unit.plugins.conftest import EXAMPLES, World
from tests.unit.plugins.test_chat_life import talk

__all__ = ("talk",)

pytestmark = pytest.mark.anyio
FAULTY = """
from plexihub_sdk import Command

class FaultyPlugin:
    def __init__(self, context):
        ui = context.get_service("ui")
        ui.register_command(Command(name="crash", description="Fails"), self.crash)
        ui.register_command(Command(name="odd", description="Answers a number"), lambda call: 3)

    def crash(self, call):
        raise RuntimeError("secret detail")
"""


def names(world: World) -> list[str]:
    """List the commands as pages get them."""
    listed = world.kernel.services.get("ui").contributions_for(None)
    return [one["name"] for one in listed["commands"]]


async def test_example_rolls_for_all_and_leaves_with_its_plugin(talk: Talk) -> None:
    """The command and the button are there while the plugin runs, listed with their owner."""
    world = talk.world
    record = await world.add(EXAMPLES / "slash-command")
    answer = await talk.type("grace", "/roll 3d1")
    assert answer["message"]["text"] == "🎲 3d1: 1 + 1 + 1 = **3**"
    assert answer["message"]["author"]["username"] == "grace"
    with pytest.raises(InputError, match="no dice"):
        await talk.type("grace", "/roll many")
    body = {"channel_id": talk.channel, "thread_id": None, "draft": "hello there"}
    polished = await world.call("POST", "/api/v1/slash-command/polish", "grace", body=body)
    assert polished == {"draft": "Hello there."}
    ui = world.kernel.services.get("ui")
    shown = ui.contributions_for(None)
    assert [one["owner"] for one in shown["composer_buttons"]] == ["slash-command"]
    assert ui.contributions(record.id)["commands"] == ["roll"]
    await world.kernel.lifecycle.disable(record.id, world.core)
    assert names(world) == ["help", "me", "plugin", "topic"]
    assert ui.contributions_for(None)["composer_buttons"] == []
    with pytest.raises(NotFoundError, match="no command /roll"):
        await talk.type("grace", "/roll 2d6")


async def test_own_commands(talk: Talk) -> None:
    """Help is for oneself, /me is said to all, /topic changes the channel of who may."""
    help_ = await talk.type("grace", "/help")
    assert help_["message"] is None
    assert "`/me waves`" in help_["text"]
    said = await talk.type("grace", "/me waves at everybody")
    assert said["message"]["text"] == "*waves at everybody*"
    assert "is now: Spring" in (await talk.type("ada", "/topic Spring"))["text"]
    with pytest.raises(PermissionDenied):
        await talk.type("grace", "/topic mine")
    shown = await talk.call("GET", f"channels/{talk.channel}", "grace")
    assert shown["topic"] == "Spring"


@pytest.mark.parametrize("text", ["/hlep", "/HLEP me"])
async def test_unknown_command_says_what_to_do(talk: Talk, text: str) -> None:
    """A close name is suggested, and how to send the text as a message."""
    with pytest.raises(NotFoundError, match="no command /hlep") as caught:
        await talk.type("grace", text)
    assert "Did you mean /help?" in caught.value.next
    assert "//" in caught.value.next


async def test_hook_sees_changes_and_refuses_commands(talk: Talk) -> None:
    """`action.executing` runs before each: it may answer in the command's place, or refuse."""
    seen: list[dict[str, Any]] = []

    def decide(payload: dict[str, Any]) -> None:
        seen.append(payload["context"])
        if payload["action"] == "/topic":
            raise Veto("Topics are fixed today.")
        if payload["action"] == "/help":
            payload["result"] = "Ask Ada."

    talk.on("action.executing", decide)
    assert (await talk.type("grace", "/help me out"))["text"] == "Ask Ada."
    with pytest.raises(Veto, match="fixed today"):
        await talk.type("ada", "/topic new")
    assert (seen[0]["text"], seen[0]["channelId"]) == ("me out", talk.channel)


async def test_failing_command_is_told_without_its_insides(talk: Talk, tmp_path: Path) -> None:
    """The person learns which command of whom failed; the hub goes on, the failure is counted."""
    (tmp_path / "faulty.py").write_text(FAULTY)
    record = await talk.world.add(tmp_path / "faulty.py")
    for text in ("/crash", "/odd"):
        with pytest.raises(PluginRaisedError, match=rf"{text} of faulty") as caught:
            await talk.type("grace", text)
        assert "secret detail" not in str(caught.value)
    assert record.measure is not None
    assert "/me" in (await talk.type("grace", "/help"))["text"]


@pytest.mark.parametrize(
    ("command", "error", "words"),
    [
        (Command(name="help", description="Mine"), ConflictError, "belongs to chat"),
        (Command(name="Help!", description="Mine"), InputError, "cannot work"),
        (Command(name="fine", description="two\nlines"), InputError, "description"),
    ],
)
async def test_command_that_cannot_be_is_refused(
    talk: Talk, command: Command, error: type[Exception], words: str
) -> None:
    """Names are there once; nothing is half registered."""
    before = names(talk.world)
    with pytest.raises(error, match=words):
        talk.world.kernel.services.get("ui").register_command(command, str)
    assert names(talk.world) == before
