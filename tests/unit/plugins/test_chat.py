"""The chat: order, idempotency, hooks, events after commit, reading on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from plexihub_sdk import Veto, new_id
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError, PlexiHubError
from plexihub_sdk.ids import PluginId
from tests.unit.plugins.conftest import BUILTIN, World

pytestmark = pytest.mark.anyio
CHANNELS = "/api/v1/chat/channels"


class Chat:
    """The chat as people use it, in one channel."""

    def __init__(self, world: World, channel: str) -> None:
        self.world = world
        self.channel = channel
        self.messages = f"{CHANNELS}/{channel}/messages"
        self.read = f"{CHANNELS}/{channel}/read"

    async def post(self, who: str, text: str, client_id: str | None = None) -> Any:
        """Post a message."""
        body = {"text": text, "client_id": client_id or new_id()}
        return await self.world.call("POST", self.messages, who, body=body)

    async def page(self, who: str = "ada", **query: Any) -> Any:
        """Read a page of messages."""
        asked = {name: str(value) for name, value in query.items()}
        return await self.world.call("GET", self.messages, who, query=asked)

    async def texts(self, **query: Any) -> list[str]:
        """Read the texts of a page."""
        return [one["text"] for one in (await self.page(**query))["items"]]

    async def unread(self, who: str) -> Any:
        """Tell what somebody has not read in the channel."""
        items = (await self.world.call("GET", CHANNELS, who))["items"]
        return next(one["unread"] for one in items if one["id"] == self.channel)

    def on(self, name: str, handler: Callable[[Any], Any]) -> None:
        """Register for a hook or an event, as the core."""
        self.world.kernel.services.get("events").on(name, handler)


@pytest.fixture
async def chat(world: World) -> Chat:
    """Enable the chat, with two people and one channel."""
    await world.add(BUILTIN / "chat")
    await world.join("ada", role="admin")
    await world.join("grace")
    made = await world.call("POST", CHANNELS, "ada", body={"name": "general", "topic": "All"})
    return Chat(world, made["id"])


async def test_new_channel_is_listed_for_everybody(chat: Chat) -> None:
    """A channel made by one person is there for the other one, with nothing to read."""
    listed = await chat.world.call("GET", CHANNELS, "grace")
    ada = await chat.world.users.find("ada")
    assert ada is not None
    assert listed == {
        "items": [
            {
                "id": chat.channel,
                "name": "general",
                "topic": "All",
                "created_by": ada.id,
                "joined": False,
                "unread": 0,
                "last_seq": 0,
                "member_count": 1,
            }
        ],
        "next": None,
    }


async def test_second_channel_of_same_name_is_refused(chat: Chat) -> None:
    """Names differ by more than their case."""
    with pytest.raises(ConflictError, match="'General' already"):
        await chat.world.call("POST", CHANNELS, "grace", body={"name": " General "})


async def test_posted_message_is_answered_in_full(chat: Chat) -> None:
    """The answer has number, author, text, time and the sender's own id."""
    key = new_id()
    message = await chat.post("grace", "  Hello  ", key)
    author = message.pop("author")
    assert author.keys() == {"id", "username", "display_name", "avatar_hue", "is_plugin"}
    assert (author["username"], message["created_at"][-1]) == ("grace", "Z")
    assert {name: message[name] for name in ("seq", "text", "client_id", "channel_id")} == {
        "seq": 1,
        "text": "Hello",
        "client_id": key,
        "channel_id": chat.channel,
    }


async def test_concurrent_posts_have_no_gaps(chat: Chat) -> None:
    """Forty posts at once get the numbers 1 to 40, told and pushed in that order."""
    told: list[int] = []
    chat.on("message.created", lambda data: told.append(data["message"]["seq"]))
    posted = await asyncio.gather(
        *(chat.post(("ada", "grace")[number % 2], f"number {number}") for number in range(40))
    )
    assert sorted(message["seq"] for message in posted) == list(range(1, 41))
    await chat.world.kernel.events.settle()
    assert told == list(range(1, 41))
    assert chat.world.pushed("message.created", "message", "seq") == told


async def test_failed_posts_leave_no_gap(chat: Chat) -> None:
    """A post that is refused in the middle takes no number."""

    def refuse(draft: dict[str, Any]) -> None:
        if "bad" in draft["text"]:
            raise Veto("no")

    chat.on("message.creating", refuse)
    await asyncio.gather(
        *(chat.post("ada", text) for text in ("one", "bad", "two", "bad", "three")),
        return_exceptions=True,
    )
    assert [one["seq"] for one in (await chat.page())["items"]] == [1, 2, 3]


async def test_repeated_client_id_answers_first_message(chat: Chat) -> None:
    """The same id again, even at the same time, stores one message and tells one event."""
    key = new_id()
    told: list[dict[str, Any]] = []
    chat.on("message.created", told.append)
    first = await chat.post("ada", "once", key)
    again = await asyncio.gather(*(chat.post("ada", "twice", key) for _ in range(5)))
    race = new_id()
    raced = await asyncio.gather(*(chat.post("ada", f"race {n}", race) for n in range(5)))
    await chat.world.kernel.events.settle()
    assert again == [first] * 5
    assert len({message["id"] for message in raced}) == 1
    assert [data["message"]["seq"] for data in told] == [1, 2]


async def test_same_client_id_of_other_author_is_other_message(chat: Chat) -> None:
    """Ids count for each author alone, so nobody reads a message by guessing its id."""
    key = new_id()
    await chat.post("ada", "mine", key)
    assert (await chat.post("grace", "yours", key))["text"] == "yours"


async def test_vetoed_message_is_not_stored(chat: Chat) -> None:
    """A veto reaches the person with its reason; nothing is stored, told or pushed."""

    def refuse(_draft: dict[str, Any]) -> None:
        raise Veto("No shouting here.")

    chat.on("message.creating", refuse)
    with pytest.raises(Veto) as caught:
        await chat.post("ada", "HELLO")
    await chat.world.kernel.events.settle()
    assert caught.value.reason == "No shouting here."
    assert await chat.texts() == []
    assert chat.world.pushed("message.created") == []


@pytest.mark.checklist("P-17", "P-19")
async def test_handlers_change_what_is_stored(chat: Chat) -> None:
    """Two handlers compose by priority, and what they leave is stored."""
    events = chat.world.kernel.services.get("events")
    events.on("message.creating", lambda draft: draft.update(text=draft["text"] + " second"))
    events.on(
        "message.creating", lambda draft: draft.update(text=draft["text"] + " first"), priority=5
    )
    await chat.post("ada", "words:")
    stored = await chat.world.database.get_model("Message").find_one({"seq": 1})
    assert stored.text == "words: first second"


@pytest.mark.parametrize(
    "change",
    [
        {"text": " "},
        {"text": "x" * 4001},
        {"author_id": "somebody"},
    ],
)
async def test_bad_change_of_handler_is_refused(chat: Chat, change: dict[str, Any]) -> None:
    """What a handler left is checked like what a person typed; authors are never exchanged."""
    chat.on("message.creating", lambda draft: draft.update(change))
    with pytest.raises(InputError):
        await chat.post("ada", "fine")
    assert await chat.texts() == []


async def test_event_is_told_after_commit_only(chat: Chat) -> None:
    """A listener finds the message in the database; a rolled back one is never told."""
    database, found = chat.world.database, []

    async def look(data: dict[str, Any]) -> None:
        found.append(await database.get_model("Message").find_one({"id": data["message"]["id"]}))

    chat.on("message.created", look)

    async def fail_after_posting() -> None:
        async with database.unit_of_work():
            await chat.post("ada", "never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_posting()
    await chat.post("ada", "said")
    await chat.world.kernel.events.settle()
    assert [record.text for record in found] == ["said"]
    assert await chat.texts() == ["said"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"text": "", "client_id": new_id()}, "text"),
        ({"text": "x" * 4001, "client_id": new_id()}, "text"),
        ({"text": 3, "client_id": new_id()}, "text"),
        ({"text": "x", "client_id": "me"}, "client_id"),
        ({"text": "x"}, "client_id"),
        (None, "body"),
    ],
)
async def test_bad_message_names_its_field(chat: Chat, body: Any, where: str) -> None:
    """A refused message says which field was wrong."""
    with pytest.raises(InputError) as caught:
        await chat.world.call("POST", chat.messages, "ada", body=body)
    assert caught.value.where == where


@pytest.mark.parametrize(
    ("method", "below"), [("GET", "messages"), ("POST", "messages"), ("POST", "read")]
)
async def test_unknown_channel_is_not_found(chat: Chat, method: str, below: str) -> None:
    """Every route of a channel says when there is none."""
    body = {"text": "x", "client_id": new_id(), "seq": 1}
    with pytest.raises(NotFoundError):
        await chat.world.call(method, f"{CHANNELS}/{new_id()}/{below}", "ada", body=body)


async def test_pages_reach_every_message_both_ways(chat: Chat) -> None:
    """Backward from the newest and forward from the oldest, `next` leads through all of them."""
    for number in range(1, 8):
        await chat.post("ada", str(number))
    newest = await chat.page(limit=3)
    assert [one["seq"] for one in newest["items"]] == [5, 6, 7]
    assert await chat.texts(limit=3, before=newest["next"]) == ["2", "3", "4"]
    assert (await chat.page(limit=3, before=2))["next"] is None
    forward = await chat.page(limit=3, after=0)
    assert [one["seq"] for one in forward["items"]] == [1, 2, 3]
    assert await chat.texts(limit=9, after=forward["next"]) == ["4", "5", "6", "7"]
    assert await chat.page(after=7) == {"items": [], "next": None}


async def test_unread_counts_until_read(chat: Chat) -> None:
    """Others' messages count for members until they are read; marks never go back."""
    await chat.world.call("POST", f"{CHANNELS}/{chat.channel}/members", "grace")
    for text in ("a", "b", "c"):
        await chat.post("ada", text)
    assert (await chat.unread("ada"), await chat.unread("grace")) == (0, 3)
    for seq in (2, 1):
        body = {"seq": seq}
        await chat.world.call("POST", chat.read, "grace", body=body)
    assert await chat.unread("grace") == 1
    await chat.world.call("POST", chat.read, "grace", body={"seq": 99})
    await chat.post("ada", "d")
    assert await chat.unread("grace") == 1


async def test_words_outlive_their_author(chat: Chat) -> None:
    """When somebody leaves, their messages stay, without a name."""
    await chat.post("grace", "bye")
    users = chat.world.users
    grace = await users.find("grace")
    assert grace is not None
    await users.delete(chat.world.core, grace.id)
    assert [one["author"]["display_name"] for one in (await chat.page())["items"]] == [
        "Former member"
    ]


async def test_new_channel_and_message_are_pushed(chat: Chat) -> None:
    """Open pages hear of channels and messages as the REST routes describe them."""
    message = await chat.post("ada", "hello")
    await chat.world.kernel.events.settle()
    assert chat.world.pushed("message.created") == [{"message": message}]
    assert chat.world.pushed("channel.created", "channel", "name") == ["general"]


async def test_disabled_and_enabled_chat_keeps_its_words(chat: Chat) -> None:
    """Twenty times off and on leaves the messages, and no registration too many."""
    await chat.post("ada", "still here")
    lifecycle, ownership = chat.world.kernel.lifecycle, chat.world.kernel.ownership
    before = ownership.count(PluginId("chat"))
    for _ in range(20):
        await lifecycle.disable("chat", chat.world.core)
        with pytest.raises(PlexiHubError):
            await chat.page()
        await lifecycle.enable("chat", chat.world.core)
    assert await chat.texts() == ["still here"]
    assert ownership.count(PluginId("chat")) == before


async def test_nobody_reads_without_signing_in(chat: Chat) -> None:
    """Every route of the chat refuses a caller who is not signed in."""
    for method, path in (("GET", CHANNELS), ("POST", CHANNELS), ("GET", chat.messages)):
        with pytest.raises(PlexiHubError) as caught:
            await chat.world.call(method, path, None)
        assert caught.value.code == "unauthenticated"
