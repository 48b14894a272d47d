"""`readme-missing`: a package that does not explain itself."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.rule import PUBLISHED, Rule, Spot

_LEAST = 80


def _check(package: Package) -> Iterator[Spot]:
    if package.is_bare:
        return
    file = package.named("readme")
    if file is None:
        yield Spot("", "There is no README.")
    elif len((file.text or "").split()) < _LEAST // 8:
        yield Spot(file.path, "The README says next to nothing.")


RULE = Rule(
    id="readme-missing",
    group="documentation",
    about="package",
    levels=PUBLISHED,
    looks_for="a package without a README of more than a few words",
    next="Write README.md: what it does, how to set it up, an example.",
    check=_check,
)
