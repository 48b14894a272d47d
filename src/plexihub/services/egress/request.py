"""A plugin's request: as it asked for it, and as it goes out with secrets filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from plexihub.services.egress.message import check_headers
from plexihub.services.egress.secret_text import MARK, Redactor, check_place, fill, names_in
from plexihub.services.egress.target import Target, parse_target
from plexihub.services.network.order import SEE_OTHER, Order
from plexihub_sdk.errors import InputError
from plexihub_sdk.patterns import METHODS

Redirect = Literal["follow", "manual", "error"]
MOST_UP = 3 * 1024 * 1024
_SECRET_HEADERS = frozenset({"authorization", "cookie"})
_OF_BODY = frozenset({"content-type", "content-encoding", "content-language", "content-location"})
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request with names of secrets in it, never their values.

    Args:
        method: One of `METHODS`.
        target: Where it goes.
        headers: Names in lower case.
        body: Bytes.
        is_text: Whether secrets may be named in the body.
    """

    method: str
    target: Target
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_text: bool = False

    @property
    def kind(self) -> str:
        """What its body is."""
        return self.headers.get("content-type", "").lower()

    @property
    def secrets(self) -> set[str]:
        """Names of the secrets that it takes."""
        return names_in(self.target.query, *self.headers.values()) | self.secrets_of_body

    @property
    def secrets_of_body(self) -> set[str]:
        """Names of those in its body."""
        return names_in(self.body.decode()) if self.is_text else set()

    @property
    def order(self) -> Order:
        """The request as handlers of hooks and the audit see it."""
        return Order(self.method, self.target.url, self.headers, self.body)

    def changed_by(self, order: Order) -> Wanted:
        """Take over what handlers made of it; checked like what a plugin sends.

        Raises:
            InputError: It cannot be sent.
        """
        target = self.target if order.url == self.target.url else parse_target(order.url)
        return make_wanted(order.method, target, order.headers, self.body, is_text=self.is_text)

    def redirected(self, status: int, location: str) -> Wanted:
        """Make the request that follows an answer which points elsewhere.

        Credentials stay behind where it is another origin, and so do secrets.

        Args:
            status: Of the answer.
            location: Where to; secrets were taken out of it.

        Raises:
            InputError: It points to what cannot be fetched, or takes a secret along.
        """
        target = parse_target(location, self.target)
        following = replace(self, target=target)
        is_elsewhere = target.origin != self.target.origin
        # Where a secret is part of the way, hooks, records and other hosts would see it.
        if MARK in location or (is_elsewhere and self.secrets_of_body):
            raise InputError(
                f"A redirect by {self.target.host} would take a secret along.",
                where="redirect",
                next='Fetch with `redirect: "manual"` and decide where to go.',
            )
        if is_elsewhere:
            following = replace(following, headers=self._for_others())
        if status not in SEE_OTHER or self.method in {"GET", "HEAD"}:
            return following
        kept = {name: text for name, text in following.headers.items() if name not in _OF_BODY}
        return replace(following, method="GET", headers=kept, body=b"", is_text=False)

    def _for_others(self) -> dict[str, str]:
        return {
            name: text
            for name, text in self.headers.items()
            if name not in _SECRET_HEADERS and not names_in(text)
        }


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it goes out.

    Args:
        method: Of it.
        target: Where it goes.
        path: With the query, filled in.
        headers: In the order in which they are sent.
        body: Filled in.
        redactor: Takes what was filled in out of the answer.
        known: What was filled in, here and before.
    """

    method: str
    target: Target
    path: str
    headers: list[tuple[bytes, bytes]]
    body: bytes
    redactor: Redactor
    known: tuple[str, ...] = ()


def make_wanted(
    method: str,
    target: Target,
    headers: Mapping[str, str],
    body: bytes,
    *,
    is_text: bool = False,
) -> Wanted:
    """Check a request.

    Raises:
        InputError: A part of it cannot be sent.
    """
    method = method.upper()
    if method not in METHODS:
        raise InputError(
            f"{method[:40]!r} is no method that goes out.",
            where="method",
            next=f"Use one of {', '.join(METHODS)}.",
        )
    if body and method in {"GET", "HEAD"}:
        raise InputError(f"{method} has no body.", where="body")
    if len(body) > MOST_UP:
        raise InputError(f"A body has at most {MOST_UP} bytes.", where="body")
    check_place(target.path, "url")
    wanted = Wanted(method, target, check_headers(headers), body, is_text)
    if wanted.secrets and "range" in wanted.headers:
        raise InputError(
            "A request with a secret asks for the whole answer.",
            where="headers.range",
            next="Leave out the header `range`: pieces of an answer cannot be watched.",
        )
    return wanted


def make_outgoing(
    wanted: Wanted, secrets: Mapping[str, str], agent: str, sent_before: Iterable[str] = ()
) -> Outgoing:
    """Fill secrets in.

    Args:
        wanted: The request.
        secrets: Name to value, of all that it names.
        agent: The header `user-agent`, where it has none.
        sent_before: What earlier steps of the same request filled in.
    """
    target, kind = wanted.target, wanted.kind
    body = wanted.body
    if wanted.secrets_of_body:
        body = fill(body.decode(), secrets, kind).encode()
    headers = {
        "host": target.named,
        "user-agent": agent,
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
        **{name: fill(text, secrets) for name, text in wanted.headers.items()},
        "connection": "close",
    }
    if body or wanted.method in _WITH_BODY:
        headers["content-length"] = str(len(body))
    filled = [headers[name] for name, text in wanted.headers.items() if names_in(text)]
    known = (*sent_before, *secrets.values(), *filled)
    return Outgoing(
        wanted.method,
        target,
        target.path + fill(target.query, secrets, "query"),
        [(name.encode("ascii"), text.encode("latin-1")) for name, text in headers.items()],
        body,
        Redactor(known),
        known,
    )
