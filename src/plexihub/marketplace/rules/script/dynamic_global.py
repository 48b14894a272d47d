"""`js-dynamic-global`: global names that are computed."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile, folded


def _check(source: ScriptFile) -> Iterator[Spot]:
    for one in source.nodes("subscript_expression"):
        owner, index = one.field("object"), one.field("index")
        if owner is None or index is None or not source.is_global_object(owner):
            continue
        if folded(index) is None or index.kind() == "binary_expression":
            yield source.spot(one, "Which global name this is cannot be read.")
    for one in source.find("Reflect.get($OWNER, $$$)"):
        owner = one.get_match("OWNER")
        if owner is not None and source.is_global_object(owner):
            yield source.spot(one, "A global name is reached by a computed one.")


RULE = Rule(
    id="js-dynamic-global",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for='`globalThis[name]`, `self["ev" + "al"]`, `Reflect.get(globalThis, ...)`',
    next="Write the name.",
    check=_check,
    never_allowed=True,
)
