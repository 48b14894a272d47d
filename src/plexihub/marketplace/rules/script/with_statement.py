"""`js-with`: names that may mean anything."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile


def _check(source: ScriptFile) -> Iterator[Spot]:
    for one in source.nodes("with_statement"):
        yield source.spot(one, "What the names in `with` mean cannot be read.")


RULE = Rule(
    id="js-with",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`with`",
    next="Write the object before each name.",
    check=_check,
    never_allowed=True,
)
