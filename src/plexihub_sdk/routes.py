"""REST routes of a plugin: what a handler receives and what it may answer.

    api.register_route("GET", "/api/v1/notes/{note_id}", self.read_note)

    async def read_note(self, request: Request) -> dict[str, Any]: ...

A handler answers a JSON value (200), or a `Response`. Errors of `plexihub_sdk.errors` become the
fitting status. Routes need a signed-in person unless `auth` says otherwise.

    api.register_route("POST", "/api/v1/notes", self.write, body=NewNote, answer=NoteShown)

With `body`, a dataclass or a `TypedDict`, the hub refuses what does not fit it and hands the rest
over as `request.data`. Both types, and the first line of the handler's docstring, are shown in
`/api/v1/openapi.json`.

    api.register_websocket("/api/v1/notes/watch", self.watch)

    async def watch(self, line: WebSocket) -> None:
        async for text in line:
            await line.send(text.upper())
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from plexihub_sdk.errors import InputError

__all__ = ("Auth", "Handler", "Person", "Request", "Response", "SocketHandler", "WebSocket")

Auth = Literal["user", "admin", "anonymous"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is signed in, as the session says; never as the request claims."""

    id: str
    username: str
    display_name: str
    role: str
    avatar_hue: int = 0
    rights: frozenset[str] = frozenset()
    #: Somebody else acts as this person: passwords and second factors are not theirs to change.
    is_impersonated: bool = False

    def may(self, permission: str) -> bool:
        """Whether this person has a permission, such as `admin:users`, at this moment."""
        return self.is_admin or permission in self.rights

    @property
    def is_admin(self) -> bool:
        """Whether this person administers the hub."""
        return self.role == "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call of a route.

    Args:
        method: Upper case.
        path: As requested, below the hub's own prefix.
        params: Values of the `{names}` in the route's path.
        query: The last value of each query parameter.
        headers: Lower-case names; never the cookie or the authorization.
        body: The raw body.
        json: The decoded body; None when there is none.
        person: Who is signed in; None on an anonymous route without a session.
        data: The body as the type that the route was registered with; None without one.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    json: Any = None
    person: Person | None = None
    data: Any = None

    def signed_in(self) -> Person:
        """Answer the signed-in person.

        Raises:
            InputError: The route is anonymous and nobody is signed in.
        """
        if self.person is None:
            raise InputError("Sign in first.", where=self.path)
        return self.person

    def value(self, name: str, kind: type[Any], *, default: Any = ...) -> Any:
        """Read one field of the JSON body.

        Args:
            name: The field.
            kind: The Python type it must have (a bool is no int here).
            default: Used where the field is absent; without one an absent field is refused.

        Raises:
            InputError: The body is no object, the field is absent or of another type.
        """
        if not isinstance(self.json, dict):
            raise InputError("The body must be a JSON object.", where="body")
        if name not in self.json and default is not ...:
            return default
        value = self.json.get(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise InputError(f"`{name}` must be of type {kind.__name__}.", where=name)
        return value

    def number(self, name: str, *, default: int, least: int, most: int) -> int:
        """Read a whole number from the query, held between two bounds.

        Raises:
            InputError: It is no whole number.
        """
        text = self.query.get(name)
        if text is None:
            return default
        try:
            return max(least, min(most, int(text)))
        except ValueError:
            raise InputError(f"`{name}` must be a whole number.", where=name) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer that is more than a JSON value with status 200.

    Args:
        status: HTTP status.
        json: Encoded as JSON unless `body` is given.
        body: Raw bytes, with `content_type`.
        content_type: Of `body`.
        headers: Further headers; length and connection are the server's business.
    """

    status: int = 200
    json: Any = None
    body: bytes | None = None
    content_type: str = "application/octet-stream"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Any | Awaitable[Any]]


class WebSocket(Protocol):
    """One open connection of a WebSocket route; iterate over it to receive what is sent to it.

    It is closed when the handler returns, when the plugin is disabled, and when the person signs
    out or loses the right to be here; the iteration ends then, and the handler is cancelled.

    Args:
        path: As requested, below the hub's own prefix.
        params: Values of the `{names}` in the route's path.
        query: The last value of each query parameter.
        person: Who is signed in; None on an anonymous route without a session.
    """

    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    person: Person | None

    async def receive(self) -> str | bytes:
        """Wait for the next message, up to 1 MiB.

        Raises:
            PluginUnavailableError: The connection is closed.
        """

    async def send(self, message: str | bytes) -> None:
        """Send one message.

        Raises:
            InputError: It is neither text nor bytes, or too large.
            PluginUnavailableError: The connection is closed, or the other side takes nothing.
        """

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection.

        Args:
            code: 1000, or one of your own from 4000 to 4999.
            reason: For the other side, 120 bytes at most.
        """

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Answer what is received, until the connection is closed."""


SocketHandler = Callable[[WebSocket], Awaitable[None]]
