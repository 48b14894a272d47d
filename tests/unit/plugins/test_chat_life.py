"""Editing, deleting, answering, reacting, joining, each with its hook and its event."""

from __future__ import annotations

from typing import Any

import pytest

from plexihub.kernel.context import owner
from plexihub_sdk import Veto
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError, PermissionDenied
from plexihub_sdk.ids import PluginId
from tests.unit.plugins.chatting import Talk
from tests.unit.plugins.conftest import BUILTIN, World

pytestmark = pytest.mark.anyio
ENTITIES = ("channel", "membership", "message", "thread", "reaction")
NAMES = tuple(
    f"{entity}.{verb}"
    for entity in ENTITIES
    for verb in ("creating", "updating", "deleting", "created", "updated", "deleted")
)


@pytest.fixture
async def talk(world: World) -> Talk:
    """Enable the chat, with three people in one channel."""
    await world.add(BUILTIN / "chat")
    await world.join("ada", role="admin")
    made = await world.call("POST", "/api/v1/chat/channels", "ada", body={"name": "general"})
    for name in ("grace", "tomas"):
        await world.join(name)
    await world.kernel.events.settle()  # who arrives joins the first channel
    return Talk(world, made["id"])


def refuse(_draft: Any) -> None:
    """Veto everything."""
    raise Veto("Not here.")


async def since(talk: Talk, heard: list[tuple[str, Any]], work: Any) -> list[str]:
    """Do something, and name the hooks and events that came of it."""
    await talk.settle()
    heard.clear()
    await work
    await talk.settle()
    return sorted(name for name, _ in heard)


def both(entity: str, verb: str) -> list[str]:
    """Name the event and the hook of a write."""
    return sorted([f"{entity}.{verb}ed", f"{entity}.{verb}ing"])


async def test_a_day_in_the_chat_asks_and_tells_every_write(talk: Talk) -> None:
    """Each write of people is asked of before and told of after; open pages hear of all."""
    heard, channel = talk.record(*NAMES), f"channels/{talk.channel}"
    root = await talk.post("grace", "first")
    said = await talk.post("ada", "to be deleted", root)
    await talk.delete("ada", said)
    for work, expected in (
        (talk.post("tomas", "answer", root), [*both("message", "creat"), *both("thread", "creat")]),
        (talk.post("ada", "more", root), [*both("message", "creat"), *both("thread", "updat")]),
        (talk.edit("grace", root, "better"), both("message", "updat")),
        (talk.react("ada", root, "👍"), both("reaction", "creat")),
        (talk.react("ada", root, "👍", method="DELETE"), both("reaction", "delet")),
        (talk.call("POST", f"{channel}/read", "grace", {"seq": 99}), both("membership", "updat")),
        (talk.call("DELETE", f"{channel}/members/me", "grace"), both("membership", "delet")),
        (talk.call("POST", f"{channel}/members", "grace"), both("membership", "creat")),
        (talk.call("PATCH", channel, "ada", {"topic": "All"}), both("channel", "updat")),
        (talk.delete("grace", root), both("message", "delet")),
        (talk.call("POST", "channels", "ada", {"name": "x"}), both("channel", "creat")),
        (talk.call("DELETE", channel, "ada"), both("channel", "delet")),
    ):
        found = await since(talk, heard, work)
        assert [name for name in found if name in expected] == expected
        assert set(found) - set(expected) <= {"membership.created"}
    told = {name for name, _ in talk.world.live.told}
    assert told >= {name for name in NAMES if name.endswith("ed")} - {"reaction.updated"}


@pytest.mark.parametrize(
    ("hook", "field", "value", "table", "column"),
    [
        ("message.updating", "text", "changed by a plugin", "Message", "text"),
        ("channel.updating", "topic", "changed by a plugin", "Channel", "topic"),
        ("membership.updating", "last_read_seq", 1, "Membership", "last_read_seq"),
    ],
)
@pytest.mark.checklist("P-17")
async def test_handler_changes_what_an_update_stores(
    talk: Talk, hook: str, field: str, value: Any, table: str, column: str
) -> None:
    """What a handler leaves in `changes` stands in the row."""
    message = await talk.post("ada", "one")
    await talk.post("ada", "two")
    talk.on(hook, lambda draft: draft["changes"].update({field: value}))
    channel = f"channels/{talk.channel}"
    await talk.edit("ada", message, "mine")
    await talk.call("PATCH", channel, "ada", {"topic": "mine"})
    await talk.call("POST", f"{channel}/read", "grace", {"seq": 2})
    stored = await talk.world.database.get_model(table).find()
    assert value in [getattr(one, column) for one in stored]


@pytest.mark.parametrize("entity", ENTITIES)
async def test_veto_leaves_everything_as_it_was(talk: Talk, entity: str) -> None:
    """A refused write of any kind changes no row and tells no event."""
    root = await talk.post("grace", "first")
    await talk.post("tomas", "answer", root)
    await talk.react("tomas", root, "🎉")
    await talk.settle()
    for verb in ("creating", "updating", "deleting"):
        talk.on(f"{entity}.{verb}", refuse)
    told = talk.record(*(f"{entity}.{verb}" for verb in ("created", "updated", "deleted")))
    channel = f"channels/{talk.channel}"
    tries = {
        "channel": [
            talk.call("POST", "channels", "ada", {"name": "x"}),
            talk.call("PATCH", channel, "ada", {"name": "x"}),
            talk.call("DELETE", channel, "ada"),
        ],
        "membership": [
            talk.call("POST", f"{channel}/read", "grace", {"seq": 2}),
            talk.call("DELETE", f"{channel}/members/me", "tomas"),
        ],
        "message": [
            talk.post("grace", "second"),
            talk.edit("grace", root, "second"),
            talk.delete("grace", root),
        ],
        "thread": [talk.post("ada", "more", root)],
        "reaction": [
            talk.react("ada", root, "👍"),
            talk.react("tomas", root, "🎉", method="DELETE"),
        ],
    }
    before = await rows(talk)
    for one in tries.pop(entity):
        with pytest.raises(Veto, match="Not here"):
            await one
    for left in tries.values():
        for one in left:
            one.close()
    await talk.settle()
    assert await rows(talk) == before
    assert told == []


async def rows(talk: Talk) -> list[dict[str, Any]]:
    """Read every row of the chat."""
    database = talk.world.database
    names = ("Channel", "Membership", "Message", "Thread", "Reaction")
    return [one.to_dict() for name in names for one in await database.get_model(name).find()]


async def test_edited_message_says_when(talk: Talk) -> None:
    """The text changes for all; the same text again is no edit."""
    message = await talk.post("grace", "frist")
    edited = await talk.edit("grace", message, "first")
    assert (edited["text"], edited["rev"]) == ("first", 1)
    assert edited["edited_at"] is not None
    assert (await talk.edit("grace", message, "first"))["rev"] == 1
    assert (await talk.page("tomas"))[0]["text"] == "first"


async def test_deleted_message_goes_unless_answers_stand_below_it(talk: Talk) -> None:
    """A lone one is gone; one with a thread keeps its place without words until the last answer."""
    lone, root = await talk.post("grace", "lone"), await talk.post("grace", "root")
    answer = await talk.post("tomas", "answer", root)
    await talk.react("tomas", root, "🎉")
    await talk.delete("grace", lone)
    await talk.delete("ada", root)
    (left,) = await talk.page()
    assert (left["id"], left["deleted"], left["text"], left["reactions"]) == (
        root["id"],
        True,
        "",
        [],
    )
    told = talk.record("message.deleted", "thread.deleted")
    await talk.delete("tomas", answer)
    await talk.settle()
    assert await talk.page() == []
    assert sorted(name for name, _ in told) == [
        "message.deleted",
        "message.deleted",
        "thread.deleted",
    ]


async def test_thread_counts_its_answers(talk: Talk) -> None:
    """Answers stand below their message, not in the channel, and never as unread in it."""
    root = await talk.post("ada", "root")
    await talk.call("POST", f"channels/{talk.channel}/read", "grace", {"seq": 1})
    for who, text in (("tomas", "one"), ("ada", "two"), ("tomas", "three")):
        last = await talk.post(who, text, root)
    (shown,) = await talk.page("grace")
    thread = shown["thread"]
    assert (thread["replies"], [one["username"] for one in thread["people"]]) == (
        3,
        ["tomas", "ada"],
    )
    answers = await talk.call("GET", f"messages/{root['id']}/replies", "grace")
    assert [one["text"] for one in answers["items"]] == ["one", "two", "three"]
    listed = (await talk.call("GET", "channels", "grace"))["items"]
    assert [one["unread"] for one in listed] == [0]
    await talk.delete("tomas", last)
    (shown,) = await talk.page("grace")
    assert (shown["thread"]["replies"], shown["thread"]["people"][0]["username"]) == (2, "ada")


async def test_answer_stays_with_its_thread(talk: Talk) -> None:
    """An answer has no answers, and its thread is in the same channel."""
    root = await talk.post("ada", "root")
    answer = await talk.post("ada", "answer", root)
    with pytest.raises(NotFoundError, match="no thread of its own"):
        await talk.post("ada", "below", answer)
    other = await talk.call("POST", "channels", "ada", {"name": "other"})
    with pytest.raises(NotFoundError, match="no such thread in this channel"):
        await Talk(talk.world, other["id"]).post("ada", "elsewhere", root)


async def test_reactions_count_once_a_person(talk: Talk) -> None:
    """The same emoji again is the same reaction; each reader sees which are their own."""
    message = await talk.post("ada", "hello")
    for who in ("grace", "tomas", "tomas"):
        await talk.react(who, message, "👍")
    await talk.react("tomas", message, "🇸🇪")
    (shown,) = await talk.page("grace")
    assert [(one["emoji"], one["count"], one["mine"]) for one in shown["reactions"]] == [
        ("👍", 2, True),
        ("🇸🇪", 1, False),
    ]
    assert shown["reactions"][0]["people"] == ["grace", "tomas"]
    await talk.react("grace", message, "👍", method="DELETE")
    with pytest.raises(NotFoundError, match="did not react"):
        await talk.react("grace", message, "👍", method="DELETE")


async def test_reactions_have_a_limit_of_kinds(talk: Talk) -> None:
    """Twenty different emoji, and no more; one of those is still welcome."""
    message = await talk.post("ada", "hello")
    for number in range(20):
        await talk.react("ada", message, chr(0x1F600 + number))
    with pytest.raises(ConflictError, match="20 different"):
        await talk.react("grace", message, "🚀")
    assert (await talk.react("grace", message, chr(0x1F600)))["count"] == 2


async def test_only_members_have_unread(talk: Talk) -> None:
    """Who leaves reads on without counting; who writes is a member again."""
    channel = f"channels/{talk.channel}"
    await talk.call("DELETE", f"{channel}/members/me", "grace")
    await talk.post("ada", "one")
    shown = await talk.call("GET", channel, "grace")
    assert (shown["joined"], shown["unread"], shown["member_count"]) == (False, 0, 2)
    assert [one["text"] for one in await talk.page("grace")] == ["one"]
    await talk.post("grace", "here again")
    members = (await talk.call("GET", f"{channel}/members", "ada"))["items"]
    assert {one["user"]["username"] for one in members} == {"ada", "grace", "tomas"}
    await talk.call("DELETE", f"{channel}/members/me", "grace")
    with pytest.raises(NotFoundError, match="not in this channel"):
        await talk.call("DELETE", f"{channel}/members/me", "grace")


async def test_channel_is_changed_by_who_made_it_and_administrators(talk: Talk) -> None:
    """Others are refused; a name that another channel has is, too."""
    made = await talk.call("POST", "channels", "grace", {"name": "ideas"})
    path = f"channels/{made['id']}"
    with pytest.raises(PermissionDenied):
        await talk.call("PATCH", path, "tomas", {"topic": "mine"})
    with pytest.raises(PermissionDenied):
        await talk.call("DELETE", path, "tomas")
    with pytest.raises(ConflictError):
        await talk.call("PATCH", path, "grace", {"name": "GENERAL"})
    changed = await talk.call("PATCH", path, "grace", {"name": "Ideas", "topic": "New ones"})
    assert (changed["name"], changed["topic"], changed["joined"]) == ("Ideas", "New ones", True)
    await talk.call("DELETE", path, "ada")
    with pytest.raises(NotFoundError):
        await talk.call("GET", path, "grace")


async def test_deleted_channel_takes_everything_along(talk: Talk) -> None:
    """No row of it stays."""
    root = await talk.post("grace", "first")
    await talk.post("tomas", "answer", root)
    await talk.react("tomas", root, "🎉")
    await talk.call("DELETE", f"channels/{talk.channel}", "ada")
    assert await rows(talk) == []


@pytest.mark.parametrize("emoji", ["x", "👍👍", "<b>", "", "12", "\u202e👍", "👍" * 30])
async def test_reaction_is_one_emoji(talk: Talk, emoji: str) -> None:
    """Anything else is refused, also when a plugin leaves it."""
    message = await talk.post("ada", "hello")
    talk.on("reaction.creating", lambda draft: draft.update(emoji=emoji))
    with pytest.raises(InputError, match="one emoji"):
        await talk.react("ada", message, "👍")


async def test_what_another_plugin_writes_is_asked_and_shown(talk: Talk) -> None:
    """A row that somebody else's plugin writes runs the hook, and open pages follow."""
    message = await talk.post("grace", "mine")
    await talk.react("tomas", message, "🎉")
    database, token = talk.world.database, owner.set(PluginId("meddler"))
    try:
        talk.on("message.updating", lambda draft: draft["changes"].update(text="by the hook"))
        record = await database.get_model("Message").find_one({"id": message["id"]})
        record.text = "by the meddler"
        await record.save()
        await database.get_model("Reaction").delete({"emoji": "🎉"})
    finally:
        owner.reset(token)
    await talk.settle()
    told = talk.world.pushed("message.updated", "message")
    assert [(one["text"], one["author"]["username"]) for one in told] == [("by the hook", "grace")]
    (gone,) = talk.world.pushed("reaction.deleted", "reaction")
    assert (gone["message_id"], gone["emoji"], gone["count"]) == (message["id"], "🎉", 0)
