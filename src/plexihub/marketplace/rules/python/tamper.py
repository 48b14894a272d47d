"""`py-tamper`: another meaning for parts of Python or the SDK that others use."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_SHARED = [
    "builtins",
    "plexihub_sdk",
    "plexihub",
    "sys",
    "asyncio",
    "json",
    "hashlib",
    "hmac",
    "secrets",
    "random",
    "types",
    "typing",
    "importlib",
    "contextvars",
    "threading",
    "logging.Logger",
    "datetime.datetime",
    "time",
]
_SETTERS = frozenset({"builtins.setattr", "builtins.delattr", "unittest.mock.patch.object"})


def _check(source: PythonFile) -> Iterator[Spot]:
    if source.file.is_test:
        return
    for one in source.nodes(ast.Attribute):
        if isinstance(one.ctx, ast.Store | ast.Del) and (owner := _shared(source, one.value)):
            yield source.spot(one, f"{owner}.{one.attr} is changed for everybody.")
    for name, call in source.calls:
        if name in _SETTERS and call.args and (owner := _shared(source, call.args[0])):
            yield source.spot(call, f"Something of {owner} is changed for everybody.")


def _shared(source: PythonFile, node: ast.expr) -> str:
    name = source.meant(node) or ""
    module = name if name in _SHARED or name.startswith("plexihub_sdk.") else ""
    return module if not module.startswith("plexihub_sdk.sandbox") else ""


RULE = Rule(
    id="py-tamper",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="assignments to attributes of Python's own modules and of the SDK",
    next="Wrap what you need in a function of your own.",
    check=_check,
    never_allowed=True,
)
