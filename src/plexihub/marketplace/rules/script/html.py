"""`js-html`: text that becomes part of a page."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import Rule, Spot, levels
from plexihub.marketplace.rules.script.tree import ScriptFile, folded

_ASSIGNED = frozenset({"innerHTML", "outerHTML", "srcdoc"})
_CALLED = ("insertAdjacentHTML", "setHTMLUnsafe")


def _check(source: ScriptFile) -> Iterator[Spot]:
    for one in source.nodes("assignment_expression"):
        left, right = one.field("left"), one.field("right")
        key = left.field("property") if left is not None else None
        is_assigned = key is not None and key.text() in _ASSIGNED
        if is_assigned and key is not None and right is not None and folded(right) is None:
            yield source.spot(one, f"What is assigned to {key.text()} runs as a page's part.")
    for name in _CALLED:
        for key in source.keys.get(name, ()):
            yield source.spot(key, f"What {name} is given runs as a page's part.")


RULE = Rule(
    id="js-html",
    group="weakness",
    about="script",
    levels=levels("warning", "off", "warning"),
    looks_for="`innerHTML` and its kin with a computed text: what people wrote could run",
    next="Use textContent, or lit's html.",
    check=_check,
    tiers=("trusted",),
)
