"""`escaped-text`: long runs of escapes in the place of text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot

_RUN = re.compile(r"(?:\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\}|\\[0-7]{3}){16,}")


def _check(file: File) -> Iterator[Spot]:
    if not file.is_code or "\\" not in (file.text or ""):
        return
    for number, line in enumerate(file.lines, 1):
        if "\\" in line and (found := _RUN.search(line)):
            yield Spot(file.path, "Nobody can read this text.", number, found.start() + 1)


RULE = Rule(
    id="escaped-text",
    group="obfuscation",
    about="file",
    levels=SUSPECT,
    looks_for="sixteen escapes and more in a row (`\\x65\\x76...`)",
    next="Write the text; keep data in a file of its own.",
    check=_check,
)
