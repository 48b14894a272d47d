"""`js-function-constructor`: functions made of text."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile

_CALLS = frozenset({"call_expression", "new_expression"})


def _check(source: ScriptFile) -> Iterator[Spot]:
    for _, node in source.globals(("Function", "AsyncFunction", "GeneratorFunction")):
        parent = node.parent()
        # `x instanceof Function` asks, and `Function.prototype` is a matter of another rule.
        asks = parent is not None and parent.kind() in {"binary_expression", "member_expression"}
        if not asks:
            yield source.spot(node, "Function makes code out of text.")
    for key in source.keys.get("Function", ()):
        if source.is_of_global_object(key):
            yield source.spot(key, "Function makes code out of text.")
    for key in source.keys.get("constructor", ()):
        member = key.parent()
        user = member.parent() if member is not None else None
        if member is None or user is None or member.kind() == "pair":
            continue
        callee = user.field("function") or user.field("constructor")
        is_called = user.kind() in _CALLS and callee is not None and callee.text() == member.text()
        name = user.field("property") or user.field("index")
        is_chained = name is not None and name.text().strip("'\"`") == "constructor"
        if is_chained or (is_called and not member.text().startswith("this.")):
            yield source.spot(key, "A constructor that is reached from a value makes code of text.")


RULE = Rule(
    id="js-function-constructor",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`Function(...)`, `new Function`, `x.constructor.constructor(...)`: text run as code",
    next="Write the function.",
    check=_check,
    never_allowed=True,
)
