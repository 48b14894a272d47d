"""Where a request goes, by one parser: what it says is the host is what is judged and connected to.

The parser is that of the WHATWG URL standard, which JavaScript's `URL` follows as well; so a plugin
and the hub never read two hosts in one address.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass

import ada_url

from plexihub_sdk.errors import InputError

LONGEST_URL = 8000
PORTS = {"http": 80, "https": 443}
_HIDDEN = re.compile(r"%(?:2f|5c|00)", re.IGNORECASE)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart.

    Args:
        scheme: `http` or `https`.
        host: Lower case, ASCII; an IPv6 address stands in brackets.
        port: 1 to 65535.
        path: Begins with `/`; without `.` and `..`.
        query: With its `?`; empty where there is none.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""

    @property
    def authority(self) -> str:
        """The host with its port, as a pattern of a scope says it."""
        return f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme and host, with the port where it is not the usual one."""
        return f"{self.scheme}://{self.named}"

    @property
    def named(self) -> str:
        """The host, with the port where it is not the usual one: the header `host`."""
        return self.host if self.port == PORTS[self.scheme] else self.authority

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.shown}{self.query}"

    @property
    def shown(self) -> str:
        """The address without its query, which may hold what is secret."""
        return f"{self.origin}{self.path}"

    @property
    def address(self) -> Address | None:
        """The address that the host is; None where it is a name."""
        try:
            return ipaddress.ip_address(self.host.strip("[]"))
        except ValueError:
            return None

    @property
    def is_ambiguous(self) -> bool:
        """Whether a server may read another path in it: an encoded slash, backslash or zero."""
        return _HIDDEN.search(self.path) is not None


def parse_target(url: str, base: Target | None = None) -> Target:
    """Take an address apart.

    Args:
        url: As it was given.
        base: What it is relative to, in a redirect.

    Raises:
        InputError: It is none of the web, has a user in it, or is none at all.
    """
    if not isinstance(url, str) or len(url) > LONGEST_URL:
        raise _refused(url, f"An address has at most {LONGEST_URL} characters.")
    try:
        parts = read_url(url, base.url if base else None)
    except ValueError:
        raise _refused(url, "It is no web address.") from None
    scheme = parts.protocol.rstrip(":")
    if scheme not in PORTS:
        raise _refused(url, "Only http and https go out.")
    if parts.username or parts.password:
        raise _refused(url, "A user and a password go into a header, never into the address.")
    host = parts.hostname
    if host.endswith("."):
        raise _refused(url, "Its host ends in a dot.")
    port = int(parts.port or PORTS[scheme])
    if port == 0:
        raise _refused(url, "There is no port 0.")
    return Target(scheme, host, port, parts.pathname, parts.search)


def read_url(url: str, base: str | None = None) -> ada_url.URL:
    """Read an address as the standard does.

    Raises:
        ValueError: It is none.
    """
    found = ada_url.URL(url, base=base)
    if not all(_is_name(label) for label in found.hostname.split(".")):
        raise ValueError("a part of the host is no Punycode")
    return found


def _is_name(label: str) -> bool:
    """Whether a label that says it is Punycode is: the parser takes its word for it."""
    if not label.startswith("xn--"):
        return True
    try:
        text = label[4:].encode().decode("punycode")
    except UnicodeError:
        return False
    # Neither plain ASCII in disguise, nor controls, blanks and what is no sign at all.
    return not text.isascii() and all(unicodedata.category(one)[0] not in "CZ" for one in text)


def _refused(url: object, message: str) -> InputError:
    # Its query may hold what is secret.
    shown = str(url)[:200].partition("?")[0]
    return InputError(
        f"{shown!r} cannot be fetched. {message}",
        where="url",
        next="Give an address such as https://api.example.com/v1.",
    )
