"""`licence-incompatible`: terms under which others may not use it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.package.licence import file_of
from plexihub.marketplace.rules.rule import Rule, Spot, levels

_TERMS = re.compile(
    r"(?i)commons clause|server side public license|non-?commercial (?:use|purposes)|"
    r"business source license|elastic license|all rights reserved\.? (?:no|un)|"
    r"confidential and proprietary|may not be (?:copied|redistributed)|not for redistribution"
)


def _check(package: Package) -> Iterator[Spot]:
    file = file_of(package)
    for number, line in enumerate(file.lines if file is not None else (), 1):
        if file is not None and (found := _TERMS.search(line)):
            yield Spot(file.path, f"{found[0]!r} keeps others from using it.", number)


RULE = Rule(
    id="licence-incompatible",
    group="licence",
    about="package",
    levels=levels("warning", "off", "error"),
    looks_for="terms such as Commons Clause, SSPL, non-commercial, proprietary",
    next="Choose a licence that lets every hub run it.",
    check=_check,
)
