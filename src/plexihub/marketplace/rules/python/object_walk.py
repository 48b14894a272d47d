"""`py-object-walk`: from any object to everything, through Python's own hooks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

#: By these a plain value leads to code and variables that it was never given.
DOORS = frozenset(
    [
        "__subclasses__",
        "__globals__",
        "__builtins__",
        "__code__",
        "__closure__",
        "cell_contents",
        "__loader__",
        "f_globals",
        "f_builtins",
        "f_locals",
        "f_back",
        "f_code",
        "tb_frame",
        "tb_next",
        "gi_frame",
        "gi_code",
        "cr_frame",
        "cr_code",
        "ag_frame",
        "ag_code",
        "func_globals",
        "__reduce_ex__",
        "__kwdefaults__",
    ]
)
#: `"{0.__init__.__globals__}".format(x)` walks as far as attributes do.
_IN_FORMAT = re.compile(rf"\{{[^{{}}]{{0,200}}\.({'|'.join(sorted(DOORS))})\b")


def _check(source: PythonFile) -> Iterator[Spot]:
    for one in source.nodes(ast.Attribute):
        if one.attr in DOORS:
            yield source.spot(one, f"{one.attr} leads out of the object to other code.")
    for text, node in source.texts:
        if text in DOORS and text.startswith("__"):
            yield source.spot(node, f"{text!r} is the name of a way out of the object.")
        elif (field := _IN_FORMAT.search(text)) is not None:
            yield source.spot(node, f"A text to be filled reads {field[1]} of what is put in.")
    for name in source.nodes(ast.Name):
        if name.id in {"__builtins__", "__loader__", "__spec__"}:
            yield source.spot(name, f"{name.id} leads to everything Python has.")


RULE = Rule(
    id="py-object-walk",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`__subclasses__`, `__globals__`, `__code__`, frames' variables and other ways from"
    " one object to everything, as attributes or as texts that are put together",
    next="Use the object by its public methods.",
    check=_check,
    tiers=("sandboxed",),
    never_allowed=True,
)
