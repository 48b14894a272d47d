"""What scripts use of the hub, for the rules about permissions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ast_grep_py import SgNode

from plexihub.marketplace.rules.bundle import Use
from plexihub.marketplace.rules.script.tree import ScriptFile, argument, called_by, folded
from plexihub_sdk.api import API
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import SANDBOX_HOOKS
from plexihub_sdk.offers import HANDLERS


def _camel(path: str) -> str:
    head, *rest = path.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


PATHS: Mapping[str, str] = {_camel(one.path): one.path for one in API}
#: How those paths end.
_LAST = frozenset(path.rpartition(".")[2] for path in PATHS)
_HOOKS = frozenset({*SANDBOX_HOOKS, *HANDLERS, *HEARD})
_SHORT = 40
_MOST_PARTS = 12


def note_script(use: Use, source: ScriptFile) -> None:
    """Note what one file uses."""
    if source.file.is_test:
        return
    use.words |= source.keys.keys()
    for kind in ("string_fragment", "shorthand_property_identifier_pattern"):
        use.words |= {text for one in source.nodes(kind) if len(text := one.text()) < _SHORT}
    holders = _holders(source)
    for one in _members(source, _LAST):
        if path := _path(one, holders):
            use.api.setdefault(path, _place(source, one))
    for callee, call in _called(source, holders):
        use.api.setdefault(callee, _place(source, call))
    _note_handlers(use, source)
    use.hosts += _addresses(source, holders)


def _members(source: ScriptFile, names: Iterable[str]) -> Iterator[SgNode]:
    """Give what ends in one of these names; most of a large file does not."""
    for name in names:
        for key in source.keys.get(name, ()):
            member = key.parent()
            if member is not None and member.kind() == "member_expression":
                yield member


def _called(source: ScriptFile, holders: Mapping[str, str]) -> Iterator[tuple[str, SgNode]]:
    """Give the calls of methods that have a name of their own by now."""
    for name, below in holders.items():
        path = PATHS.get(below, "")
        for one in source.identifiers.get(name, ()) if path else ():
            if (call := called_by(one)) is not None:
                yield path, call


def _place(source: ScriptFile, node: SgNode) -> tuple[str, int, int]:
    start = node.range().start
    return source.path, start.line + 1, start.column + 1


def _note_handlers(use: Use, source: ScriptFile) -> None:
    for kind in ("pair", "method_definition"):
        for one in source.nodes(kind):
            key = one.field("key") or one.field("name")
            name = (folded(key) or key.text()) if key is not None else ""
            if name in _HOOKS:
                use.handlers.setdefault(name, _place(source, one))


def _holders(source: ScriptFile) -> dict[str, str]:
    """Names that stand for `plugin.api` or a part of it, by a declaration or by their own name."""
    found = {"api": ""}
    if "fetch" not in source.bound:
        found["fetch"] = "fetch"  # the sandbox's own `fetch` is that of plugin.api
    for one in source.nodes("variable_declarator"):
        name, value = one.field("name"), one.field("value")
        parts = _parts(value) if value is not None else []
        if name is None or "api" not in parts:
            continue
        below = ".".join(parts[parts.index("api") + 1 :])
        if name.kind() == "identifier":
            found[name.text()] = below
        for inner in name.find_all(kind="shorthand_property_identifier_pattern"):
            found[inner.text()] = ".".join(filter(None, [below, inner.text()]))
    return found


def _parts(node: SgNode | None) -> list[str]:
    parts: list[str] = []
    while node is not None and node.kind() in {"member_expression", "non_null_expression"}:
        if len(parts) > _MOST_PARTS:
            return []
        if node.kind() == "member_expression":
            key = node.field("property")
            parts.append(key.text() if key is not None else "")
            node = node.field("object")
        else:
            node = node.child(0)
    if node is not None and node.kind() in {"identifier", "this"}:
        parts.append(node.text())
    return parts[::-1]


def _path(node: SgNode, holders: Mapping[str, str]) -> str:
    """Answer the path below `plugin.api`, as Python spells it; empty where it is none."""
    parts = _parts(node)
    if "api" in parts[:-1]:
        path = ".".join(parts[parts.index("api") + 1 :])
    elif parts and parts[0] in holders and len(parts) > 1:
        path = ".".join(filter(None, [holders[parts[0]], *parts[1:]]))
    else:
        return ""
    return PATHS.get(path, "")


def _addresses(
    source: ScriptFile, holders: Mapping[str, str]
) -> Iterator[tuple[str, str, int, int]]:
    named = [call for path, call in _called(source, holders) if path == "fetch"]
    members = [one for one in _members(source, ("fetch",)) if _path(one, holders) == "fetch"]
    calls = [call for one in members if (call := called_by(one)) is not None]
    for call in (*named, *calls):
        first = argument(call)
        url = (folded(first) or _beginning(first)) if first is not None else ""
        if url:
            yield url, *_place(source, call)


def _beginning(node: SgNode) -> str:
    """Answer how an address begins whose end is computed."""
    if node.kind() == "template_string":
        first = node.child(1)
        is_text = first is not None and first.kind() == "string_fragment"
        return first.text() if is_text and first is not None else ""
    if node.kind() == "binary_expression":
        left = node.field("left")
        return (folded(left) or "") if left is not None else ""
    return ""
