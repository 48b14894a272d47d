"""`nested-archive`: packages inside the package."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot
from plexihub.marketplace.rules.text.magic import archive


def _check(file: File) -> Iterator[Spot]:
    if name := archive(file.data):
        yield Spot(file.path, f"This is {name}; what is in it is not checked.")


RULE = Rule(
    id="nested-archive",
    group="structure",
    about="file",
    levels=SUSPECT,
    looks_for="archives, by the first bytes",
    next="Put the files themselves into the package.",
    check=_check,
)
