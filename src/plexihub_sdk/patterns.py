"""Patterns in the scope of a permission: hosts, paths and names; checked, compared and met.

Each kind is closed under `meet`: what two patterns have in common is one pattern of that kind, or
nothing. So what a manifest asks for and what an administrator granted meet in plain patterns again.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Protocol

LONGEST = 253
LONGEST_PATH = 500
MAX_PORT = 65_535
_DEFAULT_PORTS = frozenset({80, 443})
#: None is any.
Ports = frozenset[int] | None
_HOST = re.compile(
    r"(?P<host>\[[0-9a-f:.]+\]|(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)"
    r"(?::(?P<port>\*|[1-9][0-9]{0,4}))?\Z"
)
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()+,;=:@%/-]*\*?\Z")
_MODEL = re.compile(r"[a-z][a-z0-9_-]{0,99}\Z")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Kind(Protocol):
    """One kind of pattern."""

    def check(self, text: str) -> str:
        """Answer a pattern as it is kept.

        Raises:
            ValueError: It is none; the message ends the sentence `'…' ` and names what is.
        """

    def meet(self, one: str, other: str) -> str | None:
        """Answer the pattern for what two have in common; None for nothing."""


class Hosts:
    """`api.example.com`, `*.example.org:8443`, `[2001:db8::1]:*`; no port means 80 and 443."""

    def check(self, text: str) -> str:
        """Check a host with its port; see `Kind`."""
        found = _HOST.match(text.lower()) if len(text) <= LONGEST else None
        if found is None:
            raise ValueError(
                "is no host such as 'api.example.com', '*.example.org' or 'api.example.com:8443'."
            )
        port = found["port"]
        if port not in {None, "*"} and int(port) > MAX_PORT:
            raise ValueError(f"has no port: ports are 1 to {MAX_PORT}.")
        return _host(found["host"]) + (f":{port}" if port else "")

    def meet(self, one: str, other: str) -> str | None:
        """Answer what two have in common; see `Kind`."""
        (host, ports), (other_host, other_ports) = _split(one), _split(other)
        narrow = _narrower(host, other_host)
        both = _common(ports, other_ports)
        if narrow is None or both == frozenset():
            return None
        if both == _DEFAULT_PORTS:
            return narrow
        return f"{narrow}:{'*' if both is None else min(both)}"


class Paths:
    """`/v1/users` or `/v1/*`."""

    def check(self, text: str) -> str:
        """Check a path; see `Kind`."""
        if len(text) > LONGEST_PATH or not _PATH.match(text):
            raise ValueError("is no path such as '/v1/users' or '/v1/*'.")
        if any(part in {".", ".."} for part in text.split("/")):
            raise ValueError("goes up or stays: write the path without '.' and '..'.")
        return text

    def meet(self, one: str, other: str) -> str | None:
        """Answer what two have in common; see `Kind`."""
        if _in_path(one, other):
            return one
        return other if _in_path(other, one) else None


class Words:
    """Whole names, equal or not.

    Args:
        says: What such a name is, for who wrote another.
        known: All there are; empty where any fitting name is one.
    """

    def __init__(self, says: str, known: tuple[str, ...] = ()) -> None:
        self._says = says
        self.known = known

    def check(self, text: str) -> str:
        """Check a name; see `Kind`."""
        name = text.upper() if self.known else text
        if name not in self.known if self.known else not _MODEL.match(name):
            raise ValueError(self._says)
        return name

    def meet(self, one: str, other: str) -> str | None:
        """Answer what two have in common; see `Kind`."""
        return one if one == other else None


def _host(host: str) -> str:
    if host.startswith("["):
        return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
    labels = host.removeprefix("*.").split(".")
    if not all(0 < len(label) <= 63 for label in labels):  # noqa: PLR2004 - of the DNS
        raise ValueError("is no host: a part of it is empty or longer than 63 characters.")
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        return _address(host)
    if host.startswith("*.") and len(labels) == 1:
        raise ValueError("is too wide: name a domain, such as '*.example.org'.")
    return host


def _address(host: str) -> str:
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError:
        raise ValueError("is no address: write one as four numbers, such as 192.0.2.1.") from None


def _split(pattern: str) -> tuple[str, Ports]:
    host, colon, port = pattern.rpartition(":")
    if not colon or pattern.endswith("]"):
        return pattern, _DEFAULT_PORTS
    return host, None if port == "*" else frozenset({int(port)})


def _common(one: Ports, other: Ports) -> Ports:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _narrower(one: str, other: str) -> str | None:
    if one == other or (other.startswith("*.") and one.endswith(other[1:])):
        return one
    return other if one.startswith("*.") and other.endswith(one[1:]) else None


def _in_path(one: str, other: str) -> bool:
    return one == other or (other.endswith("*") and one.startswith(other[:-1]))
