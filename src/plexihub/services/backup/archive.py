"""The archive: a gzipped tar of plain files whose first one is the manifest.

The manifest names every other file with its size and SHA-256, so that a reader knows what is to
come before it writes a byte: what is not named, named otherwise, no plain file or of another
content is refused. It is a gzip member of its own, put before the rest when that is known; every
tar reads both as one.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, NoReturn

import msgspec

from plexihub.services.backup.errors import DamagedBackupError, told
from plexihub_sdk.errors import NotFoundError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "hub.db"
TREES = ("plugins", "plugin-data", "files")
_AUDIT = re.compile(r"audit/(head\.json|(keys|checkpoints|retired)\.jsonl|audit-\d{6,}\.jsonl)\Z")
_MOST_MANIFEST = 64 * 2**20
_BLOCK = 2**20
_GZIP = 31  # zlib's word for a gzip header and the largest window
_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)
_ENDED = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile)


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the archive."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an archive holds.

    Args:
        format: Of the archive itself.
        created: Moment in UTC.
        version: Of the hub that wrote it.
        schema: Revision of the database.
        note: What whoever made it wrote along.
        members: Every file, in the archive's order.
        folders: Folders that hold nothing.
        left_out: What was there and is no plain file, or went away meanwhile.
    """

    format: int
    created: str
    version: str
    schema: str
    note: str
    members: list[Member]
    folders: list[str]
    left_out: list[str]


class _Zipped:
    """Compresses what is written; holds nothing that outlives a failure."""

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self._zip = zlib.compressobj(6, wbits=_GZIP)
        self._position = 0

    def write(self, data: bytes) -> int:
        self._body.write(self._zip.compress(data))
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position

    def end(self) -> None:
        self._body.write(self._zip.flush())


class ArchiveWriter:
    """Writes the files, and at last the whole archive.

    Args:
        body: An empty file to write to.
    """

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self._zipped = _Zipped(body)
        # Nothing of it has to be closed where the disk refuses half-way.
        self._tar = tarfile.TarFile(
            fileobj=self._zipped,  # type: ignore[arg-type] # it asks no more than is there
            mode="w",
            format=tarfile.PAX_FORMAT,
        )
        self.members: list[Member] = []

    @property
    def taken(self) -> int:
        """How many bytes were taken in so far."""
        return self._zipped.tell()

    def add(self, name: str, file: IO[bytes], *, executable: bool = False) -> None:
        """Add a file that does not change meanwhile."""
        digest = _digest(file)
        info = _info(name, file.tell(), executable=executable)
        file.seek(0)
        self._tar.addfile(info, file)
        self.members.append(Member(name, info.size, digest))

    def finish(self, manifest: Manifest, target: Path) -> None:
        """Write the manifest and what was added to a new file, and make it durable."""
        self._tar.close()
        self._zipped.end()
        self._body.seek(0)
        written = msgspec.json.encode(manifest, order="deterministic")
        head = _info(MANIFEST, len(written)).tobuf() + written
        head += bytes(-len(head) % tarfile.BLOCKSIZE)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is a descriptor
            file.write(gzip.compress(head, mtime=0))
            shutil.copyfileobj(self._body, file, _BLOCK)
            file.flush()
            os.fsync(file.fileno())


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    sha = hashlib.sha256()
    while block := file.read(_BLOCK):
        sha.update(block)
    return sha.hexdigest()


def _info(name: str, size: int, *, executable: bool = False) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o700 if executable else 0o600
    return info


def read_manifest(path: Path) -> Manifest:
    """Read what an archive says it holds; cheap, whatever its size.

    Raises:
        NotFoundError: There is no such file.
        DamagedBackupError: It is no backup, or damaged.
    """
    with _opened(path) as (tar, _):
        return _manifest(tar, path)


def unpack(path: Path, into: Path, wanted: Callable[[str], bool] = lambda _name: True) -> Manifest:
    """Check every file of an archive, and write those that are wanted.

    Args:
        path: The archive.
        into: A folder that is there and empty.
        wanted: Asked for each name; what is not wanted is checked all the same.

    Raises:
        NotFoundError: There is no such archive.
        DamagedBackupError: It is no backup, or not as it was written.
        BackupError: The folder cannot be written.
    """
    with _opened(path) as (tar, unzipped):
        manifest = _manifest(tar, path)
        left = {member.name: member for member in manifest.members}
        while (info := tar.next()) is not None:
            member = left.pop(info.name, None)
            if member is None or info.type not in _PLAIN or info.size != member.size:
                _damaged(path, f"{info.name!r} is not what its manifest says")
            target = into / member.name if wanted(member.name) else None
            if _taken(tar, info, target) != member.sha256:
                _damaged(path, f"{info.name!r} is not as it was written")
        if left:
            _damaged(path, f"{next(iter(left))!r} is missing")
        while unzipped.read(_BLOCK):
            pass  # what fills the blocks up has no digest; gzip's own sum stands at the very end
        with told("The backup cannot be unpacked", into):
            for name in filter(wanted, manifest.folders):
                (into / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    return manifest


@contextmanager
def _opened(path: Path) -> Iterator[tuple[tarfile.TarFile, gzip.GzipFile]]:
    try:
        with (
            told("The backup cannot be read", path),
            path.open("rb") as file,
            gzip.GzipFile(fileobj=file) as unzipped,
            tarfile.open(fileobj=unzipped, mode="r|") as tar,
        ):
            yield tar, unzipped
    except _ENDED as error:
        _damaged(path, "it ends too early" if isinstance(error, EOFError) else str(error), error)
    except Exception as error:
        if isinstance(error.__cause__, FileNotFoundError) and not path.exists():
            raise NotFoundError(
                f"There is no backup {path}.", next="See: plexihub backup list"
            ) from None
        if isinstance(error.__cause__, gzip.BadGzipFile):
            _damaged(path, "it is no gzip file, or a part of it was changed", error)
        raise


def _damaged(path: Path, problem: str, cause: BaseException | None = None) -> NoReturn:
    raise DamagedBackupError(
        f"{path.name} is no whole backup: {problem}.",
        where=str(path),
        next="Use another copy of it, or another backup.",
    ) from cause


def _manifest(tar: tarfile.TarFile, path: Path) -> Manifest:
    info = tar.next()
    if info is None or info.name != MANIFEST or info.type not in _PLAIN:
        _damaged(path, "it does not begin with a manifest")
    if info.size > _MOST_MANIFEST:
        _damaged(path, "its manifest is too large")
    file = tar.extractfile(info)
    try:
        manifest = msgspec.json.decode(file.read() if file else b"", type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        _damaged(path, f"its manifest cannot be read: {error}", error)
    if manifest.format != FORMAT:
        _damaged(path, f"this release knows format {FORMAT}, not {manifest.format}")
    names = [member.name for member in manifest.members]
    if strange := [name for name in (*names, *manifest.folders) if not _belongs(name)]:
        _damaged(path, f"{strange[0]!r} has no place in a data folder")
    if len(set(names)) != len(names):
        _damaged(path, "its manifest names a file twice")
    return manifest


def _belongs(name: str) -> bool:
    # Every name that is written passes here: no way leads out of the folder.
    parts = name.split("/")
    if any(part in {"", ".", ".."} or "\0" in part for part in parts):
        return False
    if name == DATABASE or _AUDIT.match(name):
        return True
    return parts[0] in TREES and (len(parts) > 1)


def _taken(tar: tarfile.TarFile, info: tarfile.TarInfo, target: Path | None) -> str:
    source = tar.extractfile(info) or io.BytesIO()
    sha = hashlib.sha256()
    with told("The backup cannot be unpacked", target or info.name), _new(target, info) as file:
        while block := source.read(_BLOCK):
            sha.update(block)
            file.write(block)
    return sha.hexdigest()


@contextmanager
def _new(target: Path | None, info: tarfile.TarInfo) -> Iterator[BinaryIO]:
    if target is None:
        with Path(os.devnull).open("wb") as nowhere:
            yield nowhere
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mode = 0o700 if info.mode & 0o100 else 0o600
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(target, flags, mode), "wb") as file:  # noqa: PTH123 - it is a descriptor
        yield file
