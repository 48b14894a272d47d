"""The chat's REST routes: a request becomes an action, its result an answer."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.models import Record
from plexihub_sdk.routes import Request, Response

from .action import Actions
from .command import Commands
from .store import Store
from .voice import Voice

CHANNELS = "/api/v1/chat/channels"
ONE = CHANNELS + "/{channel_id}"
MESSAGE = "/api/v1/chat/messages/{message_id}"
MAX_SEQ = 2**53
MAX_PAGE = 200


class Routes:
    """The handlers, and where they are.

    Args:
        store: For reading.
        actions: For doing.
        commands: For what begins with a slash.
        voice: For buttons in messages of plugins.
    """

    def __init__(self, store: Store, actions: Actions, commands: Commands, voice: Voice) -> None:
        self._store = store
        self._actions = actions
        self._commands = commands
        self._voice = voice

    def register(self, api: Any) -> None:
        """Add them to the hub's routes; each needs a signed-in person."""
        for method, path, handler in (
            ("GET", CHANNELS, self.channels),
            ("POST", CHANNELS, self.create),
            ("GET", ONE, self.channel),
            ("PATCH", ONE, self.change),
            ("DELETE", ONE, self.remove),
            ("GET", f"{ONE}/members", self.members),
            ("POST", f"{ONE}/members", self.join),
            ("DELETE", f"{ONE}/members/me", self.leave),
            ("GET", f"{ONE}/messages", self.messages),
            ("POST", f"{ONE}/messages", self.post),
            ("POST", f"{ONE}/commands", self.command),
            ("POST", f"{ONE}/read", self.read),
            ("GET", MESSAGE, self.message),
            ("PATCH", MESSAGE, self.edit),
            ("DELETE", MESSAGE, self.delete),
            ("GET", f"{MESSAGE}/replies", self.replies),
            ("POST", f"{MESSAGE}/actions", self.click),
            ("GET", f"{ONE}/plugins", self.plugins),
            ("PUT", ONE + "/plugins/{plugin_id}", self.seat),
            ("DELETE", ONE + "/plugins/{plugin_id}", self.unseat),
            ("PUT", MESSAGE + "/reactions/{emoji}", self.react),
            ("DELETE", MESSAGE + "/reactions/{emoji}", self.unreact),
        ):
            api.register_route(method, path, handler)

    async def channels(self, request: Request) -> dict[str, Any]:
        """List the channels, the oldest first."""
        return {"items": await self._store.channels_for(request.signed_in().id), "next": None}

    async def create(self, request: Request) -> Response:
        """Make a channel."""
        channel = await self._actions.create_channel(
            request.signed_in(),
            name=request.value("name", str),
            topic=request.value("topic", str, default=""),
        )
        return Response(status=201, json=channel)

    async def channel(self, request: Request) -> dict[str, Any]:
        """Describe one channel."""
        record = await self._store.channel(request.params["channel_id"])
        return await self._store.shown_channel(record, request.signed_in().id)

    async def change(self, request: Request) -> dict[str, Any]:
        """Change a channel's name or topic."""
        changes = {
            name: request.value(name, str)
            for name in ("name", "topic")
            if not isinstance(request.json, dict) or name in request.json
        }
        return await self._actions.change_channel(
            request.signed_in(), request.params["channel_id"], changes
        )

    async def remove(self, request: Request) -> Response:
        """Delete a channel with everything in it."""
        await self._actions.delete_channel(request.signed_in(), request.params["channel_id"])
        return Response(status=204)

    async def members(self, request: Request) -> dict[str, Any]:
        """List who is in a channel; `next` is the `after` of the page that follows."""
        channel = (await self._store.channel(request.params["channel_id"])).id
        limit = request.number("limit", default=MAX_PAGE, least=1, most=MAX_PAGE)
        after = request.query.get("after", "")
        found = await self._store.members(channel, after=after, limit=limit + 1)
        page = found[:limit]
        return {"items": page, "next": page[-1]["id"] if len(found) > limit else None}

    async def join(self, request: Request) -> Response:
        """Become a member."""
        membership = await self._actions.join(request.signed_in(), request.params["channel_id"])
        return Response(status=201, json=membership)

    async def leave(self, request: Request) -> Response:
        """Stop being a member."""
        await self._actions.leave(request.signed_in(), request.params["channel_id"])
        return Response(status=204)

    async def messages(self, request: Request) -> dict[str, Any]:
        """Read one page of a channel; `next` is the `before` (or `after`) of the page after it."""
        channel = (await self._store.channel(request.params["channel_id"])).id
        return await self._page(request, {"channel_id": channel, "thread_id": None})

    async def replies(self, request: Request) -> dict[str, Any]:
        """Read one page of the answers to a message, as a channel's messages are read."""
        root = (await self._store.root(request.params["message_id"])).id
        return await self._page(request, {"thread_id": root})

    async def _page(self, request: Request, place: dict[str, Any]) -> dict[str, Any]:
        limit = request.number("limit", default=50, least=1, most=MAX_PAGE)
        if "after" in request.query:
            after = request.number("after", default=0, least=0, most=MAX_SEQ)
            found = await self._store.following(place, after=after, limit=limit + 1)
            page = found[:limit]
        else:
            before = request.number("before", default=MAX_SEQ, least=1, most=MAX_SEQ)
            found = await self._store.newest(place, before=before, limit=limit + 1)
            page = found[:limit][::-1]
        more = len(found) > limit
        edge = _edge(page, newest="after" in request.query) if more else None
        return {"items": await self._store.shown(page, request.signed_in().id), "next": edge}

    async def post(self, request: Request) -> Response:
        """Post a message, or an answer where `thread_id` is given."""
        message = await self._actions.post(
            request.signed_in(),
            request.params["channel_id"],
            text=request.value("text", str),
            client_id=request.value("client_id", str),
            thread_id=_thread(request),
            files=request.value("files", list, default=[]),
        )
        return Response(status=201, json=message)

    async def command(self, request: Request) -> dict[str, Any]:
        """Run a slash command."""
        return await self._commands.run(
            request.signed_in(),
            request.params["channel_id"],
            text=request.value("text", str),
            thread_id=_thread(request),
        )

    async def read(self, request: Request) -> Response:
        """Move the reader's mark."""
        seq = max(0, min(request.value("seq", int), MAX_SEQ))
        await self._actions.read(request.signed_in(), request.params["channel_id"], seq=seq)
        return Response(status=204)

    async def message(self, request: Request) -> dict[str, Any]:
        """Read one message, also the place of a deleted one that has a thread."""
        record = await self._store.place(request.params["message_id"])
        return (await self._store.shown([record], request.signed_in().id))[0]

    async def edit(self, request: Request) -> dict[str, Any]:
        """Change the text of one's own message."""
        return await self._actions.edit(
            request.signed_in(), request.params["message_id"], text=request.value("text", str)
        )

    async def delete(self, request: Request) -> Response:
        """Delete a message."""
        await self._actions.delete(request.signed_in(), request.params["message_id"])
        return Response(status=204)

    async def click(self, request: Request) -> dict[str, Any]:
        """Click a button in a plugin's message."""
        clicked = {
            "action": request.value("action", str),
            "value": request.json.get("value"),
            "values": request.value("values", dict, default={}),
        }
        return await self._voice.click(request.signed_in(), request.params["message_id"], clicked)

    async def plugins(self, request: Request) -> dict[str, Any]:
        """List the plugins that may write in a channel by themselves."""
        return {"items": await self._voice.seated(request.params["channel_id"]), "next": None}

    async def seat(self, request: Request) -> Response:
        """Let a plugin write in a channel by itself."""
        person, params = request.signed_in(), request.params
        await self._voice.seat(person, params["channel_id"], params["plugin_id"])
        return Response(status=204)

    async def unseat(self, request: Request) -> Response:
        """Let a plugin write in a channel by itself no more."""
        person, params = request.signed_in(), request.params
        await self._voice.unseat(person, params["channel_id"], params["plugin_id"])
        return Response(status=204)

    async def react(self, request: Request) -> dict[str, Any]:
        """Put an emoji to a message."""
        return await self._actions.react(
            request.signed_in(), request.params["message_id"], emoji=request.params["emoji"]
        )

    async def unreact(self, request: Request) -> Response:
        """Take an emoji back."""
        await self._actions.unreact(
            request.signed_in(), request.params["message_id"], emoji=request.params["emoji"]
        )
        return Response(status=204)


def _edge(page: list[Record], *, newest: bool) -> str:
    return str(page[-1].seq if newest else page[0].seq)


def _thread(request: Request) -> Any:
    return request.json.get("thread_id") if isinstance(request.json, dict) else None
