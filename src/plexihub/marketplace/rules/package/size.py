"""`package-large`: more than a plugin needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.rule import ADVICE, Rule, Spot

_MOST = 5 * 1024 * 1024


def _check(package: Package) -> Iterator[Spot]:
    folder = package.root.parent if package.is_bare else package.root
    sizes = {path: (Path(folder) / path).stat().st_size for path in package.paths}
    if sum(sizes.values()) > _MOST:
        largest = max(sizes, key=lambda path: sizes[path])
        said = (
            f"The package has {sum(sizes.values()) / 1_048_576:.1f} MB; this is its largest file."
        )
        yield Spot(largest, said)


RULE = Rule(
    id="package-large",
    group="structure",
    about="package",
    levels=ADVICE,
    looks_for="packages of more than 5 MB",
    next="Leave out what it does not need.",
    check=_check,
)
