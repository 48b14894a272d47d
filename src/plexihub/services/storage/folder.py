"""The folder of one plugin's own files on the disk. Blocks: for a thread.

A plugin's name never becomes a path that the system resolves: each part is opened beneath the one
before, and no link is followed, whoever put it there. What is no plain file of one name is not
read, written or counted as one.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from plexihub.services.storage.names import DEEPEST, folded
from plexihub_sdk.errors import ConflictError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
#: No file of a plugin's is called so: their names do not begin with a dot.
WRITING = ".writing-"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is known of a file.

    Args:
        path: Below the plugin's folder.
        size: In bytes.
        modified_at: Last write.
    """

    path: str
    size: int
    modified_at: datetime


class Folder:
    """One plugin's folder.

    Args:
        root: Made when something is written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def files(self) -> list[FileFacts]:
        """List the files, by path."""
        with ExitStack() as stack:
            try:
                top = self._open_root(stack)
            except FileNotFoundError:
                return []
            return sorted(_walk(top, "", DEEPEST), key=lambda one: one.path)

    def read(self, parts: tuple[str, ...], offset: int, length: int) -> tuple[bytes, int] | None:
        """Read a range and the whole's size; None where there is no such file.

        Raises:
            ConflictError: It is no plain file, or a link leads there.
        """
        with ExitStack() as stack:
            found = self._opened(stack, parts, _READ)
            if found is None:
                return None
            return os.pread(found, length, offset), os.fstat(found).st_size

    def stat(self, parts: tuple[str, ...]) -> FileFacts | None:
        """Tell about a file; None where there is none.

        Raises:
            ConflictError: It is no plain file, or a link leads there.
        """
        with ExitStack() as stack:
            found = self._opened(stack, parts, _READ)
            return None if found is None else _facts("/".join(parts), os.fstat(found))

    def write(self, parts: tuple[str, ...], data: bytes) -> None:
        """Write a whole file, or nothing of it.

        Raises:
            ConflictError: Something is in its place that is no plain file, or differs in case.
        """
        with ExitStack() as stack:
            folder = self._descend(stack, parts[:-1], make=True)
            self._require_place(folder, parts[-1])
            top = self._open_root(stack)
            working = _fresh(top)
            descriptor = os.open(working, _NEW, 0o600, dir_fd=top)
            try:
                with open(descriptor, "wb") as file:  # noqa: PTH123 - of a descriptor
                    file.write(data)
                    file.flush()
                    os.fsync(descriptor)
                # Replaces the name itself: were it a link by now, that is what is replaced.
                os.rename(working, parts[-1], src_dir_fd=top, dst_dir_fd=folder)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(working, dir_fd=top)
                raise
            os.fsync(folder)

    def append(self, parts: tuple[str, ...], data: bytes) -> None:
        """Write at the end of a file; one that is not there is made.

        Raises:
            ConflictError: Something is in its place that is no plain file, or differs in case.
        """
        with ExitStack() as stack:
            found = self._opened(stack, parts, _APPEND)
            if found is not None:
                before = os.fstat(found).st_size
                try:
                    _write_all(found, data)
                    os.fsync(found)
                except BaseException:
                    os.ftruncate(found, before)
                    raise
                return
        self.write(parts, data)

    def remove(self, parts: tuple[str, ...]) -> bool:
        """Delete a file, and the folders that it leaves empty; answers False where there is none.

        Raises:
            ConflictError: It is no plain file, or a link leads there.
        """
        with ExitStack() as stack:
            if self._opened(stack, parts, _READ) is None:
                return False
            folders = [self._open_root(stack)]
            for part in parts[:-1]:
                folders.append(_enter(stack, folders[-1], part))
            os.unlink(parts[-1], dir_fd=folders[-1])
            for part, folder in zip(reversed(parts[:-1]), reversed(folders[:-1]), strict=True):
                try:
                    os.rmdir(part, dir_fd=folder)
                except OSError:
                    break
        return True

    def _open_root(self, stack: ExitStack) -> int:
        with _refused(str(self._root.name)):
            return _kept(stack, os.open(self._root, _FOLDER))

    def _opened(self, stack: ExitStack, parts: tuple[str, ...], flags: int) -> int | None:
        try:
            folder = self._descend(stack, parts[:-1], make=False)
            with _refused(parts[-1]):
                found = _kept(stack, os.open(parts[-1], flags, dir_fd=folder))
        except FileNotFoundError:
            return None
        _require_plain(parts[-1], os.fstat(found))
        return found

    def _descend(self, stack: ExitStack, parts: tuple[str, ...], *, make: bool) -> int:
        if make:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = self._open_root(stack)
        for part in parts:
            if make:
                self._require_case(folder, part)
                with suppress(FileExistsError):
                    os.mkdir(part, 0o700, dir_fd=folder)
            folder = _enter(stack, folder, part)
        return folder

    def _require_place(self, folder: int, name: str) -> None:
        self._require_case(folder, name)
        with suppress(FileNotFoundError):
            _require_plain(name, os.stat(name, dir_fd=folder, follow_symlinks=False))

    def _require_case(self, folder: int, name: str) -> None:
        for there in os.listdir(folder):
            if there != name and folded(there) == folded(name):
                raise ConflictError(
                    f"There is {there!r} already, which some systems take for {name!r}.",
                    where="path",
                    next="Use the name that is there, or another one.",
                )


def _fresh(top: int) -> str:
    """Name a file that is being written, and delete those that a hub which was killed left."""
    for name in os.listdir(top):
        if name.startswith(WRITING):
            os.unlink(name, dir_fd=top)
    return f"{WRITING}{secrets.token_hex(8)}"


def _enter(stack: ExitStack, folder: int, part: str) -> int:
    with _refused(part):
        return _kept(stack, os.open(part, _FOLDER, dir_fd=folder))


def _kept(stack: ExitStack, descriptor: int) -> int:
    stack.callback(os.close, descriptor)
    return descriptor


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


@contextmanager
def _refused(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # A link, a file where a folder must be, a folder where a file must be, a socket, a pipe
        # that nobody reads.
        if error.errno in {errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO}:
            raise _not_plain(name) from None
        raise


def _require_plain(name: str, facts: os.stat_result) -> None:
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink > 1:
        raise _not_plain(name)


def _not_plain(name: str) -> ConflictError:
    return ConflictError(
        f"{name!r} is no plain file of the plugin's own, or no folder.", where="path"
    )


def _facts(path: str, facts: os.stat_result) -> FileFacts:
    moment = datetime.fromtimestamp(facts.st_mtime, UTC)
    return FileFacts(path=path, size=facts.st_size, modified_at=moment)


def _walk(folder: int, place: str, deep: int) -> Iterator[FileFacts]:
    for name in os.listdir(folder):
        try:
            facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:  # gone meanwhile
            continue
        path = f"{place}{name}"
        if not place and name.startswith(WRITING):
            continue
        if stat.S_ISREG(facts.st_mode):
            yield _facts(path, facts)
        elif stat.S_ISDIR(facts.st_mode) and deep:
            with ExitStack() as stack, suppress(ConflictError, FileNotFoundError):
                yield from _walk(_enter(stack, folder, name), f"{path}/", deep - 1)
