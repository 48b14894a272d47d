"""`js-escaped-name`: names written with escapes."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile


def _check(source: ScriptFile) -> Iterator[Spot]:
    if "\\u" not in source.text:
        return
    for kind in ("identifier", "property_identifier", "shorthand_property_identifier"):
        for one in source.nodes(kind):
            if "\\" in one.text():
                yield source.spot(one, f"{one.text()[:60]} hides which name is meant.")


RULE = Rule(
    id="js-escaped-name",
    group="obfuscation",
    about="script",
    levels=BLOCKED,
    looks_for="names with `\\u` escapes in them",
    next="Write the name in letters.",
    check=_check,
    never_allowed=True,
)
