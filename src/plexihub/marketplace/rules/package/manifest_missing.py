"""`manifest-missing`: a folder that does not say what it is."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.rule import Rule, Spot, levels


def _check(package: Package) -> Iterator[Spot]:
    if not package.manifest_file:
        yield Spot("", "There is no plugin.json at the top of the folder.")


RULE = Rule(
    id="manifest-missing",
    group="structure",
    about="package",
    levels=levels("error", "off", "error"),
    looks_for="a folder without plugin.json",
    next="Write one, or put the folder's name right; docs/plugin-guide/sandboxed.md shows one.",
    check=_check,
)
