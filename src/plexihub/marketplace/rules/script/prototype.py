"""`js-prototype`: another meaning for everybody's objects."""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile, argument

BUILT_IN = frozenset(
    [
        "Object",
        "Array",
        "Function",
        "String",
        "Number",
        "Boolean",
        "Symbol",
        "Promise",
        "RegExp",
        "Map",
        "Set",
        "WeakMap",
        "WeakSet",
        "Date",
        "Error",
        "JSON",
        "Math",
        "Reflect",
        "Proxy",
        "ArrayBuffer",
        "Uint8Array",
        "Iterator",
    ]
)
_CHANGERS = frozenset({"defineProperty", "defineProperties", "assign", "setPrototypeOf"})
_OLD = ("__defineGetter__", "__defineSetter__")
_WRITES = frozenset({"assignment_expression", "augmented_assignment_expression"})


def _check(source: ScriptFile) -> Iterator[Spot]:
    for key in source.keys.get("__proto__", ()):
        member = key.parent()
        if member is not None and member.kind() in {"member_expression", "subscript_expression"}:
            yield source.spot(key, "__proto__ reaches what every object shares.")
    for name in _OLD:
        for key in source.keys.get(name, ()):
            yield source.spot(key, f"{name} changes objects behind the back of their owners.")
    for key in source.keys.get("prototype", ()):
        if _is_of_built_in(key) and _is_changed(key):
            yield source.spot(key, "A built-in prototype is changed for everybody.")


def _is_of_built_in(key: SgNode) -> bool:
    member = key.parent()
    owner = member.field("object") if member is not None else None
    return owner is not None and owner.text().split(".")[-1] in BUILT_IN


def _is_changed(key: SgNode) -> bool:
    """Whether the prototype, or a field of it, is assigned to or handed to what changes it."""
    node = key.parent()
    end = node.range().end.index if node is not None else 0
    for _ in range(4):
        above = node.parent() if node is not None else None
        if node is None or above is None:
            return False
        left = above.field("left")
        if above.kind() in _WRITES:
            return left is not None and left.range().end.index >= end
        if above.kind() == "arguments":
            return _is_first_of_changer(above, node)
        if above.kind() not in {"member_expression", "subscript_expression", "unary_expression"}:
            return False
        node = above
    return False


def _is_first_of_changer(given: SgNode, node: SgNode) -> bool:
    call = given.parent()
    callee = call.field("function") if call is not None else None
    first = argument(call) if call is not None else None
    is_first = first is not None and first.range().start.index == node.range().start.index
    return is_first and callee is not None and callee.text().split(".")[-1] in _CHANGERS


RULE = Rule(
    id="js-prototype",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`__proto__`, assignments to `Object.prototype` and other built-in prototypes",
    next="Use a Map, Object.create(null), or a class of your own.",
    check=_check,
    never_allowed=True,
)
