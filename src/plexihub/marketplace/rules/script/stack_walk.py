"""`js-stack-walk`: the functions that called."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile

_OWNERS = {"prepareStackTrace": "Error", "callee": "arguments"}


def _check(source: ScriptFile) -> Iterator[Spot]:
    for name, owner in _OWNERS.items():
        for key in source.keys.get(name, ()):
            member = key.parent()
            of = member.field("object") if member is not None else None
            if of is not None and of.text() == owner:
                yield source.spot(key, f"{owner}.{name} reaches the functions that called.")


RULE = Rule(
    id="js-stack-walk",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`Error.prepareStackTrace` and `arguments.callee`",
    next="Take what you need as an argument.",
    check=_check,
    never_allowed=True,
)
