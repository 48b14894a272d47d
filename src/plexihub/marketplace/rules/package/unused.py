"""`permission-unused`: permissions that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.place import line_of
from plexihub.marketplace.rules.package.used import perhaps
from plexihub.marketplace.rules.rule import Rule, Spot, levels


def _check(package: Package) -> Iterator[Spot]:
    manifest = package.manifest
    if manifest is None:
        return
    used = perhaps(package)
    for name in manifest.permissions:
        if name not in used:
            said = f"It asks for {name!r}, and nothing in it uses that."
            yield Spot(package.manifest_file, said, line_of(package, name))


RULE = Rule(
    id="permission-unused",
    group="permissions",
    about="package",
    levels=levels("warning", "warning", "error"),
    looks_for="permissions that no method, hook or offer in the package takes",
    next="Take it out of `permissions`: what is not there cannot be misused.",
    check=_check,
    tiers=("sandboxed",),
)
