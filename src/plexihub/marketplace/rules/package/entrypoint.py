"""`entrypoint-missing`: a first module that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.place import line_of
from plexihub.marketplace.rules.rule import Rule, Spot, levels


def _check(package: Package) -> Iterator[Spot]:
    manifest = package.manifest
    if manifest is not None and manifest.entrypoint not in package.paths:
        said = f"The entry point {manifest.entrypoint!r} is not in the package."
        yield Spot(package.manifest_file, said, line_of(package, "entrypoint"))


RULE = Rule(
    id="entrypoint-missing",
    group="structure",
    about="package",
    levels=levels("error", "off", "error"),
    looks_for="an `entrypoint` that is no file of the package",
    next="Name a file that is there.",
    check=_check,
)
