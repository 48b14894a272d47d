"""A sandboxed plugin's files: what is loaded, what is readable, and what it says of itself."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from plexihub.runtimes._framing import Ready
from plexihub_sdk.errors import ManifestError, PluginLoadError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest, parse_manifest
from plexihub_sdk.manifest import read_manifest as read_text
from plexihub_sdk.offers import handlers_of

MANIFEST = "plugin.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Files of one plugin.

    Args:
        entry: The module that is loaded.
        readable: The folder or the one file that its process may read.
        manifest: What plugin.json says; None for a bare file.
    """

    entry: Path
    readable: Path
    manifest: Manifest | None = None


def open_package(path: Path, suffixes: Sequence[str]) -> Package:
    """Find a plugin's files.

    Args:
        path: A folder with plugin.json, or one file.
        suffixes: Of the runtime's language, such as `.ts`.

    Raises:
        ManifestError: plugin.json is wrong.
        PluginLoadError: The files are not there, or one of them lies outside.
    """
    path = path.resolve()
    if path.is_file() and path.suffix in suffixes:
        return Package(entry=path, readable=path)
    if not (path / MANIFEST).is_file():
        raise PluginLoadError(
            f"{path} is neither a folder with {MANIFEST} nor a {' or '.join(suffixes)} file.",
            where=str(path),
        )
    manifest = read_manifest(path / MANIFEST)
    return Package(entry=_inside(path, manifest.entrypoint), readable=path, manifest=manifest)


def open_installed(root: Path, manifest: Manifest, suffixes: Sequence[str]) -> Package:
    """Find the files of an installed plugin; what lies beside a bare file is not readable.

    Raises:
        ManifestError: plugin.json is wrong.
        PluginLoadError: The files are not there, or one of them lies outside.
    """
    root = root.resolve()
    if root.is_dir() and (root / MANIFEST).is_file():
        return open_package(root, suffixes)
    file = root if root.is_file() else _inside(root, manifest.entrypoint)
    return open_package(file, suffixes)


def read_manifest(file: Path) -> Manifest:
    """Read plugin.json.

    Raises:
        ManifestError: It is too long, no JSON, or a field is wrong.
    """
    try:
        text = file.read_bytes()
    except OSError as error:
        raise ManifestError(f"{MANIFEST} cannot be read: {error}.", where=str(file)) from None
    return read_text(text)


def manifest_of(package: Package, ready: Ready) -> Manifest:
    """Make the manifest of what a loaded plugin says of itself, checked against plugin.json.

    Raises:
        ManifestError: A field is wrong, or module and plugin.json disagree.
    """
    said = _facts(ready)
    if package.manifest is None:
        return parse_manifest(said, defaults=_defaults(package))
    written = package.manifest
    parse_manifest(
        {"hooks": ready.hooks}, defaults={**_base(written), "entrypoint": written.entrypoint}
    )
    for field, value in (("id", written.id), ("version", written.version)):
        if said.get(field, value) != value:
            raise ManifestError(
                f"{MANIFEST} says {field} {value!r}, and {written.entrypoint} {said[field]!r}.",
                where=field,
                next="Say it in one of the two places only.",
            )
    if not written.hooks:
        return replace(written, hooks=tuple(ready.hooks))
    # What is offered needs its handler, so that nobody has to name it twice.
    implied = [name for name in handlers_of(written.offers) if name not in written.hooks]
    return replace(written, hooks=(*written.hooks, *implied))


def same_plugin(installed: Manifest, found: Manifest) -> Manifest:
    """Answer `found` where it is the plugin that was installed.

    Raises:
        ManifestError: The code says another id.
    """
    if found.id != installed.id:
        raise ManifestError(
            f"{installed.id!r} was installed, and the code says {found.id!r}.",
            where="id",
            next="Install it again under its new id.",
        )
    return found


def name_of(package: Package) -> PluginId:
    """Answer the id by which a plugin is known before it said its own."""
    return package.manifest.id if package.manifest else PluginId(package.entry.stem)


def _base(manifest: Manifest) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "version": manifest.version,
        "permissions": manifest.permissions,
    }


def _facts(ready: Ready) -> dict[str, Any]:
    """Name the hooks it has; a plugin that only registers itself names them in `manifest`."""
    said = dict(ready.plugin)
    if ready.hooks:
        said["hooks"] = ready.hooks
        inner = said.get("manifest")
        if isinstance(inner, Mapping):
            said["manifest"] = {key: value for key, value in inner.items() if key != "hooks"}
    return said


def _defaults(package: Package) -> dict[str, Any]:
    return {
        "id": package.entry.stem.lower(),
        "version": "0.0.0",
        "entrypoint": package.entry.name,
    }


def _inside(root: Path, name: str) -> Path:
    _refuse_links(root)
    entry = (root / name).resolve()
    if not entry.is_relative_to(root) or not entry.is_file():
        raise PluginLoadError(f"The entrypoint {name!r} is not there.", where=str(root))
    return entry


def _refuse_links(root: Path) -> None:
    # Reading is allowed by path: a link would lead the plugin to any file of the machine.
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            if (link := Path(folder, name)).is_symlink():
                raise PluginLoadError(
                    f"{name!r} is a symbolic link: a plugin brings its files itself.",
                    where=str(link),
                )
