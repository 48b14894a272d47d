"""The chat's REST routes: a request becomes an action, its result an answer."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.models import Record
from plexihub_sdk.routes import Request, Response

from .action import Actions
from .store import Store

CHANNELS = "/api/v1/chat/channels"
ONE = CHANNELS + "/{channel_id}"
MAX_SEQ = 2**53
MAX_PAGE = 200


class Routes:
    """The handlers, and where they are.

    Args:
        store: For reading.
        actions: For doing.
    """

    def __init__(self, store: Store, actions: Actions) -> None:
        self._store = store
        self._actions = actions

    def register(self, api: Any) -> None:
        """Add them to the hub's routes; each needs a signed-in person."""
        api.register_route("GET", CHANNELS, self.channels)
        api.register_route("POST", CHANNELS, self.create)
        api.register_route("GET", f"{ONE}/messages", self.messages)
        api.register_route("POST", f"{ONE}/messages", self.post)
        api.register_route("POST", f"{ONE}/read", self.read)

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

    async def messages(self, request: Request) -> dict[str, Any]:
        """Read one page; `next` is the `before` (or `after`) of the page that follows."""
        channel = (await self._store.channel(request.params["channel_id"])).id
        limit = request.number("limit", default=50, least=1, most=MAX_PAGE)
        if "after" in request.query:
            after = request.number("after", default=0, least=0, most=MAX_SEQ)
            found = await self._store.following(channel, after=after, limit=limit + 1)
            page = found[:limit]
        else:
            before = request.number("before", default=MAX_SEQ, least=1, most=MAX_SEQ)
            found = await self._store.newest(channel, before=before, limit=limit + 1)
            page = found[:limit][::-1]
        more = len(found) > limit
        edge = _edge(page, newest="after" in request.query) if more else None
        return {"items": await self._store.shown(page), "next": edge}

    async def post(self, request: Request) -> Response:
        """Post a message."""
        message = await self._actions.post(
            request.signed_in(),
            request.params["channel_id"],
            text=request.value("text", str),
            client_id=request.value("client_id", str),
        )
        return Response(status=201, json=message)

    async def read(self, request: Request) -> Response:
        """Move the reader's mark."""
        seq = max(0, min(request.value("seq", int), MAX_SEQ))
        await self._actions.read(request.signed_in(), request.params["channel_id"], seq=seq)
        return Response(status=204)


def _edge(page: list[Record], *, newest: bool) -> str:
    return str(page[-1].seq if newest else page[0].seq)
