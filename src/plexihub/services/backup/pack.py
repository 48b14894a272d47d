"""Puts what a hub keeps into one archive, while people go on writing. Blocks: for a thread.

The order makes it whole: the database first, as it was at one moment; then the audit log up to a
whole record, so that it tells of everything the database holds; then the files of plugins, each
copied before it is measured. The archive takes its name when everything else is done.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from plexihub.kernel.audit import AuditExtent
from plexihub.services.backup.archive import DATABASE, FORMAT, TREES, ArchiveWriter, Manifest
from plexihub.services.backup.errors import BackupError, told

WORKING = ".making-"
_BLOCK = 2**20
_IN_MEMORY = 8 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """What goes into one archive.

    Args:
        data: The hub's data folder.
        target: The archive to be.
        copy_database: Copies the database to a new file.
        audit: Tells how far the audit log goes.
        created: Moment in UTC.
        version: Of the hub.
        note: To be kept in the manifest.
        stopped: Set where the hub stops: the work ends, and nothing is left.
        counted: Bytes that were packed, and those there were when it began.
    """

    data: Path
    target: Path
    copy_database: Callable[[Path], None]
    audit: Callable[[], AuditExtent]
    created: str
    version: str
    note: str
    stopped: threading.Event = field(default_factory=threading.Event)
    counted: list[int] = field(default_factory=lambda: [0, 0])

    @property
    def share(self) -> float:
        """How much is packed, from 0 to 1; a little off where people go on writing."""
        done, all_ = self.counted
        return min(1.0, done / all_) if all_ else 0.0

    def run(self) -> Manifest:
        """Make the archive.

        Raises:
            BackupError: It cannot be made; nothing is left of it.
        """
        with told("The backup cannot be written", self.target.parent):
            self.target.parent.mkdir(mode=0o700, exist_ok=True)
            working = Path(tempfile.mkdtemp(prefix=WORKING, dir=self.target.parent))
            try:
                return self._run(working)
            finally:
                shutil.rmtree(working, ignore_errors=True)

    def _run(self, working: Path) -> Manifest:
        database, finished = working / DATABASE, working / self.target.name
        self.copy_database(database)
        self._go_on()
        self.counted[1] = self._size(database)
        with (working / "body").open("w+b") as body:
            writer = ArchiveWriter(body)
            with database.open("rb") as file:
                writer.add(DATABASE, file)
            self.counted[0] = writer.taken
            self._add_audit(writer)
            folders, left_out = self._add_trees(writer)
            manifest = Manifest(
                format=FORMAT,
                created=self.created,
                version=self.version,
                schema=schema_of(database),
                note=self.note,
                members=writer.members,
                folders=folders,
                left_out=left_out,
            )
            database.unlink()
            writer.finish(manifest, finished)
        self._go_on()
        finished.rename(self.target)
        _make_durable(self.target.parent)
        return manifest

    def _go_on(self) -> None:
        if self.stopped.is_set():
            raise BackupError("The hub stopped before the backup was whole.")

    def _size(self, database: Path) -> int:
        trees = _walk([self.data / name for name in TREES])
        kept = sum(one.lstat().st_size for one in trees if one.is_file())
        return database.stat().st_size + sum(size for _, size in self.audit().segments) + kept

    def _add_audit(self, writer: ArchiveWriter) -> None:
        extent = self.audit()
        with tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self.target.parent)) as head:
            head.write(extent.head)
            writer.add("audit/head.json", head)
        for path, size in extent.segments:
            self._add(writer, f"audit/{path.name}", path, size)

    def _add_trees(self, writer: ArchiveWriter) -> tuple[list[str], list[str]]:
        folders, left_out = [], []
        for path in _walk([self.data / name for name in TREES]):
            name = path.relative_to(self.data).as_posix()
            if not _is_text(name):
                left_out.append(name.encode("utf-8", "replace").decode())
            elif path.is_dir() and not path.is_symlink():
                folders.append(name)
            elif not self._add(writer, name, path):
                left_out.append(name)
        return folders, left_out

    def _add(self, writer: ArchiveWriter, name: str, path: Path, most: int | None = None) -> bool:
        self._go_on()
        source = _opened(path)
        if source is None:
            return False
        with source, tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self.target.parent)) as copy:
            # A copy first: the header of a file that still grows or shrinks would be wrong.
            _copy(source, copy, most)
            executable = bool(os.fstat(source.fileno()).st_mode & 0o100)
            writer.add(name, copy, executable=executable)
        self.counted[0] = writer.taken
        return True


def _copy(source: IO[bytes], target: IO[bytes], most: int | None) -> None:
    if most is None:
        most = os.fstat(source.fileno()).st_size
    while most > 0 and (block := source.read(min(_BLOCK, most))):
        target.write(block)
        most -= len(block)


def _opened(path: Path) -> BinaryIO | None:
    """Open a plain file; None where it is something else, or gone."""
    try:
        # Neither following a link nor waiting for whoever holds a pipe's other end.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        if path.is_symlink() or not path.is_file():
            return None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    return open(descriptor, "rb")  # noqa: PTH123 - it is a descriptor


def _walk(roots: list[Path]) -> Iterator[Path]:
    """Yield everything but folders that hold something, in order."""
    for root in roots:
        for place, folders, files in os.walk(root):
            here = Path(place)
            folders[:] = sorted(name for name in folders if not _is_passing(name))
            links = [name for name in folders if (here / name).is_symlink()]
            yield from (here / name for name in sorted((*files, *links)))
            if here != root and not folders and not files:
                yield here


def _is_passing(name: str) -> bool:
    return name == "__pycache__" or name.startswith(".staging-")


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def schema_of(database: Path) -> str:
    """Tell the revision of a database file's schema; empty where it has none."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as one:
        tables = {row[0] for row in one.execute("SELECT name FROM sqlite_master")}
        if "alembic_version" not in tables:
            return ""
        found = one.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else ""


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
