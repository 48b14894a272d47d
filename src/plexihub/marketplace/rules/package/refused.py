"""`permission-refused`: permissions that the hub's policy gives to nobody."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.place import line_of
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot


def _check(package: Package) -> Iterator[Spot]:
    for name in package.manifest.permissions if package.manifest else ():
        if name in package.refused:
            said = f"It asks for {name!r}, which this hub's policy gives to no plugin."
            yield Spot(package.manifest_file, said, line_of(package, name))


RULE = Rule(
    id="permission-refused",
    group="policy",
    about="package",
    levels=BLOCKED,
    looks_for="permissions outside of the policy of the hub (`plugins.refused_permissions`)",
    next="Do without it, or ask the administrator of the hub to allow it.",
    check=_check,
    tiers=("sandboxed",),
)
