"""`py-dynamic-name`: things that are found by a computed name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from plexihub.marketplace.rules.python.literal import folded
from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_TABLES = frozenset({"builtins.globals", "builtins.locals", "builtins.vars"})
_BY_NAME = frozenset({"operator.attrgetter", "operator.methodcaller"})
_GETTERS = frozenset({"builtins.getattr", "builtins.setattr"}) | _BY_NAME
#: Of a module, these are tables of all that is in it.
_DOORS = frozenset({"__dict__", "__getattribute__"})
_HIDDEN = frozenset(
    [
        "exec",
        "eval",
        "compile",
        "__import__",
        "system",
        "popen",
        "open",
        "getattr",
        "globals",
        "input",
        "breakpoint",
    ]
)


def _check(source: PythonFile) -> Iterator[Spot]:
    yield from _called(source)
    yield from _looked_up(source)
    yield from _passed_on(source)
    yield from _opened(source)


def _called(source: PythonFile) -> Iterator[Spot]:
    for name, call in source.calls:
        if name in _GETTERS:
            yield from _got(source, name, call)
        elif name == "builtins.vars" and call.args and _is_module(source, call.args[0]):
            yield source.spot(call, "vars of a module holds everything in it, by name.")


def _looked_up(source: PythonFile) -> Iterator[Spot]:
    for one in source.nodes(ast.Subscript):
        owner = one.value
        is_table = isinstance(owner, ast.Call) and source.meant(owner.func) in _TABLES
        is_called = not isinstance(one.ctx, ast.Load) or folded(one.slice) in _HIDDEN
        if is_table and (is_called or folded(one.slice) is None):
            yield source.spot(one, "A name is found or changed in a table of all names.")


def _opened(source: PythonFile) -> Iterator[Spot]:
    for door in source.nodes(ast.Attribute):
        if door.attr in _DOORS and _is_module(source, door.value):
            yield source.spot(door, f"{door.attr} of a module holds everything in it, by name.")
    for pattern in source.nodes(ast.MatchClass):
        if _HIDDEN.intersection(pattern.kwd_attrs):
            yield source.spot(pattern, "A pattern takes a hidden name out of an object.")


def _passed_on(source: PythonFile) -> Iterator[Spot]:
    """Find `getattr` that somebody else is to call: with which name, cannot be read."""
    plain = {id(one.func) for one in source.nodes(ast.Call)}
    plain |= {
        id(one.value)
        for one in source.nodes(ast.Assign)
        if all(isinstance(target, ast.Name) for target in one.targets)
    }
    for _, node in source.uses(("builtins.getattr",)):
        if id(node) not in plain:
            yield source.spot(node, "getattr is handed on, so what it reaches cannot be read.")


def _got(source: PythonFile, name: str, call: ast.Call) -> Iterator[Spot]:
    at = 0 if name in _BY_NAME else 1
    if any(isinstance(one, ast.Starred) for one in call.args[: at + 1]):
        yield source.spot(call, "Which name this reaches cannot be told from the source.")
    if len(call.args) <= at:
        return
    text, plain = folded(call.args[at]), isinstance(call.args[at], ast.Constant)
    if text in _HIDDEN and (at == 0 or not plain or _is_module(source, call.args[0])):
        yield source.spot(call, f"{text!r} is reached by its name, as a text.")
    elif text is None and at and _is_module(source, call.args[0]):
        yield source.spot(call, "Which part of a module this is cannot be told from the source.")


def _is_module(source: PythonFile, node: ast.expr) -> bool:
    name = source.meant(node)
    if name == "builtins":
        return True
    called = isinstance(node, ast.Call) and source.meant(node.func) == "builtins.__import__"
    return called or (name is not None and any(name == module for module, _ in source.imports()))


RULE = Rule(
    id="py-dynamic-name",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`getattr` on a module with a computed name, `globals()[...]`, `vars(...)[...]`:"
    " what is used cannot be read",
    next="Write the name.",
    check=_check,
    never_allowed=True,
)
