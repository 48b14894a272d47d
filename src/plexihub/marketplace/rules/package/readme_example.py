"""`readme-example`: something to try, in the README."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.rule import PUBLISHED, Rule, Spot

_EXAMPLE = re.compile(r"(?im)^```|^ {4}\S|^#+\s.*example|!\[|for example")


def _check(package: Package) -> Iterator[Spot]:
    file = package.named("readme")
    if file is not None and not _EXAMPLE.search(file.text or ""):
        yield Spot(file.path, "The README shows no example.")


RULE = Rule(
    id="readme-example",
    group="documentation",
    about="package",
    levels=PUBLISHED,
    looks_for="a README without an example or a picture",
    next="Show what somebody types and what they see.",
    check=_check,
)
