"""`js-cookie`: what browsers keep for the person."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile


def _check(source: ScriptFile) -> Iterator[Spot]:
    for key in source.keys.get("cookie", ()):
        member = key.parent()
        owner = member.field("object") if member is not None else None
        if owner is not None and owner.text().split(".")[-1] == "document":
            yield source.spot(key, "document.cookie holds other people's sessions.")


RULE = Rule(
    id="js-cookie",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`document.cookie`",
    next="Keep values with plugin.api.storage.",
    check=_check,
    never_allowed=True,
)
