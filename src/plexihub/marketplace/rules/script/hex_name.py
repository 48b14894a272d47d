"""`js-hex-names`: names that a program made to be unreadable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile

_MADE = re.compile(r"_0x[0-9a-f]{3,}\Z|[Il1O0_$]{8,}\Z", re.ASCII)
_LEAST = 6


def _check(source: ScriptFile) -> Iterator[Spot]:
    if "_0x" not in source.text and "Il" not in source.text and "lI" not in source.text:
        return
    found = [one for one in source.nodes("identifier") if _MADE.match(one.text())]
    if len({one.text() for one in found}) >= _LEAST:
        yield source.spot(found[0], "Names such as these are made to hide what the code does.")


RULE = Rule(
    id="js-hex-names",
    group="obfuscation",
    about="script",
    levels=BLOCKED,
    looks_for="names as obfuscators make them, such as `_0x4f2a`, six and more in a file",
    next="Publish the source as it was written.",
    check=_check,
    never_allowed=True,
)
