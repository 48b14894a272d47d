"""`js-charcode`: texts put together from numbers."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile

_LEAST = 8


def _check(source: ScriptFile) -> Iterator[Spot]:
    for name in ("fromCharCode", "fromCodePoint"):
        for key in source.keys.get(name, ()):
            member = key.parent()
            call = member.parent() if member is not None else None
            given = call.field("arguments") if call is not None else None
            if given is not None and len(given.find_all(kind="number")) >= _LEAST:
                yield source.spot(key, "A text is written as numbers here.")


RULE = Rule(
    id="js-charcode",
    group="obfuscation",
    about="script",
    levels=SUSPECT,
    looks_for="`String.fromCharCode` of eight numbers and more",
    next="Write the text.",
    check=_check,
)
