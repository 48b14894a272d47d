"""Who may ask how often: each address, and each person by what they do.

A limit is read from the settings with every request, so a change acts with the next one; 0 is none.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from typing import Any, Literal

from plexihub.services.http.bucket import MINUTE, MOST_BUCKETS, Buckets, Share
from plexihub.services.users import TooManyRequestsError

Policy = Literal["address", "reads", "writes", "connects"]
POLICIES: tuple[Policy, ...] = ("address", "reads", "writes", "connects")
Shares = dict[str, Share]


class RateLimits:
    """Counts requests.

    Args:
        get: Answers a setting.
        most: Buckets that are kept for each policy.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        get: Callable[[str], Any],
        *,
        most: int = MOST_BUCKETS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._get = get
        # Apart, so that many addresses cannot push people's buckets out.
        self._buckets = {name: Buckets(most, clock=clock) for name in POLICIES}

    def count(self, policy: Policy, key: str, shares: Shares) -> None:
        """Count one request, and note in `shares` what is left.

        Raises:
            TooManyRequestsError: Nothing was left.
        """
        limit = int(self._get(f"security.rate.{policy}"))
        if limit == 0:
            return
        share = shares[policy] = self._buckets[policy].take(key, limit)
        if not share.is_allowed:
            seconds = math.ceil(share.wait)
            raise TooManyRequestsError(
                f"More than {limit} requests a minute ({policy}).",
                seconds=seconds,
                next=f"Try again in {seconds} seconds.",
            )


def network_of(address: str) -> str:
    """Answer what stands for an address: of IPv6 the network, in which anybody has many."""
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


def headers_of(shares: Shares) -> list[tuple[bytes, bytes]]:
    """Make `RateLimit` and `RateLimit-Policy`, as the IETF's draft words them."""
    if not shares:
        return []
    policy = ", ".join(f'"{name}";q={one.limit};w={MINUTE:.0f}' for name, one in shares.items())
    state = ", ".join(
        f'"{name}";r={one.left};t={math.ceil(one.full)}' for name, one in shares.items()
    )
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", state.encode())]
