"""`py-charcode`: texts put together from numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot

_LEAST = 8


def _check(source: PythonFile) -> Iterator[Spot]:
    for name, call in source.calls:
        if name in {"builtins.bytes", "builtins.bytearray"} and call.args:
            if _numbers(call.args[0]) >= _LEAST and _is_text(call.args[0]):
                yield source.spot(call, "A text is written as numbers here.")
        elif name == "builtins.map" and call.args and source.meant(call.args[0]) == "builtins.chr":
            yield source.spot(call, "A text is put together from numbers here.")
    made: list[ast.GeneratorExp | ast.ListComp] = [
        *source.nodes(ast.GeneratorExp),
        *source.nodes(ast.ListComp),
    ]
    for one in made:
        is_chr = isinstance(one.elt, ast.Call) and source.meant(one.elt.func) == "builtins.chr"
        if is_chr and any(_numbers(part.iter) >= _LEAST for part in one.generators):
            yield source.spot(one, "A text is put together from numbers here.")


def _numbers(node: ast.expr) -> int:
    if not isinstance(node, ast.List | ast.Tuple):
        return 0
    return sum(isinstance(one, ast.Constant) and isinstance(one.value, int) for one in node.elts)


def _is_text(node: ast.expr) -> bool:
    values = [one.value for one in getattr(node, "elts", ()) if isinstance(one, ast.Constant)]
    return all(isinstance(one, int) and (one in {9, 10, 13} or 32 <= one < 127) for one in values)  # noqa: PLR2004 - ASCII


RULE = Rule(
    id="py-charcode",
    group="obfuscation",
    about="python",
    levels=SUSPECT,
    looks_for="`chr` over a list of numbers, `bytes([...])` of a text",
    next="Write the text.",
    check=_check,
)
