"""What was installed, file by file, so that a change to the files can be named.

The verdict rests on the package's digest, which stands in the database. The list beside it, in the
form of `sha256sum`, only says which file it was; where it is lost or was changed as well, the
verdict is the same.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from plexihub.kernel.ports import StoredPlugin
from plexihub.marketplace.staging import digest, files_of

_SUFFIX = ".sha256"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an installed plugin's files are those that were installed.

    Args:
        digest: What it was installed as.
        found: What the files are now.
        changed: Files with another content, or that became something else than a file.
        missing: Files that are gone.
        extra: Files that nobody installed.
        is_listed: Whether a list was there that names files.
    """

    digest: str
    found: str
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    is_listed: bool = True

    @property
    def is_intact(self) -> bool:
        """Whether nothing changed."""
        same = self.digest == self.found
        return same and not (self.changed or self.missing or self.extra)


class Inventory:
    """Keeps the lists of files, one a package.

    Args:
        folder: Where.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, package: str, home: Path) -> None:
        """Write down the files of a package that has just landed; blocks."""
        lines = [f"{_sum(path)}  {name}\n" for name, path in files_of(home)]
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._file(package).with_suffix(".new")
        fresh.write_text("".join(lines), encoding="utf-8")
        fresh.replace(self._file(package))

    def forget(self, package: str) -> None:
        """Delete the list of a package that is gone; blocks."""
        self._file(package).unlink(missing_ok=True)

    def sweep(self, packages: Iterable[str]) -> None:
        """Delete the lists of all packages but these; blocks."""
        kept = {self._file(package) for package in packages}
        for path in self._folder.glob("*"):
            if path.suffix in {_SUFFIX, ".new"} and path not in kept:
                path.unlink(missing_ok=True)

    def verify(self, plugin: StoredPlugin) -> Verdict:
        """Compare an installed plugin's files with what was installed; blocks."""
        found = digest(plugin.root)
        if plugin.builtin:
            return Verdict(plugin.digest, found)
        listed = self._read(plugin.digest)
        if listed is None:
            return Verdict(plugin.digest, found, is_listed=False)
        there = dict(_everything(plugin.root))
        return Verdict(
            plugin.digest,
            found,
            changed=_sorted(one for one in listed if there.get(one, listed[one]) != listed[one]),
            missing=_sorted(listed.keys() - there.keys()),
            extra=_sorted(there.keys() - listed.keys()),
        )

    def _file(self, package: str) -> Path:
        return self._folder / f"{package.removeprefix('sha256:')}{_SUFFIX}"

    def _read(self, package: str) -> dict[str, str] | None:
        try:
            text = self._file(package).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None
        pairs = (line.partition("  ") for line in text.splitlines())
        return {name: said for said, _, name in pairs}


def _everything(root: Path) -> Iterable[tuple[str, str]]:
    """Go through every file below a folder, links and what tools leave included."""
    for folder, folders, files in os.walk(root):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in (*files, *links):
            path = Path(folder, name)
            is_plain = path.is_file() and not path.is_symlink()
            shown = path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode()
            yield shown, _sum(path) if is_plain else "no file"


def _sum(path: Path) -> str:
    with path.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").hexdigest()


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
