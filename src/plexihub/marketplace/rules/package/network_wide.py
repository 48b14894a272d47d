"""`network-wide`: the whole network, where a few hosts would do."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.place import line_of
from plexihub.marketplace.rules.rule import Rule, Spot, levels
from plexihub_sdk.permissions import NETWORK_FETCH


def _check(package: Package) -> Iterator[Spot]:
    manifest = package.manifest
    if manifest is None or NETWORK_FETCH not in manifest.permissions:
        return
    hosts = manifest.scopes.get(NETWORK_FETCH, {}).get("hosts")
    if hosts is None or any(one in {"*", "*:*"} for one in hosts):
        said = "It asks for every host of the network."
        yield Spot(package.manifest_file, said, line_of(package, NETWORK_FETCH))


RULE = Rule(
    id="network-wide",
    group="permissions",
    about="package",
    levels=levels("note", "warning", "warning"),
    looks_for="`network:fetch` without a list of hosts",
    next='Ask for {"name": "network:fetch", "hosts": ["api.example.com"]}.',
    check=_check,
    tiers=("sandboxed",),
)
