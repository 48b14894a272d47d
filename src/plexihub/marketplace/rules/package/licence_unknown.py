"""`licence-unknown`: a licence that no list knows."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.licence import file_of, told_by
from plexihub.marketplace.rules.rule import PUBLISHED, Rule, Spot


def _check(package: Package) -> Iterator[Spot]:
    file = file_of(package)
    if file is None:
        return
    said = told_by(file)
    try:
        canonicalize_license_expression(said)
    except InvalidLicenseExpression:
        shown = f"{said[:60]!r} is no identifier of SPDX" if said else "Its words are unknown"
        yield Spot(file.path, f"{shown}, so nobody can tell what it allows.")


RULE = Rule(
    id="licence-unknown",
    group="licence",
    about="package",
    levels=PUBLISHED,
    looks_for="a licence whose words or SPDX identifier are not known",
    next="Use a known licence's text, or name it: SPDX-License-Identifier: MIT.",
    check=_check,
)
