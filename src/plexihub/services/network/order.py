"""A request to another machine before it is sent: what it is, and what a redirect makes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec

from plexihub_sdk.errors import InputError

LONGEST_URL = 8000
_METHOD = re.compile(r"[A-Z]{1,20}\Z")
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})
_OF_BODY = frozenset({"content-type", "content-length", "content-encoding"})
#: Answers to which a client asks anew with GET, whatever it asked with.
SEE_OTHER = frozenset({301, 302, 303})
REDIRECTS = SEE_OTHER | {307, 308}


@dataclass(frozen=True, slots=True)
class Order:
    """A request to be sent.

    Args:
        method: In capitals.
        url: `http` or `https`.
        headers: Names in lower case.
        body: Bytes.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def host(self) -> str:
        """The machine, with its port where one is named."""
        return _split(self.url).netloc.rpartition("@")[2]

    @property
    def shown(self) -> str:
        """The address without what may be secret: user, query and fragment."""
        parts = _split(self.url)
        return f"{parts.scheme}://{self.host}{parts.path}"

    def redirected(self, status: int, location: str) -> Order:
        """Make the request that follows an answer which points elsewhere.

        Raises:
            InputError: It points to no web address.
        """
        other = replace(self, url=check_url(urljoin(self.url, location)))
        headers = dict(self.headers)
        if _origin(other.url) != _origin(self.url):
            headers = {name: text for name, text in headers.items() if name not in _SECRET}
        if status not in SEE_OTHER or self.method in {"GET", "HEAD"}:
            return replace(other, headers=headers)
        headers = {name: text for name, text in headers.items() if name not in _OF_BODY}
        return replace(other, method="GET", headers=headers, body=b"")


def make_order(
    method: str, url: str, headers: Mapping[str, str], content: tuple[Any, bytes | str | None]
) -> Order:
    """Check a request and make its bytes.

    Args:
        method: In any case.
        url: Address.
        headers: Its headers.
        content: A JSON value, and a body; one of them at most.

    Raises:
        InputError: A part of it cannot be sent.
    """
    value, body = content
    named = {
        check_text(name, "headers").lower(): check_text(text, name)
        for name, text in headers.items()
    }
    if value is not None and body is not None:
        raise InputError("Give `json` or `body`: one of them.", where="body")
    if value is not None:
        named.setdefault("content-type", "application/json")
        body = _encoded(value)
    sent = body.encode() if isinstance(body, str) else body or b""
    return Order(check_method(method), check_url(url), named, sent)


def check_method(method: str) -> str:
    """Check a method.

    Raises:
        InputError: It is none.
    """
    if not isinstance(method, str) or not _METHOD.match(method.upper()):
        raise InputError(f"{str(method)[:40]!r} is no HTTP method.", where="method")
    return method.upper()


def check_url(url: str) -> str:
    """Check an address.

    Raises:
        InputError: It is none of the web, or too long.
    """
    parts = _split(url) if isinstance(url, str) and len(url) <= LONGEST_URL else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(
            f"{str(url)[:80]!r} is no web address.",
            where="url",
            next="Begin it with http:// or https:// and a host.",
        )
    return url


def check_text(text: str, where: str) -> str:
    """Check one line of a header.

    Raises:
        InputError: It is no text, or has several lines.
    """
    if not isinstance(text, str) or any(sign in text for sign in "\r\n\0"):
        raise InputError("A header is one line of text.", where=str(where)[:80])
    return text


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = _split(url)
    return parts.scheme, parts.hostname, parts.port


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"`json` is no JSON: {error}.", where="json") from None
