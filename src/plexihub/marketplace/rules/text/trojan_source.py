"""`trojan-source`: characters that show another code than the one that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _check(file: File) -> Iterator[Spot]:
    if file.text is None or file.text.isascii():
        return
    for number, line in enumerate(file.lines, 1):
        if found := _TURNS.search(line):
            said = f"U+{ord(found[0]):04X} turns the direction of what is shown here."
            yield Spot(file.path, said, number, found.start() + 1)


RULE = Rule(
    id="trojan-source",
    group="obfuscation",
    about="file",
    levels=BLOCKED,
    looks_for="controls of writing direction, by which code looks like something else",
    next="Remove the character; a language written from right to left needs none in a source.",
    check=_check,
    never_allowed=True,
)
