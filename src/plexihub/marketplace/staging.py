"""Copy a package's files into a folder of the hub's own, before anything reads them.

Only regular files and folders are taken: a link, a device or a pipe could point at, or become,
something else between the check and the use. Sizes and counts are bounded while copying. An archive
and the folder that it was packed from become the same files, with the same digest.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from plexihub.marketplace.archive import MAX_BYTES, MAX_FILES, Member
from plexihub.marketplace.member import LEFT_OUT, MAX_DEPTH, Names
from plexihub.marketplace.trust import VerifiedBundle
from plexihub_sdk.errors import PackageError

_TOP = PurePosixPath()
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


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


def stage(bundle: VerifiedBundle, into: Path) -> StagedBundle:
    """Write a package's files to a fresh folder under `into`; blocks.

    Args:
        bundle: The package.
        into: On the file system where plugins are installed, so that they land by one rename.

    Raises:
        PackageError: It is too large, holds more than plain files, or cannot be written.
    """
    source = bundle.source
    into.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".staging-", dir=into))
    try:
        if bundle.members is None:
            _copy_tree(source, folder)
        else:
            _write_members(bundle.members, folder)
        return StagedBundle(folder, bundle.bare, digest(folder))
    except OSError as error:
        discard(folder)
        raise _not_copied(source, error) from error
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
    return digest_of(files_of(folder))


def digest_of(files: Iterable[tuple[str, Path | bytes]]) -> str:
    """Tell the digest of files, in this order."""
    sha = hashlib.sha256()
    for path, held in files:
        name = path.encode()
        content = held if isinstance(held, bytes) else held.read_bytes()
        sha.update(f"{len(name)}:{len(content)}:".encode() + name + content)
    return f"sha256:{sha.hexdigest()}"


def files_of(folder: Path) -> list[tuple[str, Path]]:
    """List what counts in a folder, by path, in the order of the digest."""
    found = []
    paths = [path for path in folder.rglob("*") if path.is_file()]
    for path in sorted(paths, key=lambda path: path.parts):
        relative = path.relative_to(folder)
        # Of folders alone: a file of such a name is copied, so what stands in it is agreed to.
        if LEFT_OUT.isdisjoint(relative.parts[:-1]):
            found.append((relative.as_posix(), path))
    return found


def not_written(name: str, error: OSError) -> PackageError:
    """Say that there was no room for a package, or another reason why it could not be written."""
    why = "there is no room for it" if error.errno in _FULL else "its files cannot be written"
    return PackageError(
        f"{name} was not installed: {why} ({error.strerror}).",
        where=name,
        next="Make room where the hub keeps its data, and try again; nothing was changed.",
    )


def _not_copied(source: Path, error: OSError) -> PackageError:
    if error.errno in _FULL:
        return not_written(source.name, error)
    return PackageError(f"{source} cannot be read: {error.strerror}.", where=str(source))


def _write_members(members: Sequence[Member], folder: Path) -> None:
    for member in members:
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as writer:
            writer.write(member.content)
        target.chmod(0o444)


def _copy_tree(source: Path, folder: Path) -> None:
    left, names = MAX_BYTES, Names()
    for count, (entry, relative) in enumerate(entries_of(source)):
        if count >= MAX_FILES:
            raise PackageError(f"The package holds more than {MAX_FILES} files.", where=str(source))
        str(relative).encode()
        names.add(str(relative))
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        left -= _copy_file(Path(entry.path), target, left)


def entries_of(
    folder: Path, relative: PurePosixPath = _TOP
) -> Iterator[tuple[os.DirEntry[str], PurePosixPath]]:
    """Go through the files of a folder, without those that tools leave.

    Raises:
        PackageError: There is something else than files and folders, or it is nested too deep.
    """
    if len(relative.parts) > MAX_DEPTH:
        raise PackageError(f"Folders are nested more than {MAX_DEPTH} deep.", where=str(relative))
    with os.scandir(folder) as scan:
        entries = sorted(scan, key=lambda entry: entry.name)
    for entry in entries:
        below = relative / entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in LEFT_OUT:
                yield from entries_of(Path(entry.path), below)
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
