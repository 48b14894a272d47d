"""`readme-setup`: how it is set up, in the README."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.rule import PUBLISHED, Rule, Spot

_SETUP = re.compile(
    r"(?im)^#+\s.*(set.?up|install|getting started|quick ?start|usage|how to)|plugin install"
)


def _check(package: Package) -> Iterator[Spot]:
    file = package.named("readme")
    if file is not None and not _SETUP.search(file.text or ""):
        yield Spot(file.path, "The README does not say how to set it up.")


RULE = Rule(
    id="readme-setup",
    group="documentation",
    about="package",
    levels=PUBLISHED,
    looks_for="a README without a word on setting it up",
    next="Add a heading `Set up` with the command and the settings it needs.",
    check=_check,
)
