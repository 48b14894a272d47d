"""Limits by policy and sender, and how they are told."""

import pytest

from plexihub.services.http.bucket import Share
from plexihub.services.http.shield.limits import RateLimits, Shares, headers_of, network_of
from plexihub.services.users import TooManyRequestsError


def limits(**wanted: int) -> RateLimits:
    """Make limits with these settings, on a clock that stands still."""
    settings = {f"security.rate.{name}": value for name, value in wanted.items()}
    return RateLimits(settings.__getitem__, clock=lambda: 0.0)


def test_refusal_tells_when_to_come_back() -> None:
    """The error has whole seconds, and the shares show the empty bucket."""
    counted, shares = limits(reads=1), Shares()
    counted.count("reads", "@ada", shares)
    with pytest.raises(TooManyRequestsError) as caught:
        counted.count("reads", "@ada", shares)
    assert (caught.value.seconds, caught.value.next) == (60, "Try again in 60 seconds.")
    assert shares["reads"].left == 0


def test_zero_is_no_limit() -> None:
    """Nothing is counted, and nothing told."""
    counted, shares = limits(reads=0), Shares()
    for _ in range(100):
        counted.count("reads", "@ada", shares)
    assert headers_of(shares) == []


def test_policies_have_their_own_buckets() -> None:
    """Who has written too much may still read."""
    counted = limits(reads=1, writes=1)
    counted.count("writes", "@ada", {})
    counted.count("reads", "@ada", {})
    with pytest.raises(TooManyRequestsError):
        counted.count("writes", "@ada", {})


def test_headers_name_each_policy() -> None:
    """Both fields are lists of named policies, in the order in which they were counted."""
    shares = {"address": Share(60, 59, 0.0, 1.0), "reads": Share(10, 0, 6.0, 59.2)}
    assert headers_of(shares) == [
        (b"ratelimit-policy", b'"address";q=60;w=60, "reads";q=10;w=60'),
        (b"ratelimit", b'"address";r=59;t=1, "reads";r=0;t=60'),
    ]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("no:address", "no:address"),
        ("", ""),
    ],
)
def test_ipv6_is_counted_by_network(address: str, network: str) -> None:
    """Whoever has one address of a network has them all."""
    assert network_of(address) == network
