"""`py-bomb`: values that are made to fill the memory."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot

_MOST = 50_000_000
_ENOUGH = 10 * _MOST


def _check(source: PythonFile) -> Iterator[Spot]:
    for one in source.nodes(ast.BinOp):
        is_times = isinstance(one.op, ast.Mult)
        sides = [one.left, one.right] if is_times else []
        if any(map(_is_sequence, sides)) and any(_number(side) > _MOST for side in sides):
            yield source.spot(one, "This makes a value of more than 50 million parts.")


def _is_sequence(node: ast.expr) -> bool:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    return is_text or isinstance(node, ast.List | ast.Tuple)


def _number(node: ast.expr) -> int:
    """Answer a whole number that is written as one, or as `10**9`, `1 << 30`, `3 * 1024`."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, int) else 0
    if not isinstance(node, ast.BinOp):
        return 0
    left, right = _number(node.left), _number(node.right)
    if isinstance(node.op, ast.Mult):
        return min(left, _ENOUGH) * min(right, _ENOUGH)
    if isinstance(node.op, ast.Pow):
        return int(min(left, _ENOUGH) ** max(0, min(right, 64)))
    return min(left, _ENOUGH) << max(0, min(right, 64)) if isinstance(node.op, ast.LShift) else 0


RULE = Rule(
    id="py-bomb",
    group="malicious",
    about="python",
    levels=SUSPECT,
    looks_for="texts and lists multiplied by more than 50 million",
    next="Make no more than is used.",
    check=_check,
)
