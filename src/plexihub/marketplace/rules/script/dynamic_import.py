"""`js-dynamic-import`: modules whose name is computed."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile, argument, folded


def _check(source: ScriptFile) -> Iterator[Spot]:
    for one in source.nodes("call_expression"):
        callee = one.field("function")
        if callee is None or callee.kind() != "import":
            continue
        first = argument(one)
        if first is None or first.kind() == "binary_expression" or folded(first) is None:
            yield source.spot(one, "Which module this loads cannot be read.")


RULE = Rule(
    id="js-dynamic-import",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`import(...)` of anything but a plain text",
    next='Write `import("./part.ts")`, or import it at the top.',
    check=_check,
    never_allowed=True,
)
