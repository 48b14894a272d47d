"""`js-global-tamper`: another meaning for names that others use."""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.prototype import BUILT_IN
from plexihub.marketplace.rules.script.tree import ScriptFile, argument

_GLOBAL = frozenset({"globalThis", "self", "window", "global"})
_SHARED = BUILT_IN | {"console", "crypto", "performance", "fetch", "plugin", "structuredClone"}
_LANGUAGE = frozenset({"eval", "setTimeout", "setInterval", "atob", "btoa", "URL", "Headers"})
_CHANGERS = frozenset(
    f"{owner}.{verb}"
    for owner in ("Object", "Reflect")
    for verb in ("assign", "defineProperty", "defineProperties", "setPrototypeOf", "set")
)
_WRITES = ("assignment_expression", "augmented_assignment_expression")


def _check(source: ScriptFile) -> Iterator[Spot]:
    shared = (_SHARED | _GLOBAL) - source.bound
    yield from _written(source, shared)
    yield from _handed(source, shared)


def _written(source: ScriptFile, shared: frozenset[str]) -> Iterator[Spot]:
    for kind in _WRITES:
        for one in source.nodes(kind):
            left = one.field("left")
            if left is not None and _owner(left, shared) in shared:
                yield source.spot(one, f"{left.text()[:60]} is changed for everybody.")
    for one in source.nodes("unary_expression"):
        inner = one.field("argument")
        is_deleted = one.text().startswith("delete") and inner is not None
        if is_deleted and inner is not None and _owner(inner, shared) in shared:
            yield source.spot(one, f"{inner.text()[:60]} is taken from everybody.")


def _handed(source: ScriptFile, shared: frozenset[str]) -> Iterator[Spot]:
    for one in source.nodes("call_expression"):
        callee, first = one.field("function"), argument(one)
        is_changer = callee is not None and callee.text() in _CHANGERS
        if is_changer and first is not None and first.text() in shared:
            yield source.spot(one, f"{first.text()} is changed for everybody.")


def _owner(left: SgNode, shared: frozenset[str]) -> str:
    """Answer whose part is written; the name itself where a whole name is.

    A new name on the global object is nobody's but the plugin's, which has its process alone.
    """
    if left.kind() == "identifier":
        return left.text()
    owner, key = left.field("object"), left.field("property")
    if owner is None:
        return ""
    if owner.text() in _GLOBAL and key is not None:
        return owner.text() if key.text() in shared | _LANGUAGE else ""
    return owner.text()


RULE = Rule(
    id="js-global-tamper",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="assignments to `globalThis`, `JSON`, `console`, `crypto` and other shared objects,"
    " and deleting parts of them",
    next="Keep it in a variable of your own.",
    check=_check,
    tiers=("sandboxed",),
    never_allowed=True,
)
