"""`manifest-invalid`: a manifest that is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.place import line_of
from plexihub.marketplace.rules.rule import Rule, Spot, levels


def _check(package: Package) -> Iterator[Spot]:
    if package.problem is not None:
        message, where, then = package.problem
        shown = (
            message if where in message or where == package.manifest_file else f"{where}: {message}"
        )
        yield Spot(package.manifest_file, shown, line_of(package, where), next=then)


RULE = Rule(
    id="manifest-invalid",
    group="manifest",
    about="package",
    levels=levels("error", "off", "error"),
    looks_for="a manifest with unknown, missing or wrong fields",
    next="Mend the field.",
    check=_check,
    never_allowed=True,
)
