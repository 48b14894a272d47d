"""`permission-unasked`: calls that will be refused."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.used import sure
from plexihub.marketplace.rules.rule import Rule, Spot, levels


def _check(package: Package) -> Iterator[Spot]:
    manifest = package.manifest
    if manifest is None:
        return
    for name, (path, (file, line, column)) in sure(package).items():
        if name not in manifest.permissions:
            said = f"plugin.api.{path} takes {name!r}, which the manifest does not ask for."
            yield Spot(file, said, line, column, next=f"Add {name!r} to `permissions`.")


RULE = Rule(
    id="permission-unasked",
    group="permissions",
    about="package",
    levels=levels("error", "off", "error"),
    looks_for="calls of `plugin.api` that take a permission which the manifest does not ask for",
    next="Ask for it in `permissions`, or do without.",
    check=_check,
    tiers=("sandboxed",),
)
