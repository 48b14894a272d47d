"""`host-unasked`: addresses beyond the hosts that the manifest asks for."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot
from plexihub_sdk.permissions import NETWORK_FETCH
from plexihub_sdk.scopes import allows


def _check(package: Package) -> Iterator[Spot]:
    manifest = package.manifest
    scope = manifest.scopes.get(NETWORK_FETCH, {}) if manifest is not None else {}
    for url, file, line, column in package.use.hosts:
        host = _host(url)
        if host and "hosts" in scope and not allows(NETWORK_FETCH, scope, "hosts", host):
            yield Spot(file, f"{host!r} is none of the hosts that it asks for.", line, column)


def _host(url: str) -> str:
    """Answer the host of an address, with its port; empty where its end is computed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.scheme.startswith("http") or not parts.hostname or not _is_whole(url):
        return ""
    return f"{parts.hostname}:{port}" if port not in {None, 80, 443} else parts.hostname


def _is_whole(url: str) -> bool:
    """Whether the host ends in what is known, rather than where the rest is computed."""
    return any(one in url.partition("://")[2] for one in "/?#") or "." in url.rpartition("/")[2]


RULE = Rule(
    id="host-unasked",
    group="permissions",
    about="package",
    levels=SUSPECT,
    looks_for="`fetch` of hosts that are not in the scope of `network:fetch`",
    next="Add the host to the permission, or do not call it.",
    check=_check,
    tiers=("sandboxed",),
)
