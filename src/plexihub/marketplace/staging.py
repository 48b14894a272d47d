"""Copy a package's files into a folder of the hub's own, before anything reads them.

Only regular files and folders are taken: a link, a device or a pipe could point at, or become,
something else between the check and the use. Sizes and counts are bounded while copying.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from plexihub_sdk.errors import PackageError

MAX_FILES = 2_000
MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 12
_SKIPPED = frozenset(
    {".plexihub", "__pycache__", ".git", ".venv", "node_modules", ".mypy_cache", ".ruff_cache"}
)


@dataclass(frozen=True, slots=True)
class StagedBundle:
    """A package's files, copied and measured.

    Args:
        folder: Where they are now; the hub's own.
        bare: Name of the one file, where the source was a file and not a folder.
        digest: `sha256:` over every path and content.
    """

    folder: Path
    bare: str | None
    digest: str

    @property
    def described_at(self) -> Path:
        """The path a runtime is asked to describe."""
        return self.folder / self.bare if self.bare else self.folder


def stage(source: Path, into: Path) -> StagedBundle:
    """Copy the package at `source` to a fresh folder under `into`.

    Args:
        source: A folder with a `plugin.json`, or one file.
        into: On the file system where plugins are installed, so that they land by one rename.

    Raises:
        PackageError: There is nothing there, it is too large, or it holds more than plain files.
    """
    kind = _kind(source)
    into.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".staging-", dir=into))
    try:
        if stat.S_ISDIR(kind):
            _copy_tree(source, folder)
            return StagedBundle(folder, None, digest(folder))
        _copy_file(source, folder / source.name, MAX_BYTES)
        return StagedBundle(folder, source.name, digest(folder))
    except OSError as error:
        discard(folder)
        raise PackageError(
            f"{source} cannot be read: {error.strerror}.", where=str(source)
        ) from error
    except UnicodeError as error:
        discard(folder)
        raise PackageError("A file's name is no text.", where=str(source)) from error
    except BaseException:
        discard(folder)
        raise


def discard(folder: Path) -> None:
    """Delete a staged or installed folder; nothing happens where it is gone."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)


def digest(folder: Path) -> str:
    """Tell the digest of a folder: names, lengths and contents of all files, in order."""
    sha = hashlib.sha256()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        relative = path.relative_to(folder)
        # Of folders alone: a file of such a name is copied, so what stands in it is agreed to.
        if not _SKIPPED.isdisjoint(relative.parts[:-1]):
            continue
        name = relative.as_posix().encode()
        content = path.read_bytes()
        sha.update(f"{len(name)}:{len(content)}:".encode() + name + content)
    return f"sha256:{sha.hexdigest()}"


def _kind(source: Path) -> int:
    try:
        mode = source.lstat().st_mode
    except (OSError, ValueError) as error:
        raise PackageError(
            f"There is no plugin at {source}: {getattr(error, 'strerror', error)}.",
            where=str(source),
            next="Name a folder that holds a plugin.json, or one .ts, .js or .py file.",
        ) from error
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise PackageError(f"{source} is neither a folder nor a plain file.", where=str(source))
    return mode


def _copy_tree(source: Path, folder: Path) -> None:
    left = MAX_BYTES
    for count, (entry, relative) in enumerate(_entries(source, PurePosixPath())):
        if count >= MAX_FILES:
            raise PackageError(f"The package holds more than {MAX_FILES} files.", where=str(source))
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        left -= _copy_file(Path(entry.path), target, left)


def _entries(
    folder: Path, relative: PurePosixPath
) -> Iterator[tuple[os.DirEntry[str], PurePosixPath]]:
    if len(relative.parts) > MAX_DEPTH:
        raise PackageError(f"Folders are nested more than {MAX_DEPTH} deep.", where=str(relative))
    with os.scandir(folder) as scan:
        entries = sorted(scan, key=lambda entry: entry.name)
    for entry in entries:
        below = relative / entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _SKIPPED:
                yield from _entries(Path(entry.path), below)
        elif entry.is_file(follow_symlinks=False):
            yield entry, below
        else:
            raise PackageError("Only plain files are taken; links are not.", where=str(below))


def _copy_file(source: Path, target: Path, limit: int) -> int:
    # O_NOFOLLOW: the name may have become a link since it was looked at.
    handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as reader, target.open("xb") as writer:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise PackageError("Only plain files are taken.", where=str(source))
        content = reader.read(limit + 1)
        if len(content) > limit:
            raise PackageError(
                f"The package is larger than {MAX_BYTES // 1024 // 1024} MB.", where=str(source)
            )
        writer.write(content)
    target.chmod(0o444)
    return len(content)
