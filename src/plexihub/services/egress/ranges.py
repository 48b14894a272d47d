"""Which addresses are not of the internet, and what each is: of IANA's registries, and the clouds'.

Written out, since what Python calls global changed from release to release. Of IPv6 only 2000::/3
is taken for the internet; forms that carry an IPv4 address in them are refused whole.
"""

from __future__ import annotations

import ipaddress
import socket

from plexihub.services.egress.target import Address

_NAMED: dict[str, tuple[str, ...]] = {
    "metadata": (
        *("169.254.169.254/32", "169.254.170.2/32", "100.100.100.200/32", "168.63.129.16/32"),
        *("192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128"),
    ),
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
    "link-local": ("169.254.0.0/16", "fe80::/10"),
    "shared (CGNAT)": ("100.64.0.0/10",),
    "unspecified": ("0.0.0.0/8", "::/128"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "IPv4 inside IPv6": (
        *("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"),
        *("::ffff:0:0:0/96",),
    ),
    "reserved": (
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "3fff::/20"),
    ),
}
_NETWORKS = [(ipaddress.ip_network(text), name) for name, texts in _NAMED.items() for text in texts]
_INTERNET = ipaddress.IPv6Network("2000::/3")
#: What an administrator may open by a host's name; the rest only by the address itself.
BY_NAME = frozenset({"loopback", "private", "shared (CGNAT)", "this machine's own"})


def kind_of(address: Address) -> str:
    """Tell what an address is that is none of the internet; empty for those that are."""
    for network, name in _NETWORKS:
        if address in network:
            return name
    if address.version == 6 and address not in _INTERNET:  # noqa: PLR2004 - of IP
        return "reserved"
    return "this machine's own" if _is_own(address) else ""


def _is_own(address: Address) -> bool:
    """Whether a socket of this machine can have the address."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004 - of IP
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True
