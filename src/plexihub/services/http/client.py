"""Where a call really comes from: the peer, or what a trusted proxy says of it.

Anybody can write `X-Forwarded-For`. It counts only where the peer is a proxy that the settings
name, and of its list only what stands furthest right and is no such proxy itself: the proxy wrote
that, everything left of it came with the request.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.types import Scope

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: A longer chain of proxies is no chain of proxies.
MOST_HOPS = 20
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Client:
    """Who is at the other end.

    Args:
        address: Of the client; empty where the server does not tell.
        is_secure: Whether the client speaks TLS, to the hub or to its proxy.
    """

    address: str
    is_secure: bool


def client_of(scope: Scope, trusted: Sequence[str]) -> Client:
    """Find out who sends a call.

    Args:
        scope: Of the connection.
        trusted: Addresses and networks of proxies that are believed.
    """
    peer = str(scope["client"][0]) if scope.get("client") else ""
    is_secure = scope.get("scheme") in {"https", "wss"}
    if not trusted:
        return Client(peer, is_secure)
    networks = _networks(tuple(trusted))
    if not _is_trusted(_parse(peer), networks):
        return Client(peer, is_secure)
    return _forwarded(scope["headers"], Client(peer, is_secure), networks)


@lru_cache(maxsize=8)
def _networks(values: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(value, strict=False) for value in values)


def _is_trusted(address: Address | None, networks: Iterable[Network]) -> bool:
    return address is not None and any(address in one for one in networks)


def _forwarded(
    headers: Iterable[tuple[bytes, bytes]], peer: Client, networks: tuple[Network, ...]
) -> Client:
    kept = {b"x-forwarded-for": "", b"x-forwarded-proto": "", b"forwarded": ""}
    for name, value in headers:
        if name in kept:  # one that is sent twice is one list
            kept[name] = f"{kept[name]},{value.decode('latin-1')}"[-LONGEST:]
    plain = _entries(kept[b"x-forwarded-for"])
    elements = [_element(one) for one in _entries(kept[b"forwarded"])]
    said = [hops for hops in (plain, [one.get("for", "") for one in elements]) if hops]
    found = {_furthest(hops, peer.address, networks) for hops in said}
    # A proxy that writes one of the two headers may pass on the other as the client wrote it.
    address = found.pop() if len(found) == 1 else peer.address
    protos = [one.lower() for one in _entries(kept[b"x-forwarded-proto"])[-1:]]
    protos += [one["proto"].lower() for one in elements[-1:] if "proto" in one]
    is_secure = all(one == "https" for one in protos) if protos else peer.is_secure
    return Client(address, is_secure)


def _entries(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()][-MOST_HOPS:]


def _element(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _furthest(hops: list[str], peer: str, networks: tuple[Network, ...]) -> str:
    """Answer the hop furthest right that is no trusted proxy; what is no address ends the walk."""
    known = peer
    for hop in reversed(hops):
        address = _parse(hop)
        if address is None:
            return known
        known = str(address)
        if not _is_trusted(address, networks):
            return known
    return known


def _parse(text: str) -> Address | None:
    bare = text
    if text.startswith("["):
        bare = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        bare = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
