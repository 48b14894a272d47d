"""What a plugin under test did with its permissions, over all the hubs of its tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from plexihub.kernel.permissions import Use, minimal_permissions
from plexihub_sdk.manifest import Manifest

Take = Mapping[str, Any]


def plain_uses(uses: Mapping[str, Use]) -> dict[str, Any]:
    """Write what a hub saw, by permission, so that it can be left in a file."""
    return {name: asdict(use) for name, use in uses.items()}


def minimal_of(manifest: Manifest, takes: Iterable[Take]) -> list[Any]:
    """Write the fewest permissions with which the tests would have gone the same way.

    Args:
        manifest: What the plugin says of itself.
        takes: What was left of each hub.
    """
    joined: dict[str, Use] = {}
    for take in takes:
        for name, found in take.get("uses", {}).items():
            _add(joined.setdefault(name, Use()), Use(**found))
    return minimal_permissions(manifest, joined)


def joined_names(takes: Iterable[Take], declared: Iterable[str]) -> dict[str, list[str]]:
    """Answer which permissions are declared, were used, were not, and were denied."""
    left, asked = list(takes), set(declared)
    used = _named(left, "used")
    return {
        "declared": sorted(asked),
        "used": sorted(used),
        "unused": sorted(asked - used),
        "denied": sorted(_named(left, "denied")),
    }


def _named(takes: Iterable[Take], kind: str) -> set[str]:
    return {name for take in takes for name in take.get("permissions", {}).get(kind, [])}


def _add(total: Use, one: Use) -> None:
    total.allowed += one.allowed
    total.refused = _sum(total.refused, one.refused)
    for mine, other in ((total.values, one.values), (total.beyond, one.beyond)):
        for field, seen in other.items():
            mine[field] = _sum(mine.get(field, {}), seen)
    total.is_cut = total.is_cut or one.is_cut


def _sum(some: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(some) + Counter(more))
