"""One HTTP call: who makes it, and what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.types import Receive, Scope

from plexihub.kernel.context import CallContext
from plexihub.services.database import Session, User
from plexihub.services.http.bucket import Share
from plexihub.services.http.errors import describe_validation
from plexihub_sdk.errors import (
    AuthenticationError,
    InputError,
    PermissionDenied,
    TooLargeError,
)

T = TypeVar("T")
LONGEST_BODY = 1024 * 1024
COOKIE = "plexihub_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True, kw_only=True)
class Call:
    """A call of a route, with the identity that its session or pipe gives it."""

    scope: Scope
    receive: Receive
    ctx: CallContext
    method: str
    path: str
    root: str
    headers: Mapping[str, str]
    user: User | None = None
    session: Session | None = None
    is_operator: bool = False
    params: Mapping[str, str] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)
    _body: bytes | None = None

    @property
    def query(self) -> dict[str, str]:
        """The last value of each query parameter."""
        return dict(parse_qsl(self.scope.get("query_string", b"").decode("latin-1")))

    @property
    def address(self) -> str:
        """Where the call comes from."""
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @property
    def is_admin(self) -> bool:
        """Whether an administrator or the operator calls."""
        return self.is_operator or (self.user is not None and self.user.role == "admin")

    def require_user(self) -> None:
        """Let only signed-in people and the operator pass.

        Raises:
            AuthenticationError: Nobody is signed in.
        """
        if not self.is_operator and self.user is None:
            raise AuthenticationError("Sign in first.", where=self.path)

    def require_admin(self) -> None:
        """Let only administrators and the operator pass.

        Raises:
            AuthenticationError: Nobody is signed in.
            PermissionDenied: Somebody else calls.
        """
        self.require_user()
        if not self.is_admin:
            raise PermissionDenied(
                "admin",
                "Only an administrator may do this.",
                where=self.path,
                next="Ask an administrator.",
            )

    async def body(self) -> bytes:
        """Read the body, once.

        Raises:
            TooLargeError: It is too large; the rest is not read.
        """
        if self._body is None:
            self._body = await _read(self.receive, self.headers)
        return self._body

    async def read(self, kind: type[T]) -> T:
        """Decode the body.

        Raises:
            InputError: It is no JSON, or a field is wrong; the field is named.
            TooLargeError: It is too large.
        """
        try:
            return msgspec.json.decode(await self.body(), type=kind)
        except msgspec.ValidationError as error:
            message, where = describe_validation(error)
            raise InputError(message, where=where or "body") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise InputError("The body is no JSON.", where="body") from None

    def number(self, name: str, *, default: int | None, most: int) -> int | None:
        """Read a whole number of the query, from 0 to `most`.

        Raises:
            InputError: It is no such number.
        """
        text = self.query.get(name, "")
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > len(str(most)):
            raise InputError(f"`{name}` must be a whole number up to {most}.", where=name)
        return min(int(text), most)


def cookie_of(headers: Mapping[str, str]) -> str:
    """Read the session's token from the cookies; empty where there is none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _read(receive: Receive, headers: Mapping[str, str]) -> bytes:
    told = headers.get("content-length", "")
    if told.isdigit() and (len(told) > len(str(LONGEST_BODY)) or int(told) > LONGEST_BODY):
        raise _too_large()
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InputError("The body ended too early.", where="body")
        part = message.get("body", b"")
        size += len(part)
        if size > LONGEST_BODY:
            raise _too_large()
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _too_large() -> TooLargeError:
    return TooLargeError(f"The body may have {LONGEST_BODY} bytes at most.", where="body")
