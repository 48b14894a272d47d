"""Attempts to speak, change and react as somebody else, and to overload the chat."""

from __future__ import annotations

from typing import Any

import pytest

from plexihub_sdk.errors import InputError, NotFoundError, PermissionDenied
from plexihub_sdk.ids import new_id
from tests.unit.plugins.chatting import Talk
from tests.unit.plugins.conftest import World, world
from tests.unit.plugins.test_chat_life import talk

__all__ = ("World", "talk", "world")

pytestmark = pytest.mark.anyio


async def test_nobody_changes_anothers_message(talk: Talk) -> None:
    """Not a member and not an administrator; deleting is for authors and administrators."""
    message = await talk.post("grace", "mine")
    for who in ("tomas", "ada"):
        with pytest.raises(PermissionDenied):
            await talk.edit(who, message, "yours")
    with pytest.raises(PermissionDenied):
        await talk.delete("tomas", message)
    (left,) = await talk.page()
    assert (left["text"], left["rev"]) == ("mine", 0)


async def test_names_in_the_body_are_ignored(talk: Talk) -> None:
    """Who writes, joins and reacts is the session, whatever the body claims."""
    claimed = (await talk.world.users.find("ada")).id  # type: ignore[union-attr]
    lie = {"author_id": claimed, "user_id": claimed, "person": claimed}
    body = {**lie, "text": "hello", "client_id": new_id()}
    path = f"channels/{talk.channel}"
    message = await talk.call("POST", f"{path}/messages", "grace", body)
    assert message["author"]["username"] == "grace"
    await talk.call("PUT", f"messages/{message['id']}/reactions/👍", "grace", lie)
    assert (await talk.page())[0]["reactions"][0]["people"] == ["grace"]
    joined = await talk.call("POST", f"{path}/members", "tomas", lie)
    assert joined["user"]["username"] == "tomas"


@pytest.mark.parametrize(
    ("hook", "field"),
    [
        ("message.creating", "author_id"),
        ("message.creating", "thread_id"),
        ("reaction.creating", "user_id"),
        ("reaction.creating", "message_id"),
        ("message.updating", "id"),
        ("membership.creating", "user_id"),
    ],
)
async def test_hook_cannot_make_it_somebody_elses(talk: Talk, hook: str, field: str) -> None:
    """A plugin that changes whose it is, or where it belongs, gets the write refused."""
    message = await talk.post("grace", "mine")
    await talk.call("DELETE", f"channels/{talk.channel}/members/me", "tomas")
    other = (await talk.world.users.find("ada")).id  # type: ignore[union-attr]
    talk.on(hook, lambda draft: draft.update({field: other}))
    tries: dict[str, Any] = {
        "message.creating": lambda: talk.post("grace", "new"),
        "message.updating": lambda: talk.edit("grace", message, "new"),
        "reaction.creating": lambda: talk.react("grace", message, "👍"),
        "membership.creating": lambda: talk.post("tomas", "new"),
    }
    with pytest.raises(InputError) as caught:
        await tries[hook]()
    assert caught.value.where == field
    (left,) = await talk.page()
    assert (left["text"], left["reactions"]) == ("mine", [])


async def test_hook_cannot_smuggle_columns_into_an_edit(talk: Talk) -> None:
    """Only the text of a message changes by editing it."""
    message = await talk.post("grace", "mine")
    talk.on("message.updating", lambda draft: draft["changes"].update(author_id="x"))
    with pytest.raises(InputError, match="author_id"):
        await talk.edit("grace", message, "new")
    assert (await talk.page())[0]["text"] == "mine"


@pytest.mark.parametrize("emoji", ["👍" * 5000, "<script>", "a" * 100, "%00", "../../x"])
async def test_reaction_of_any_size_is_refused(talk: Talk, emoji: str) -> None:
    """What is no emoji is not stored, however large."""
    message = await talk.post("grace", "mine")
    with pytest.raises((InputError, NotFoundError)):
        await talk.react("tomas", message, emoji)
    assert (await talk.page())[0]["reactions"] == []


@pytest.mark.parametrize("path", ["channels/{}", "channels/{}/members", "messages/{}/replies"])
async def test_nothing_is_told_to_who_is_not_signed_in(talk: Talk, path: str) -> None:
    """Each route asks who it is."""
    message = await talk.post("grace", "mine")
    one = message["id"] if path.startswith("messages") else talk.channel
    with pytest.raises(InputError) as caught:
        await talk.call("GET", path.format(one), None)
    assert caught.value.code == "unauthenticated"
