"""What Python code uses of the hub, for the rules about permissions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from plexihub.marketplace.rules.bundle import Use
from plexihub.marketplace.rules.python.literal import folded
from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub_sdk.api import API
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import SANDBOX_HOOKS
from plexihub_sdk.offers import HANDLERS

PATHS: frozenset[str] = frozenset(one.path for one in API)


def _snake(name: str) -> str:
    text = "".join(f"_{one.lower()}" if one.isupper() else one for one in name)
    return text.replace(".", "_").lstrip("_")


#: A function's name to the hook that it is.
_HANDLERS: Mapping[str, str] = {
    **{_snake(name): name for name in (*SANDBOX_HOOKS, *HANDLERS)},
    **{f"on_{_snake(name)}": name for name in HEARD},
}


def note_python(use: Use, source: PythonFile) -> None:
    """Note what one file uses."""
    if source.file.is_test:
        return
    holders = _holders(source)
    for one in source.nodes(ast.Attribute):
        use.words.add(one.attr)
        if path := _path(one, holders):
            use.api.setdefault(path, (source.path, one.lineno, one.col_offset + 1))
    use.words |= {text for text, _ in source.texts if len(text) < 40}  # noqa: PLR2004 - a name
    for function in source.functions:
        if function.name in _HANDLERS:
            place = (source.path, function.lineno, function.col_offset + 1)
            use.handlers.setdefault(_HANDLERS[function.name], place)
    use.hosts += _addresses(source, holders)


def _holders(source: PythonFile) -> dict[str, str]:
    """Names that stand for `plugin.api` or a part of it, by assignment or by their own name."""
    found = {"api": ""}
    for one in source.nodes(ast.Assign):
        parts = _parts(one.value)
        if "api" in parts[:-1] or parts[-1:] == ["api"]:
            below = ".".join(parts[parts.index("api") + 1 :])
            found |= {target.id: below for target in one.targets if isinstance(target, ast.Name)}
    return found


def _parts(node: ast.expr) -> list[str]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return parts[::-1]


def _path(node: ast.expr, holders: Mapping[str, str]) -> str:
    """Answer the path below `plugin.api`; empty where it is none."""
    parts = _parts(node)
    if "api" in parts[:-1]:
        path = ".".join(parts[parts.index("api") + 1 :])
    elif parts and parts[0] in holders and len(parts) > 1:
        path = ".".join(filter(None, [holders[parts[0]], *parts[1:]]))
    else:
        return ""
    return path if path in PATHS else ""


def _addresses(
    source: PythonFile, holders: Mapping[str, str]
) -> Iterator[tuple[str, str, int, int]]:
    for one in source.nodes(ast.Call):
        if one.args and _path(one.func, holders) == "fetch":
            url = folded(one.args[0]) or _beginning(one.args[0])
            if url:
                yield url, source.path, one.lineno, one.col_offset + 1


def _beginning(node: ast.expr) -> str:
    """Answer how an address begins whose end is computed."""
    if isinstance(node, ast.JoinedStr) and node.values:
        return folded(node.values[0]) or ""
    if isinstance(node, ast.BinOp):
        return folded(node.left) or ""
    return ""
