"""`js-busy-loop`: loops that nothing ends."""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile

_ENDS = (
    *("break_statement", "return_statement", "throw_statement"),
    *("await_expression", "yield_expression"),
)


def _check(source: ScriptFile) -> Iterator[Spot]:
    for kind in ("while_statement", "do_statement", "for_statement"):
        for one in source.nodes(kind):
            if _is_endless(one) and not any(one.find(kind=end) for end in _ENDS):
                yield source.spot(one, "Nothing ends this loop, and nothing lets others go on.")


def _is_endless(loop: SgNode) -> bool:
    condition = loop.field("condition")
    if condition is None:
        return loop.kind() == "for_statement"
    return condition.text().strip("(); ") in {"", "true", "1", "!0"}


RULE = Rule(
    id="js-busy-loop",
    group="malicious",
    about="script",
    levels=SUSPECT,
    looks_for="`while (true)` and `for (;;)` without `break`, `return`, `throw` or `await` in it",
    next="End it, or ask for a job in plugin.json.",
    check=_check,
    tiers=("sandboxed",),
)
