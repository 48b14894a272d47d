"""The examples that are plugins in Python, used by people of a real hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.attacks.conftest import Target, target
from tests.support.guests import Room

__all__ = ("target",)
pytestmark = [pytest.mark.anyio, pytest.mark.slow]
EXAMPLES = Path(__file__).parents[2] / "examples" / "sandboxed"


@pytest.fixture
async def room(target: Target, tmp_path: Path) -> Room:
    """Open a channel with people in it."""
    return await Room(target, tmp_path / "guests").open()


async def asked(room: Room, what: str = "Tag the release") -> dict[str, Any]:
    """Let bob ask for an approval, and answer the message."""
    assert (await room.type("bob", f"/signoff {what}")).status_code == 200
    message: dict[str, Any] = (await room.messages())[-1]
    return message


def click(message: dict[str, Any], action: str, reason: str = "") -> dict[str, Any]:
    """Make a click of a button of the request."""
    value = message["blocks"][2]["buttons"][0]["value"]
    return {"action": action, "value": value, "values": {"reason": reason}}


@pytest.mark.checklist("A-26")
async def test_request_is_decided_once_by_somebody_else(room: Room) -> None:
    """Who asked cannot approve; the first decision stands, with its name, and is an event."""
    await room.target.install(EXAMPLES / "sign-off")
    heard: list[Any] = []
    room.target.hub.kernel.events.subscribe("plugin.sign-off.decided", heard.append)
    message = await asked(room)
    own = await room.click("bob", message["id"], **click(message, "approve"))
    assert own.json()["result"] == "Somebody else decides about what you ask for."
    assert (await room.messages())[-1]["blocks"] == message["blocks"]
    done = await room.click("ada", message["id"], **click(message, "approve", "Good  work"))
    assert done.json()["result"] == "You approved it."
    blocks = (await room.messages("bob"))[-1]["blocks"]
    assert [one["text"] for one in blocks] == [
        "**Approved:** Tag the release",
        "Approved by ada: Good work",
    ]
    late = await room.click("ada", message["id"], **click(message, "decline", "no"))
    assert late.json()["error"]["message"] == "There is no such button here."
    await room.target.hub.kernel.events.settle()
    assert [one["state"] for one in heard] == ["approved"]


async def test_declining_takes_a_reason_and_a_stranger_has_no_say(room: Room) -> None:
    """Eve is not in the channel; a click without reason leaves the request open."""
    await room.target.install(EXAMPLES / "sign-off")
    message = await asked(room)
    assert (await room.click("eve", message["id"], **click(message, "approve"))).status_code >= 400
    empty = await room.click("ada", message["id"], **click(message, "decline", " "))
    assert empty.json()["result"] == "Say why, in the field above the buttons."
    done = await room.click("ada", message["id"], **click(message, "decline", "Not on a Friday"))
    assert done.json()["result"] == "You declined it."
    assert (await room.messages())[-1]["blocks"][1]["text"] == "Declined by ada: Not on a Friday"


async def test_request_without_a_click_changes_nothing(room: Room) -> None:
    """An action sent by hand, with a made-up source, approves nothing."""
    await room.target.install(EXAMPLES / "sign-off")
    message = await asked(room)
    context = {"source": "message", **click(message, "approve")}
    await room.call("ada", "POST", "/actions", action="sign-off.approve", context=context)
    assert (await room.messages())[-1]["blocks"] == message["blocks"]
    done = await room.click("ada", message["id"], **click(message, "approve"))
    assert done.json()["result"] == "You approved it."


async def test_dashboard_shows_what_one_asked_for_oneself(room: Room) -> None:
    """Bob sees his request and its state; others see nothing of it."""
    await room.target.install(EXAMPLES / "sign-off")
    await asked(room, "Old one")
    await asked(room, "New one")
    board = await room.post("ada", "/dashboards", title="Board")

    async def rows(who: str) -> list[Any]:
        shown = (await room.call(who, "GET", f"/dashboards/{board['id']}")).json()["widgets"]
        return [one["props"]["rows"] for one in shown if one.get("plugin") == "sign-off"]

    assert await rows("bob") == [[["New one", "open"], ["Old one", "open"]]]
    assert await rows("ada") == []


TEXT = (
    "Write to grace.h+new@mail.example.com or +41 44 668 18 00, before 2026-05-14 10:30, for 1 200"
)


@pytest.mark.checklist("A-25")
async def test_contacts_are_masked_in_queries_and_stay_in_messages(room: Room) -> None:
    """E-mail addresses always, telephone numbers by the setting; dates and amounts never."""
    await room.say("bob", TEXT)
    await room.target.install(EXAMPLES / "contact-mask")

    async def seen(**query: Any) -> Any:
        return (await room.post("bob", "/query", **query))["data"]

    wanted = "Write to g…@mail.example.com or •••••••••00, before 2026-05-14 10:30, for 1 200"
    assert [row["text"] for row in await seen(query="messages")] == [wanted]
    assert (await room.messages())[-1]["text"] == TEXT
    me = await seen(query="users")
    assert [row["username"] for row in me] == ["bob"]
    config = room.target.hub.kernel.config
    await config.change("contact-mask.phones", False, room.target.operator_ctx)
    assert "+41 44 668 18 00" in (await seen(query="messages"))[0]["text"]
    assert "g…@mail.example.com" in (await seen(query="messages"))[0]["text"]
