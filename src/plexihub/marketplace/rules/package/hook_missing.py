"""`hook-missing`: hooks without a handler."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.place import line_of
from plexihub.marketplace.rules.rule import MISTAKE, Rule, Spot
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import SANDBOX_HOOKS
from plexihub_sdk.offers import NEEDS

_KNOWN = {*SANDBOX_HOOKS, *HEARD}


def _check(package: Package) -> Iterator[Spot]:
    manifest = package.manifest
    if manifest is None:
        return
    wanted = {name: name for name in manifest.hooks if name in _KNOWN}
    wanted |= {NEEDS[field][0]: field for field in manifest.offers}
    seen = {*package.use.handlers} | package.use.words
    for name, where in wanted.items():
        if name not in seen:
            said = f"{where!r} needs a handler for {name!r}, and there is none."
            yield Spot(package.manifest_file, said, line_of(package, where))


RULE = Rule(
    id="hook-missing",
    group="manifest",
    about="package",
    levels=MISTAKE,
    looks_for="hooks and offers of the manifest that the code has no handler for",
    next="Write the handler, or take the entry out.",
    check=_check,
    tiers=("sandboxed",),
)
