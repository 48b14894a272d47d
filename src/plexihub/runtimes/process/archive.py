"""A plugin's files as one archive in memory, which is all that its process gets to see of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from plexihub.runtimes._package import Package
from plexihub_sdk.errors import PluginLoadError

MAX_FILES = 2000
MAX_BYTES = 20 * 1024 * 1024
#: The same bytes for the same files, whenever they were written.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_SKIPPED = frozenset({"__pycache__", ".git", ".venv", "node_modules"})


def pack(package: Package) -> bytes:
    """Put a plugin's files into a zip file without compression; blocks.

    Raises:
        PluginLoadError: They cannot be read, or are too many or too large.
    """
    content = io.BytesIO()
    left = MAX_BYTES
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as writer:
        for count, (name, path) in enumerate(_files(package)):
            try:
                data = path.read_bytes()
            except OSError as error:
                raise PluginLoadError(
                    f"{name} cannot be read: {error.strerror}.", where=str(path)
                ) from None
            left -= len(data)
            if count >= MAX_FILES or left < 0:
                raise PluginLoadError(
                    f"The plugin holds more than {MAX_FILES} files or {MAX_BYTES} bytes.",
                    where=str(package.readable),
                )
            writer.writestr(zipfile.ZipInfo(name, _MOMENT), data)
    return content.getvalue()


def entry_of(package: Package) -> str:
    """Answer the path of a plugin's entry point in its archive."""
    if package.readable == package.entry:
        return package.entry.name
    return package.entry.relative_to(package.readable).as_posix()


def _files(package: Package) -> Iterator[tuple[str, Path]]:
    if package.readable == package.entry:
        yield package.entry.name, package.entry
        return
    for path in sorted(package.readable.rglob("*")):
        inner = path.relative_to(package.readable)
        if _SKIPPED.isdisjoint(inner.parts[:-1]) and path.is_file():
            yield inner.as_posix(), path
