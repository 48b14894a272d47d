"""What a trusted plugin says of itself: `plugin.json`, or the name of its one file."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from plexihub.runtimes import _code
from plexihub.runtimes._explain import syntax_error
from plexihub_sdk.errors import ManifestError, PluginLoadError
from plexihub_sdk.manifest import (
    PYTHON_CONSTANTS,
    PYTHON_MANIFEST,
    Manifest,
    parse_manifest,
    read_manifest,
)

MANIFEST = "plugin.json"


def describe(path: Path) -> Manifest:
    """Read the manifest of a folder or a bare file, and see that its code compiles; blocks.

    Raises:
        ManifestError: What it says of itself is wrong.
        PluginLoadError: The code cannot be read or does not compile.
    """
    if not path.exists():
        raise PluginLoadError(
            "There is no such file or folder.", where=str(path), next="Check the path."
        )
    manifest = _folder_manifest(path) if path.is_dir() else _file_manifest(path)
    for field in manifest.offers:
        raise ManifestError(
            f"`{field}` is for sandboxed plugins; a trusted one registers the same in its code.",
            where=field,
            next=f"Leave `{field}` out, and call the services `scheduler`, `api` and `ui`.",
        )
    entry = path / manifest.entrypoint if path.is_dir() else path
    try:
        _code.check(entry)
    except SyntaxError as error:
        raise syntax_error(error, path) from None
    except ValueError as error:
        raise PluginLoadError(
            f"{entry.name} is no Python text: {error}.", where=entry.name
        ) from None
    return manifest


def _folder_manifest(folder: Path) -> Manifest:
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise ManifestError(
            f"{MANIFEST} cannot be read: {error.strerror}.",
            where=str(folder / MANIFEST),
            next=f"A plugin's folder needs a {MANIFEST}; a plugin of one file is named itself.",
        ) from None
    return read_manifest(data)


def _file_manifest(path: Path) -> Manifest:
    identity = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    defaults = {"id": identity, "version": "0.0.0", "entrypoint": path.name}
    return parse_manifest({}, defaults={**defaults, **_said(path)})


def _said(path: Path) -> dict[str, Any]:
    """Read what a file of one plugin says in constants, without running it."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}  # told in words when it is compiled
    found: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in PYTHON_CONSTANTS:
                found[PYTHON_CONSTANTS[name]] = _literal(node, path)
            elif name == PYTHON_MANIFEST and isinstance(said := _literal(node, path), dict):
                found.update(said)
    return found


def _literal(node: ast.Assign, path: Path) -> Any:
    try:
        return ast.literal_eval(node.value)
    except ValueError:
        raise ManifestError(
            "What a plugin says of itself must be written out, not computed.",
            where=f"{path.name}:{node.lineno}",
        ) from None
