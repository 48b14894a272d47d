"""`invisible-characters`: characters that nobody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

#: Zero-width ones, fillers that count as letters, tags, and long runs of variation selectors.
_HIDDEN = re.compile(
    "[\u115f\u1160\u3164\uffa0\u180e\u2060-\u2064\u206a-\u206f]"
    "|[\U000e0000-\U000e007f]{2,}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,}|[\u200b\ufeff]{2,}"
)


def _check(file: File) -> Iterator[Spot]:
    if file.kind == "other" or file.text is None or file.text.isascii():
        return
    for number, line in enumerate(file.lines, 1):
        if found := _HIDDEN.search(line):
            said = f"U+{ord(found[0][0]):04X} is not seen by whoever reads this line."
            yield Spot(file.path, said, number, found.start() + 1)


RULE = Rule(
    id="invisible-characters",
    group="obfuscation",
    about="file",
    levels=BLOCKED,
    looks_for="letters and marks without a shape in sources: names and data that nobody sees",
    next="Remove them, or write them as escapes.",
    check=_check,
    never_allowed=True,
)
