"""Putting old segments into one file that verifies by itself, before they are let go."""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from plexihub.kernel.audit.checkpoint import CHECKPOINTS, RETIRED, read_checkpoints
from plexihub.kernel.audit.segment import Head, encode_head, last_good, segments
from plexihub.kernel.audit.signing import KEYS
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError

_MEMBERS = frozenset({"head.json", KEYS, CHECKPOINTS, RETIRED})


@dataclass(frozen=True, slots=True)
class Archived:
    """What was put into an archive: segments, and the last record in them."""

    path: Path
    segments: int
    last: int


def archive(folder: Path, before: datetime, target: Path) -> Archived:
    """Put every segment that ended before a moment into one archive; nothing is let go by that.

    Raises:
        NotFoundError: No segment ended before it.
        ConflictError: There is such a file already.
        OSError: It cannot be written.
    """
    chosen, last = [], Head(0, "")
    for path in segments(folder)[:-1]:
        record, _ = last_good(path)
        if record is None or datetime.fromisoformat(record.time) >= before:
            break
        chosen.append(path)
        last = Head(record.seq, record.hash)
    if not chosen:
        raise NotFoundError(
            "No segment of the audit log ended before that.",
            where=str(folder),
            next="Segments are closed when the hub starts, and when they have grown large.",
        )
    try:
        with tarfile.open(target, "x:gz") as file:
            for path in chosen:
                file.add(path, path.name)
            for name, data in _beside(folder, last):
                member = tarfile.TarInfo(name)
                member.size = len(data)
                file.addfile(member, io.BytesIO(data))
    except FileExistsError:
        raise ConflictError(f"There is a file {target} already.", where=str(target)) from None
    return Archived(target, len(chosen), last.seq)


def _beside(folder: Path, last: Head) -> Iterator[tuple[str, bytes]]:
    yield "head.json", encode_head(last)
    for name in (KEYS, RETIRED):
        if (folder / name).exists():
            yield name, (folder / name).read_bytes()
    fits = [
        msgspec.json.encode(one) + b"\n"
        for one in read_checkpoints(folder / CHECKPOINTS)
        if one is not None and one.size <= last.seq
    ]
    yield CHECKPOINTS, b"".join(fits)


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """Answer the folder of a log: the one given, or the content of an archive.

    Raises:
        InputError: It is neither.
    """
    if path.is_dir() or not path.exists():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="plexihub-audit-") as folder:
        try:
            with tarfile.open(path) as file:
                for member in file:
                    known = member.name in _MEMBERS or _is_segment(member.name)
                    if not (known and member.isfile()):
                        raise InputError(f"{member.name!r} has no place in it.", where=str(path))
                    file.extract(member, folder, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise InputError(
                f"This is no archive of an audit log: {error}.", where=str(path)
            ) from error
        yield Path(folder)


def _is_segment(name: str) -> bool:
    return name.startswith("audit-") and name.endswith(".jsonl") and name[6:-6].isdigit()
