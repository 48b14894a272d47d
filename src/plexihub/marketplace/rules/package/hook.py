"""`hook-undeclared`: handlers that are never called."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.rule import MISTAKE, Rule, Spot
from plexihub_sdk.offers import HANDLERS


def _check(package: Package) -> Iterator[Spot]:
    manifest = package.manifest
    if manifest is None or not manifest.hooks:
        return  # without a list, all handlers that the code has count
    for name, (file, line, column) in package.use.handlers.items():
        if name not in manifest.hooks and name not in HANDLERS:
            said = f"There is a handler for {name!r}, which `hooks` in plugin.json does not name."
            yield Spot(file, said, line, column)


RULE = Rule(
    id="hook-undeclared",
    group="manifest",
    about="package",
    levels=MISTAKE,
    looks_for="handlers of hooks that the manifest's list leaves out, so they are never called",
    next="Add it to `hooks`, or leave `hooks` out.",
    check=_check,
    tiers=("sandboxed",),
)
