"""A Python file, parsed once: its nodes by kind, and what its names stand for.

Names are followed through imports and plain assignments (`run = os.system`), so that another
spelling of the same thing is the same thing. What computes a name at run time is a finding of its
own (`py-dynamic-name`), not followed.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TypeVar

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.python.literal import folded
from plexihub.marketplace.rules.rule import Spot

_N = TypeVar("_N", bound=ast.AST)
#: An assignment to such a name does not make it another: `if False: exec = None` would hide it.
_NEVER_MASKED = frozenset({"exec", "eval", "__import__", "__builtins__"})
_BUILTINS = frozenset(dir(builtins))
_MOST_PASSES = 3


def _modules_within(name: str) -> Iterator[str]:
    """Give what a name is by itself that is reached through what another module imported.

    `logging.os.system` and `random._os.system` are `os.system`.
    """
    first, *parts = name.split(".")
    if first not in sys.stdlib_module_names:
        return
    for at, part in enumerate(parts[:-1]):
        if (bare := part.lstrip("_")) in sys.stdlib_module_names:
            yield ".".join((bare, *parts[at + 1 :]))


class PythonFile:
    """One parsed file.

    Args:
        file: The file.
        own_modules: What the package itself can be asked to import.

    Raises:
        SyntaxError: It is no Python.
        RecursionError: It is nested too deeply to be parsed.
        MemoryError: The same.
        ValueError: It holds a NUL.
    """

    def __init__(self, file: File, own_modules: frozenset[str] = frozenset()) -> None:
        self.file = file
        self.path = file.path
        self.own_modules = own_modules
        # Warnings about escapes in strings are for whoever runs it.
        self.tree = ast.parse(file.text or "")
        self._nodes: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self._walk()

    def _walk(self) -> None:
        stack: list[ast.AST] = [self.tree]
        while stack:
            node = stack.pop()
            self._nodes[node.__class__].append(node)
            for name in node._fields:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    stack += [one for one in value if isinstance(one, ast.AST)]
                elif isinstance(value, ast.AST):
                    stack.append(value)

    def nodes(self, kind: type[_N]) -> list[_N]:
        """List every node of exactly this kind."""
        return self._nodes.get(kind, [])  # type: ignore[return-value]

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """List every function, of whichever kind."""
        return [*self.nodes(ast.FunctionDef), *self.nodes(ast.AsyncFunctionDef)]

    @cached_property
    def bound(self) -> frozenset[str]:
        """Names that the file gives a meaning of its own."""
        defined = {one.name for one in self.functions}
        defined |= {one.name for one in self.nodes(ast.ClassDef)}
        stored = {one.id for one in self.nodes(ast.Name) if isinstance(one.ctx, ast.Store)}
        given = {one.arg for one in self.nodes(ast.arg)}
        return frozenset((defined | stored | given) - _NEVER_MASKED)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """What imported and assigned names stand for, with dots."""
        found: dict[str, str] = {}
        for one in self.nodes(ast.Import):
            for name in one.names:
                root = name.name.partition(".")[0]
                found[name.asname or root] = name.name if name.asname else root
        for source in self.nodes(ast.ImportFrom):
            module = "." * source.level + (source.module or "")
            for name in source.names:
                found[name.asname or name.name] = f"{module}.{name.name}"
        self._follow(found)
        return found

    def _follow(self, found: dict[str, str]) -> None:
        for _ in range(_MOST_PASSES):
            before = len(found)
            for one in self.nodes(ast.Assign):
                meant = self._meant(one.value, found)
                for target in one.targets:
                    if isinstance(target, ast.Name) and meant and target.id not in found:
                        found[target.id] = meant
            if len(found) == before:
                return

    def _meant(self, node: ast.AST, known: dict[str, str]) -> str | None:
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        root = known.get(node.id)
        if root is None:
            if node.id not in _BUILTINS or node.id in self.bound:
                return None
            root = f"builtins.{node.id}" if node.id != "__builtins__" else "builtins"
        return ".".join([root, *reversed(parts)])

    def meant(self, node: ast.AST) -> str | None:
        """Tell what a name or a chain of attributes stands for; None where nobody can tell."""
        return self._meant(node, self.aliases)

    @cached_property
    def references(self) -> dict[str, list[ast.expr]]:
        """Everything that is read under a known name, by that name."""
        found: dict[str, list[ast.expr]] = defaultdict(list)
        named: list[ast.Name | ast.Attribute] = [*self.nodes(ast.Name), *self.nodes(ast.Attribute)]
        for one in named:
            if isinstance(one.ctx, ast.Load) and (name := self.meant(one)):
                found[name].append(one)
                for inner in _modules_within(name):
                    found[inner].append(one)
        return found

    def uses(self, names: Collection[str]) -> Iterator[tuple[str, ast.expr]]:
        """Give every place where one of these is read, called or not.

        Args:
            names: With dots; one that ends in `.` stands for everything below it.
        """
        exact = {one for one in names if not one.endswith(".")}
        below = tuple(one for one in names if one.endswith("."))
        for name, nodes in self.references.items():
            if name in exact or name.startswith(below or "\0"):
                for node in nodes:
                    yield name, node

    @cached_property
    def calls(self) -> list[tuple[str, ast.Call]]:
        """Every call of something with a known name."""
        return [(name, one) for one in self.nodes(ast.Call) if (name := self.meant(one.func))]

    def imports(self) -> Iterator[tuple[str, ast.stmt]]:
        """Give the full name of everything that is imported from elsewhere, and where."""
        for one in self.nodes(ast.Import):
            yield from ((name.name, one) for name in one.names)
        for source in self.nodes(ast.ImportFrom):
            if not source.level and source.module:
                yield source.module, source
                yield from ((f"{source.module}.{name.name}", source) for name in source.names)

    @cached_property
    def texts(self) -> list[tuple[str, ast.expr]]:
        """Every text that stands in the file or is put together from constants."""
        found: list[tuple[str, ast.expr]] = []
        for kind in (ast.Constant, ast.BinOp, ast.JoinedStr, ast.Call, ast.Subscript):
            for one in self.nodes(kind):
                text = folded(one)
                if text is not None:
                    found.append((text, one))
        return found

    @cached_property
    def guarded(self) -> frozenset[int]:
        """Lines of imports that stand in a `try` whose failure is expected."""
        lines: set[int] = set()
        for one in self.nodes(ast.Try):
            names = {self._caught(handler.type) for handler in one.handlers}
            if names & {"ImportError", "ModuleNotFoundError", "Exception", ""}:
                lines |= {inner.lineno for statement in one.body for inner in ast.walk(statement)
                          if isinstance(inner, ast.Import | ast.ImportFrom)}  # fmt: skip
        for test in self.nodes(ast.If):
            if isinstance(test.test, ast.Name | ast.Attribute):
                name = test.test.id if isinstance(test.test, ast.Name) else test.test.attr
                if name == "TYPE_CHECKING":
                    lines |= {one.lineno for one in test.body}
        return frozenset(lines)

    @staticmethod
    def _caught(kind: ast.expr | None) -> str:
        if isinstance(kind, ast.Tuple) and kind.elts:
            kind = kind.elts[0]
        return "" if kind is None else getattr(kind, "id", getattr(kind, "attr", "other"))

    def spot(self, node: ast.AST, message: str) -> Spot:
        """Say something about a node."""
        line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", -1) + 1
        return Spot(self.path, message, line, column)
