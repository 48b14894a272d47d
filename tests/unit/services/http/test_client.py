"""Where a call comes from, behind proxies and behind those who pretend to be some."""

from __future__ import annotations

import pytest

from plexihub.services.http.client import Client, client_of

PROXIES = ["10.0.0.0/8", "fd00::/8"]


def _client(
    peer: str, *headers: tuple[str, str], trusted: list[str] | None = None, scheme: str = "http"
) -> Client:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"client": (peer, 1), "scheme": scheme, "headers": raw}
    return client_of(scope, PROXIES if trusted is None else trusted)


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [("x-forwarded-for", "203.0.113.7")], "203.0.113.7"),
        ("10.0.0.1", [("x-forwarded-for", "1.2.3.4, 203.0.113.7, 10.9.9.9")], "203.0.113.7"),
        ("10.0.0.1", [("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", "5.6.7.8")], "5.6.7.8"),
        ("10.0.0.1", [("x-forwarded-for", "10.1.1.1, 10.2.2.2")], "10.1.1.1"),
        ("10.0.0.1", [("x-forwarded-for", "1.2.3.4, unknown")], "10.0.0.1"),
        ("10.0.0.1", [("x-forwarded-for", "unknown, 5.6.7.8")], "5.6.7.8"),
        ("10.0.0.1", [("x-forwarded-for", "5.6.7.8:4711")], "5.6.7.8"),
        ("10.0.0.1", [("x-forwarded-for", "[2001:db8::1]:4711")], "2001:db8::1"),
        ("10.0.0.1", [("x-forwarded-for", "::ffff:5.6.7.8")], "5.6.7.8"),
        ("::ffff:10.0.0.1", [("x-forwarded-for", "5.6.7.8")], "5.6.7.8"),
        (
            "10.0.0.1",
            [("forwarded", 'for=1.1.1.1, for="[2001:db8::1]:80";proto=https')],
            "2001:db8::1",
        ),
        ("10.0.0.1", [("forwarded", "for=5.6.7.8"), ("x-forwarded-for", "5.6.7.8")], "5.6.7.8"),
        # One of the two was written by the client: neither is believed.
        ("10.0.0.1", [("forwarded", "for=6.6.6.6"), ("x-forwarded-for", "5.6.7.8")], "10.0.0.1"),
        ("10.0.0.1", [("x-forwarded-for", "6.6.6.6," * 4000 + "5.6.7.8")], "5.6.7.8"),
        # The peer is no proxy.
        ("203.0.113.7", [("x-forwarded-for", "10.0.0.1, 5.6.7.8")], "203.0.113.7"),
        ("", [("x-forwarded-for", "5.6.7.8")], ""),
    ],
)
def test_address_is_the_furthest_that_no_proxy_of_ours_is(
    peer: str, headers: list[tuple[str, str]], address: str
) -> None:
    """What stands left of that came with the request, and counts for nothing."""
    assert _client(peer, *headers).address == address


def test_nobody_is_believed_unless_the_settings_name_them() -> None:
    """Without a named proxy the peer counts, its own network's, too."""
    spoofed = ("x-forwarded-for", "5.6.7.8"), ("x-forwarded-proto", "https")
    assert _client("127.0.0.1", *spoofed, trusted=[]) == Client("127.0.0.1", is_secure=False)


@pytest.mark.parametrize(
    ("peer", "proto", "is_secure"),
    [
        ("10.0.0.1", "https", True),
        ("10.0.0.1", "HTTPS", True),
        ("10.0.0.1", "https, http", False),
        ("10.0.0.1", "http", False),
        ("203.0.113.7", "https", False),
    ],
)
def test_proxy_tells_whether_the_client_speaks_tls(
    peer: str, proto: str, *, is_secure: bool
) -> None:
    """The last word of a trusted proxy counts."""
    assert _client(peer, ("x-forwarded-proto", proto)).is_secure is is_secure
