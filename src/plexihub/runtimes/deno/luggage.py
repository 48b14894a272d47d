"""The files of a plugin, to be handed to a process that was started before anybody knew whose.

Only modules go: a sandboxed plugin reads a file by importing it, and by nothing else. Where there
is more than is worth copying, or a module that is no text, a process is started for the plugin.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from plexihub.runtimes._framing import File
from plexihub.runtimes._package import Package

MOST_BYTES = 1024 * 1024
MOST_FILES = 200
_MODULES = frozenset({".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".json"})
#: Imported as they are, and no text.
_BINARY = frozenset({".wasm", ".node"})


def pack(package: Package) -> tuple[File, ...] | None:
    """Read a plugin's modules; None where they cannot be handed over.

    Raises:
        OSError: A file cannot be read.
    """
    packed: list[File] = []
    left = MOST_BYTES
    for path in _files(package.readable):
        suffix = path.suffix.lower()
        if suffix in _BINARY:
            return None
        if suffix not in _MODULES:
            continue
        left -= path.stat().st_size
        if left < 0 or len(packed) >= MOST_FILES:
            return None
        try:
            packed.append(File(str(path), path.read_bytes().decode("utf-8")))
        except UnicodeDecodeError:
            return None
    return tuple(packed)


def _files(readable: Path) -> Iterator[Path]:
    if readable.is_file():
        yield readable
        return
    for folder, _, names in os.walk(readable):
        for name in names:
            yield Path(folder, name)
