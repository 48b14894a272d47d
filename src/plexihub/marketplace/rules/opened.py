"""Open a package for the rules: list its files, and read what it says of itself.

Nothing of it runs. Of a bare Python file the manifest is read where it is written as constants; of
a bare script it stands in code, so it is known only once it is described in the sandbox.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from plexihub.marketplace.check import check_said
from plexihub.marketplace.rules.bundle import MOST_SOURCE_BYTES, Package
from plexihub_sdk.errors import ManifestError
from plexihub_sdk.manifest import PYTHON_MANIFEST, parse_manifest, read_json

MANIFEST = "plugin.json"


def open_package(source: Path, tier: str, refused: frozenset[str]) -> Package:
    """List the files of a staged package, and read its manifest.

    Args:
        source: Its folder, or its one file; staging has taken plain files alone, and bounded them.
        tier: In which it would run.
        refused: Permissions that the hub's policy gives to nobody.

    Raises:
        OSError: It cannot be read.
    """
    is_bare = source.is_file()
    paths = (source.name,) if is_bare else tuple(_listed(source))
    package = Package(source, tier, paths=paths, is_bare=is_bare, refused=refused)
    if is_bare:
        package.manifest_file = source.name
        _read_bare(package, source)
    elif MANIFEST in paths:
        package.manifest_file = MANIFEST
        _read_manifest(package, source / MANIFEST)
    return package


def _listed(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _read_manifest(package: Package, path: Path) -> None:
    try:
        package.manifest = parse_manifest(read_json(path.read_bytes()))
        check_said(package.manifest)
    except ManifestError as error:
        package.problem = (error.message, error.where, error.next)


def _read_bare(package: Package, path: Path) -> None:
    said = _constants(path) if path.suffix == ".py" else None
    if said is None:
        return
    stem = path.stem.replace("_", "-").lower()
    defaults = {"id": stem, "version": "0.0.0", "entrypoint": path.name}
    try:
        package.manifest = parse_manifest(said, defaults=defaults)
        check_said(package.manifest)
    except ManifestError as error:
        package.problem = (error.message, error.where, error.next)


def _constants(path: Path) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > MOST_SOURCE_BYTES:
            return None
        tree = ast.parse(path.read_bytes())
        for one in tree.body:
            if isinstance(one, ast.Assign) and PYTHON_MANIFEST in map(_name, one.targets):
                said = ast.literal_eval(one.value)
                return said if isinstance(said, dict) else None
    except (OSError, SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None
    return None


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
