"""One HTTP call: who makes it, and what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from plexihub.kernel.context import CallContext
from plexihub.services.database import Session, User
from plexihub.services.http.bucket import Share
from plexihub.services.http.client import Client
from plexihub.services.http.deadline import Deadline
from plexihub.services.http.typed import decoded
from plexihub.services.users import IMPERSONATION, Authority
from plexihub_sdk.errors import (
    AuthenticationError,
    InputError,
    PermissionDenied,
    TooLargeError,
)

T = TypeVar("T")
LONGEST_BODY = 1024 * 1024
COOKIE = "plexihub_session"
NOBODY = Client("", is_secure=False)
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
    client: Client = NOBODY
    is_identified: bool = False
    params: Mapping[str, str] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)
    deadline: Deadline | None = None
    _body: bytes | None = None

    def allow(self, seconds: float) -> None:
        """Let this call take longer than others: its body is long."""
        if self.deadline is not None:
            self.deadline.extend(seconds)

    @property
    def query(self) -> dict[str, str]:
        """The last value of each query parameter."""
        text: bytes = self.scope.get("query_string", b"")
        return dict(parse_qsl(text.decode("latin-1"))) if text else {}

    @property
    def address(self) -> str:
        """Where the call comes from: its peer, or what a trusted proxy says."""
        return self.client.address

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

    def signed_in(self) -> tuple[User, Session]:
        """Answer the signed-in person and the session.

        Raises:
            AuthenticationError: Nobody is signed in.
        """
        if self.user is None or self.session is None:
            raise AuthenticationError("Sign in first.", where=self.path)
        return self.user, self.session

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

    @property
    def authority(self) -> Authority:
        """What the caller may give to others."""
        return Authority(self.is_admin, self.ctx.rights)

    @property
    def is_impersonated(self) -> bool:
        """Whether somebody acts as the person."""
        return self.session is not None and self.session.kind == IMPERSONATION

    def may(self, permission: str) -> bool:
        """Whether the caller has a permission; administrators have every one."""
        return self.is_admin or permission in self.ctx.rights

    def require(self, permission: str) -> None:
        """Let only those with a permission pass.

        Raises:
            AuthenticationError: Nobody is signed in.
            PermissionDenied: The caller lacks it.
        """
        self.require_user()
        if not self.may(permission):
            raise PermissionDenied(
                permission,
                f"This needs the permission `{permission}`.",
                where=self.path,
                next="Ask an administrator.",
            )

    def require_oneself(self, what: str) -> None:
        """Keep what is a person's own from who acts as them.

        Raises:
            PermissionDenied: Somebody acts as the person.
        """
        if self.is_impersonated:
            raise PermissionDenied(
                "", f"Nobody may {what} while acting as somebody else.", where=self.path
            )

    async def body(self) -> bytes:
        """Read the body, once.

        Raises:
            TooLargeError: It is too large; the rest is not read.
        """
        if self._body is None:
            has_none = self.method in SAFE and _has_no_body(self.scope, self.headers)
            self._body = b"" if has_none else await _read(self.receive, self.headers)
        return self._body

    async def read(self, kind: type[T]) -> T:
        """Decode the body.

        Raises:
            InputError: It is no JSON, or a field is wrong; the field is named.
            TooLargeError: It is too large.
        """
        value: T = decoded(await self.body(), kind)
        return value

    def flag(self, name: str) -> bool:
        """Read `true` or `false` of the query; absent is false.

        Raises:
            InputError: It is neither.
        """
        text = self.query.get(name, "false")
        if text not in {"true", "false"}:
            raise InputError(f"`{name}` must be true or false.", where=name)
        return text == "true"

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


def cookie_of(headers: Mapping[str, str], name: str = COOKIE) -> str:
    """Read a token from the cookies, as browsers write them; empty where there is none."""
    found = ""
    # A cookie of another program on this host may be anything, and hides none that follows.
    for one in headers.get("cookie", "").split(";"):
        key, _, text = one.partition("=")
        if key.strip() == name:
            found = text.strip().strip('"')
    return found


def _has_no_body(scope: Scope, headers: Mapping[str, str]) -> bool:
    # HTTP/1 tells of a body in these headers; asking the server for one costs a round trip.
    is_told = "content-length" in headers or "transfer-encoding" in headers
    return scope.get("http_version") in {"1.0", "1.1"} and not is_told


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
