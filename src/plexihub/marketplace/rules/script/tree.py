"""A JavaScript or TypeScript file, parsed once by ast-grep's grammars.

The grammar goes on after what it does not understand, so nothing behind such a place is unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from ast_grep_py import SgNode, SgRoot

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import Spot

#: Nodes that give a name a meaning of the file's own, and the field that holds the name.
_BINDERS = {
    "variable_declarator": "name",
    "function_declaration": "name",
    "generator_function_declaration": "name",
    "class_declaration": "name",
    "required_parameter": "pattern",
    "optional_parameter": "pattern",
    "arrow_function": "parameter",
    "catch_clause": "parameter",
}
#: What the rules ask for.
_SORTED = (
    *("identifier", "property_identifier", "shorthand_property_identifier"),
    *("shorthand_property_identifier_pattern", "string_fragment", "array", "comment", "pair"),
    *("call_expression", "new_expression", "subscript_expression", "assignment_expression"),
    *("augmented_assignment_expression", "unary_expression", "import_statement"),
    *("export_statement", "import_clause", "formal_parameters", "method_definition"),
    *("while_statement", "do_statement", "for_statement", "with_statement"),
    *_BINDERS,
)
_NAMES = ("identifier", "shorthand_property_identifier_pattern")
_PATTERNS = ("identifier", "object_pattern", "array_pattern", "rest_pattern")
#: Nobody gives these another meaning for a good reason, so a declaration does not hide them.
_NEVER_MASKED = frozenset({"eval", "Function", "Deno", "globalThis", "Object", "Reflect"})
_GLOBAL_OBJECTS = frozenset({"globalThis", "self", "window", "global", "top", "parent", "frames"})
_WRAPPERS = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
    }
)
_MOST_DEPTH = 30


class ScriptFile:
    """One parsed file.

    Args:
        file: The file.
    """

    def __init__(self, file: File) -> None:
        self.file = file
        self.path = file.path
        self.text = file.text or ""
        self.root = SgRoot(self.text, file.language).root()
        self._kinds: dict[str, list[SgNode]] = {}

    def nodes(self, kind: str) -> list[SgNode]:
        """List every node of a kind of the grammar."""
        if not self._kinds:
            self._sort()
        if kind not in self._kinds:
            self._kinds[kind] = self.root.find_all(kind=kind)
        return self._kinds[kind]

    def _sort(self) -> None:
        """Walk the tree once for all kinds: one walk for each would take longer than parsing."""
        self._kinds = {kind: [] for kind in _SORTED}
        for one in self.root.find_all(any=[{"kind": kind} for kind in _SORTED]):
            self._kinds[one.kind()].append(one)

    def find(self, pattern: str) -> list[SgNode]:
        """List everything that fits a pattern of ast-grep's, such as `eval($$$)`."""
        return self.root.find_all(pattern=pattern)

    @cached_property
    def bound(self) -> frozenset[str]:
        """Names that the file gives a meaning of its own."""
        found: set[str] = set()
        for kind, field in _BINDERS.items():
            for one in self.nodes(kind):
                if (name := one.field(field)) is not None:
                    found |= _names_in(name)
        for one in self.nodes("import_clause"):
            found |= _names_in(one)
        for one in self.nodes("formal_parameters"):
            found |= _parameters(one)
        return frozenset(found - _NEVER_MASKED)

    @cached_property
    def identifiers(self) -> dict[str, list[SgNode]]:
        """Every name that stands by itself, by its text."""
        found: dict[str, list[SgNode]] = {}
        for one in self.nodes("identifier"):
            found.setdefault(one.text(), []).append(one)
        return found

    def globals(self, names: Collection[str]) -> Iterator[tuple[str, SgNode]]:
        """Give every place where one of the language's or the machine's own names is used."""
        for name in names:
            found = self.identifiers.get(name, [])
            if found and name not in self.bound:
                yield from ((name, one) for one in found)

    def calls(self, names: Collection[str]) -> Iterator[tuple[str, SgNode]]:
        """Give every call or `new` of one of these global names."""
        for name, node in self.globals(names):
            if (call := called_by(node)) is not None:
                yield name, call

    @cached_property
    def keys(self) -> dict[str, list[SgNode]]:
        """What is named after a dot, or in brackets by a constant text; by that name."""
        found: dict[str, list[SgNode]] = {}
        for one in self.nodes("property_identifier"):
            found.setdefault(one.text(), []).append(one)
        for one in self.nodes("subscript_expression"):
            index = one.field("index")
            if index is not None and (text := folded(index)) is not None:
                found.setdefault(text, []).append(index)
        return found

    def is_of_global_object(self, key: SgNode) -> bool:
        """Whether a key is one of the global object's: `globalThis.x`, `self["x"]`."""
        parent = key.parent()
        owner = parent.field("object") if parent is not None else None
        return owner is not None and self.is_global_object(owner)

    def is_global_object(self, node: SgNode) -> bool:
        """Whether an expression is the global object, by whichever name the file has for it."""
        name = bare(node).text()
        return name in self.other_globals or name in _GLOBAL_OBJECTS - self.bound

    @cached_property
    def other_globals(self) -> frozenset[str]:
        """Names that stand for the global object: `const g = globalThis as any`."""
        found = set()
        for one in self.nodes("variable_declarator"):
            name, value = one.field("name"), one.field("value")
            if name is None or value is None or name.kind() != "identifier":
                continue
            if bare(value).text() in _GLOBAL_OBJECTS - self.bound:
                found.add(name.text())
        return frozenset(found)

    @cached_property
    def imports(self) -> list[tuple[str, SgNode]]:
        """Every module that is imported by a constant text, and where."""
        found = []
        for kind in ("import_statement", "export_statement"):
            for one in self.nodes(kind):
                source = one.field("source")
                if source is not None and (text := folded(source)) is not None:
                    found.append((text, source))
        for one in self.nodes("call_expression"):
            name = one.field("function")
            if name is not None and name.kind() in {"import", "identifier"}:
                if name.text() not in {"import", "require"}:
                    continue
                first = argument(one)
                if first is not None and (text := folded(first)) is not None:
                    found.append((text, first))
        return found

    def spot(self, node: SgNode, message: str, **more: Any) -> Spot:
        """Say something about a node."""
        start = node.range().start
        return Spot(self.path, message, start.line + 1, start.column + 1, **more)


def _names_in(node: SgNode) -> set[str]:
    if node.kind() in _NAMES:
        return {node.text()}
    return {one.text() for kind in _NAMES for one in node.find_all(kind=kind)}


def _parameters(node: SgNode) -> set[str]:
    found: set[str] = set()
    for one in node.children():
        left = one.field("left") if one.kind() == "assignment_pattern" else one
        if left is not None and left.kind() in _PATTERNS:
            found |= _names_in(left)
    return found


def called_by(node: SgNode) -> SgNode | None:
    """Answer the call or `new` of what this node names; None where it is not called."""
    parent = node.parent()
    if parent is None or parent.kind() not in {"call_expression", "new_expression"}:
        return None
    callee = parent.field("function") or parent.field("constructor")
    is_callee = callee is not None and callee.range().start.index == node.range().start.index
    return parent if is_callee else None


def bare(node: SgNode) -> SgNode:
    """Answer an expression without brackets around it and without what is said of its type."""
    for _ in range(_MOST_DEPTH):
        if node.kind() not in _WRAPPERS:
            return node
        inner = [one for one in node.children() if one.is_named() and one.kind() != "comment"]
        if not inner:
            return node
        node = inner[0]
    return node


def argument(call: SgNode, at: int = 0) -> SgNode | None:
    """Answer one argument of a call; None where there are fewer."""
    given = call.field("arguments")
    if given is None or given.kind() != "arguments":
        return None
    plain = [one for one in given.children() if one.is_named() and one.kind() != "comment"]
    return plain[at] if at < len(plain) else None


def folded(node: SgNode, depth: int = 0) -> str | None:
    """Answer the text that an expression is, as far as constants alone say; None where not."""
    kind = node.kind()
    if depth > _MOST_DEPTH:
        return None
    if kind in {"string", "template_string"}:
        if node.find(kind="template_substitution") is not None:
            return None
        return unescaped(node.text()[1:-1])
    if kind == "parenthesized_expression":
        inner = node.child(1)
        return folded(inner, depth + 1) if inner is not None else None
    return _sum(node, depth) if kind == "binary_expression" else None


def _sum(node: SgNode, depth: int) -> str | None:
    left, right = node.field("left"), node.field("right")
    if left is None or right is None or "+" not in {one.kind() for one in node.children()}:
        return None
    first, second = folded(left, depth + 1), folded(right, depth + 1)
    return None if first is None or second is None else first + second


def unescaped(text: str) -> str:
    r"""Write a text of JavaScript's as it is meant: `\x65val` is `eval`."""
    if "\\" not in text:
        return text
    try:
        return text.encode("latin-1", "backslashreplace").decode("unicode_escape")
    except UnicodeDecodeError:
        return text
