"""`permission-approval`: permissions that wait for an administrator."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.place import line_of
from plexihub.marketplace.rules.rule import Rule, Spot, levels
from plexihub_sdk.permissions import PERMISSIONS


def _check(package: Package) -> Iterator[Spot]:
    for name in package.manifest.permissions if package.manifest else ():
        if PERMISSIONS[name].admin:
            said = f"{name!r} is worth nothing until a further administrator approves it."
            yield Spot(package.manifest_file, said, line_of(package, name))


RULE = Rule(
    id="permission-approval",
    group="policy",
    about="package",
    levels=levels("note", "warning", "warning"),
    looks_for="permissions of administrators, which stay pending after the install",
    next="Say in the README what it is for.",
    check=_check,
    tiers=("sandboxed",),
)
