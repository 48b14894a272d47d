"""`packed-blob`: large pieces of data inside the code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot

_BLOB = re.compile(r"[A-Za-z0-9+/_-]{1024,}={0,2}|[0-9a-fA-F]{1024,}")


def _check(file: File) -> Iterator[Spot]:
    if not file.is_code:
        return
    for number, line in enumerate(file.lines, 1):
        found = _BLOB.search(line) if len(line) >= 1024 else None  # noqa: PLR2004 - as in the pattern
        if found and len(set(found[0])) >= 12:  # noqa: PLR2004 - a ruler of dashes is no data
            said = f"{len(found[0])} characters of packed data stand in the code."
            yield Spot(file.path, said, number, found.start() + 1)


RULE = Rule(
    id="packed-blob",
    group="obfuscation",
    about="file",
    levels=SUSPECT,
    looks_for="1024 characters and more of base64 or hexadecimal digits inside a source",
    next="Keep data in a file of its own, in its own format.",
    check=_check,
)
