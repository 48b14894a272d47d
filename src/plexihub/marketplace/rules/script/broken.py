"""`js-syntax`: what the grammar does not understand."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import Rule, Spot, levels
from plexihub.marketplace.rules.script.tree import ScriptFile


def _check(source: ScriptFile) -> Iterator[Spot]:
    if (one := source.root.find(kind="ERROR")) is not None:
        yield source.spot(one, "This is no JavaScript or TypeScript that the checks understand.")


RULE = Rule(
    id="js-syntax",
    group="structure",
    about="script",
    levels=levels("warning", "off", "error"),
    looks_for="places that cannot be parsed",
    next="Mend it; where it runs all the same, write it in a plainer way.",
    check=_check,
)
