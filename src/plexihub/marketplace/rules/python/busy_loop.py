"""`py-busy-loop`: loops that nothing ends."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot

_ENDS = (ast.Break, ast.Return, ast.Raise, ast.Await, ast.Yield, ast.YieldFrom, ast.AsyncFor)


def _check(source: PythonFile) -> Iterator[Spot]:
    for one in source.nodes(ast.While):
        is_endless = isinstance(one.test, ast.Constant) and bool(one.test.value)
        if is_endless and not any(isinstance(inner, _ENDS) for inner in ast.walk(one)):
            yield source.spot(one, "Nothing ends this loop, and nothing lets others go on.")


RULE = Rule(
    id="py-busy-loop",
    group="malicious",
    about="python",
    levels=SUSPECT,
    looks_for="`while True` without `break`, `return`, `raise` or `await` in it",
    next="End it, or ask for a job in plugin.json.",
    check=_check,
    tiers=("sandboxed",),
)
