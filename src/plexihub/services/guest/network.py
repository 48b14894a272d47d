"""Requests of sandboxed plugins to other machines: `plugin.api.fetch`."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.gateway import Method
from plexihub.services.egress import Egress, Fetched, make_wanted, parse_target
from plexihub.services.egress.body import OpenBody
from plexihub.services.egress.message import LONGEST_VALUE, MOST_HEADERS
from plexihub.services.egress.request import MOST_UP, Redirect
from plexihub.services.egress.target import LONGEST_URL
from plexihub_sdk.errors import InputError, NotFoundError
from plexihub_sdk.permissions import NETWORK_FETCH

#: Bytes of a body that come with the answer, or with one reading of the rest.
INLINE = 1024 * 1024
_BASE64 = 4 * (MOST_UP // 3 + 2)
_GONE = ("plugin.disabled", "plugin.removed", "plugin.restarting", "plugin.quarantined")

Header = Annotated[str, msgspec.Meta(max_length=LONGEST_VALUE)]
Handle = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Fetch(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A request to another machine."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_URL)]
    method: Annotated[str, msgspec.Meta(min_length=1, max_length=20)] = "GET"
    headers: Annotated[
        dict[Annotated[str, msgspec.Meta(max_length=200)], Header],
        msgspec.Meta(max_length=MOST_HEADERS + 1),
    ] = {}
    body: Annotated[str, msgspec.Meta(max_length=_BASE64)] | None = None
    base64: bool = False
    json: Any = msgspec.UNSET
    redirect: Redirect = "follow"


class Read(msgspec.Struct, forbid_unknown_fields=True):
    """The next part of a body."""

    handle: Handle


class Bodies:
    """The bodies that plugins have not read to the end; each ends with its call's deadline.

    Args:
        bus: Tells which plugins stopped.
    """

    def __init__(self, bus: EventBus) -> None:
        self._open: dict[tuple[str, str], OpenBody] = {}
        for name in _GONE:
            bus.subscribe(name, self._close_of)

    def keep(self, plugin: str, body: OpenBody) -> str:
        """Keep a body, and answer its handle."""
        for key in [key for key, one in self._open.items() if one.is_spent]:
            del self._open[key]
        handle = secrets.token_urlsafe(16)
        self._open[plugin, handle] = body
        return handle

    def find(self, plugin: str, handle: str) -> OpenBody:
        """Answer a plugin's body.

        Raises:
            NotFoundError: It has none of this handle, or it was closed.
        """
        try:
            return self._open[plugin, handle]
        except KeyError:
            raise NotFoundError(
                "There is no such body: it was read to its end, or its call is over.",
                where="network.read",
            ) from None

    async def drop(self, plugin: str, handle: str) -> None:
        """Close a body; nothing happens where it is gone."""
        if body := self._open.pop((plugin, handle), None):
            await body.close()

    async def drop_all(self, plugin: str) -> None:
        """Close every body of a plugin."""
        for whose, handle in list(self._open):
            if whose == plugin:
                await self.drop(whose, handle)

    async def _close_of(self, changed: dict[str, Any]) -> None:
        await self.drop_all(changed["id"])


def network_methods(egress: Egress, bodies: Bodies) -> Iterator[Method]:
    """Make the methods for requests to other machines.

    Args:
        egress: Sends them.
        bodies: Keeps what is not read at once.
    """

    async def fetch(ctx: CallContext, params: Fetch) -> dict[str, Any]:
        body, is_text, headers = _content(params)
        target = parse_target(params.url)
        wanted = make_wanted(params.method, target, headers, body, is_text=is_text)
        fetched = await egress.fetch(ctx, wanted, params.redirect)
        async with _closed_on_failure(fetched.body):
            piece = await fetched.body.read(INLINE)
            rest = None if fetched.body.is_spent else bodies.keep(ctx.actor.id, fetched.body)
        return {**_head(fetched), **_shown(piece), "handle": rest}

    async def read(ctx: CallContext, params: Read) -> dict[str, Any]:
        body = bodies.find(ctx.actor.id, params.handle)
        piece = await body.read(INLINE)
        if body.is_spent:
            await bodies.drop(ctx.actor.id, params.handle)
        return {**_shown(piece), "done": body.is_spent}

    async def close(ctx: CallContext, params: Read) -> None:
        await bodies.drop(ctx.actor.id, params.handle)

    yield Method("network.fetch", NETWORK_FETCH, Fetch, fetch, "Call another machine.")
    # A handle is the proof that `network.fetch` was allowed; it ends with that permission.
    yield Method("network.read", None, Read, read, "Read the next part of a long answer.")
    yield Method("network.close", None, Read, close, "Give up the rest of a long answer.")


@asynccontextmanager
async def _closed_on_failure(body: OpenBody) -> AsyncIterator[None]:
    try:
        yield
    except BaseException as error:
        await body.close(error)
        raise


def _content(params: Fetch) -> tuple[bytes, bool, dict[str, str]]:
    """Answer the body's bytes, whether they are text, and the headers that go with them."""
    headers = dict(params.headers)
    if params.json is not msgspec.UNSET:
        if params.body is not None:
            raise InputError("Give `json` or `body`: one of them.", where="body")
        if not any(name.lower() == "content-type" for name in headers):
            headers["content-type"] = "application/json"
        return msgspec.json.encode(params.json), True, headers
    if params.body is None:
        return b"", False, headers
    if not params.base64:
        return params.body.encode(), True, headers
    try:
        return base64.b64decode(params.body, validate=True), False, headers
    except binascii.Error:
        raise InputError("`body` is no base64.", where="body") from None


def _head(fetched: Fetched) -> dict[str, Any]:
    return {
        "status": fetched.status,
        "statusText": fetched.reason,
        "url": fetched.url,
        "redirected": fetched.is_redirected,
        "headers": dict(fetched.headers),
    }


def _shown(piece: bytes) -> dict[str, Any]:
    try:
        return {"body": piece.decode(), "base64": False}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(piece).decode(), "base64": True}
