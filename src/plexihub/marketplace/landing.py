"""Notes of folders that come or go, so that a hub that was killed in the middle leaves none.

A folder lands before the row that says it is a plugin, and goes after that row did. In between, a
note names it. At the next start each noted folder without a row is deleted; a folder that no note
names is never touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from plexihub.marketplace.staging import discard

_SUFFIX = ".moving"


class Landings:
    """The notes.

    Args:
        folder: Where they are kept.
        plugins: Where the plugins' folders are.
    """

    def __init__(self, folder: Path, plugins: Path) -> None:
        self._folder = folder
        self._plugins = plugins

    def note(self, homes: Iterable[Path]) -> None:
        """Note folders that come or go; on disk before this returns; blocks."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for home in homes:
            (self._folder / f"{home.name}{_SUFFIX}").touch()
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def settle(self, homes: Iterable[Path]) -> None:
        """Forget the notes of folders that are where they belong, or gone; blocks."""
        for home in homes:
            (self._folder / f"{home.name}{_SUFFIX}").unlink(missing_ok=True)

    def sweep(self, kept: Iterable[Path]) -> list[str]:
        """Delete the noted folders that belong to no plugin, and the notes; blocks.

        Args:
            kept: The folders of plugins.

        Returns:
            The names of the deleted ones.
        """
        names, gone = {path.name for path in kept}, []
        for note in sorted(self._folder.glob(f"*{_SUFFIX}")):
            name = note.name.removesuffix(_SUFFIX)
            home = self._plugins / name
            if name not in names and home.is_dir():
                discard(home)
                gone.append(name)
            note.unlink(missing_ok=True)
        return gone
