"""Which version of the plugin API a plugin's code really uses, against what its manifest says.

Read from syntax trees, never by running anything: calls below `plugin.api`, in Python by `ast`, in
TypeScript and JavaScript by ast-grep; and the hooks that the manifest names. What is reached by a
name that is made at run time is not seen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ast_grep_py import SgRoot

from plexihub_sdk.api import API
from plexihub_sdk.api_version import API_VERSION, Version, least_of, version_of
from plexihub_sdk.manifest import Manifest

_SCRIPTS = {
    ".ts": "typescript",
    ".mts": "typescript",
    ".tsx": "tsx",
    ".js": "javascript",
    ".mjs": "javascript",
    ".jsx": "javascript",
}
#: Larger files are bundles of others' code, which the packer made.
_MOST_BYTES = 2 * 1024 * 1024


def _camel(path: str) -> str:
    first, *rest = path.split("_")
    return first + "".join(word.capitalize() for word in rest)


#: By its path under `plugin.api`, as each language spells it: since which version it is there.
SINCE: Mapping[str, str] = {
    spelled: method.since for method in API for spelled in (method.path, _camel(method.path))
}


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a plugin uses the API.

    Args:
        path: Such as `storage.mine.get`.
        since: The version in which it came.
        file: Where.
        line: And on which line, from 1.
    """

    path: str
    since: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Need:
    """What a plugin needs of the API.

    Args:
        minimum: The lowest version that has everything it uses.
        says: What the manifest says.
        beyond: What is used and is not in the lowest version that the manifest admits.
    """

    minimum: str
    says: int | str
    beyond: tuple[Use, ...]

    def messages(self) -> list[str]:
        """Say what does not fit, one sentence a use."""
        return [
            f"uses `{use.path}`, there since {use.since}; the manifest says {self.says!r}"
            for use in self.beyond
        ]


def needed(folder: Path, manifest: Manifest, since: Mapping[str, str] = SINCE) -> Need:
    """Tell which version of the API a plugin needs; blocks.

    Args:
        folder: Its files.
        manifest: What it says.
        since: When each method came, by its path.
    """
    uses = list(uses_of(folder, since))
    floor: Version = least_of(manifest.api)
    beyond = tuple(use for use in uses if version_of(use.since) > floor)
    versions = [version_of(use.since) for use in uses]
    major = version_of(API_VERSION)[0]
    minimum = max(versions, default=(major, 0))
    return Need(f"{minimum[0]}.{minimum[1]}", manifest.api, beyond)


def uses_of(folder: Path, since: Mapping[str, str] = SINCE) -> Iterator[Use]:
    """Go through the places where code uses the API; what does not parse is passed over."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            continue
        name = path.relative_to(folder).as_posix()
        text = path.read_text(encoding="utf-8", errors="replace")
        found = _python(text) if path.suffix == ".py" else _script(text, path.suffix)
        for used, line in found:
            if used in since:
                yield Use(used, since[used], name, line)


def _python(text: str) -> Iterator[tuple[str, int]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield _after_api(_dotted(node)), node.lineno


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed(parts))


def _script(text: str, suffix: str) -> Iterator[tuple[str, int]]:
    if suffix not in _SCRIPTS:
        return
    for node in SgRoot(text, _SCRIPTS[suffix]).root().find_all(kind="member_expression"):
        words = "".join(node.text().split()).replace("?.", ".")
        yield _after_api(words), node.range().start.line + 1


def _after_api(path: str) -> str:
    """Answer what follows `api.`; empty where nothing does."""
    _, found, rest = f".{path}".rpartition(".api.")
    return rest if found else ""
