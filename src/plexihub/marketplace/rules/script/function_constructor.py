"""`js-function-constructor`: functions made of text."""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile, argument, bare

_FUNCTIONS = frozenset(
    {
        "arrow_function",
        "function_expression",
        "function",
        "generator_function",
        "generator_function_declaration",
    }
)
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
    yield from _taken_out(source)
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


def _taken_out(source: ScriptFile) -> Iterator[Spot]:
    """Find what makes functions taken out of one: `const make = (() => {}).constructor`."""
    for pattern in source.nodes("object_pattern"):
        value = _value_of(pattern)
        if value is None:
            continue
        for key in _names_of(pattern):
            is_made = key.text() == "constructor" and value.kind() in _FUNCTIONS
            if is_made or (key.text() == "Function" and source.is_global_object(value)):
                yield source.spot(key, "What makes code out of text is taken out of a value.")
    for member in source.nodes("member_expression"):
        owner, name = member.field("object"), member.field("property")
        if owner is None or name is None or name.text() != "constructor":
            continue
        if bare(owner).kind() in _FUNCTIONS or _is_prototype_of_function(bare(owner)):
            yield source.spot(name, "The constructor of a function makes code out of text.")


def _value_of(pattern: SgNode) -> SgNode | None:
    parent = pattern.parent()
    value = parent.field("value") or parent.field("right") if parent is not None else None
    return None if value is None else bare(value)


def _names_of(pattern: SgNode) -> list[SgNode]:
    kinds = ("shorthand_property_identifier_pattern", "property_identifier")
    return [one for kind in kinds for one in pattern.find_all(kind=kind)]


def _is_prototype_of_function(node: SgNode) -> bool:
    """Whether it is `Object.getPrototypeOf(async function () {})`, or `Reflect`'s."""
    callee = node.field("function") if node.kind() == "call_expression" else None
    if callee is None or not callee.text().endswith(".getPrototypeOf"):
        return False
    first = argument(node)
    return first is not None and bare(first).kind() in _FUNCTIONS


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
