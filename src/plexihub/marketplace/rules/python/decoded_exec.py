"""`py-decoded-exec`: code that is unpacked and run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_RUN = frozenset({"builtins.exec", "builtins.eval", "builtins.compile"})
_UNPACK = ("base64.", "zlib.", "bz2.", "lzma.", "gzip.", "codecs.", "binascii.", "marshal.")
_METHODS = frozenset({"fromhex", "translate", "b64decode", "decompress", "unhexlify", "a85decode"})


def _check(source: PythonFile) -> Iterator[Spot]:
    unpacked = {
        target.id
        for one in source.nodes(ast.Assign)
        if _unpacks(source, one.value)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    for name, call in source.calls:
        if name in _RUN and call.args and _unpacks(source, call.args[0], unpacked):
            yield source.spot(call, "What is unpacked here is run as code.")


def _unpacks(
    source: PythonFile, node: ast.expr, names: set[str] | frozenset[str] = frozenset()
) -> bool:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in names:
            return True
        if isinstance(one, ast.Call):
            meant = source.meant(one.func) or ""
            method = one.func.attr if isinstance(one.func, ast.Attribute) else ""
            if meant.startswith(_UNPACK) or method in _METHODS or meant == "builtins.chr":
                return True
    return False


RULE = Rule(
    id="py-decoded-exec",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`exec` of what base64, zlib, hexadecimal digits or `chr` make: hidden code",
    next="Write the code itself.",
    check=_check,
    never_allowed=True,
)
