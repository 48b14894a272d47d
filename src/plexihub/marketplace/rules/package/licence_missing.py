"""`licence-missing`: nobody knows what others may do with it."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.licence import file_of
from plexihub.marketplace.rules.rule import PUBLISHED, Rule, Spot


def _check(package: Package) -> Iterator[Spot]:
    if not package.is_bare and file_of(package) is None:
        yield Spot("", "There is no licence.")


RULE = Rule(
    id="licence-missing",
    group="licence",
    about="package",
    levels=PUBLISHED,
    looks_for="a package without a LICENSE file",
    next="Add LICENSE with the text of the licence you chose.",
    check=_check,
)
