"""The files of the log: numbered segments, the head beside them, and the lock.

`head.json` holds number and hash of the last record written. The chain alone cannot show that its
very end was cut off; the head can, unless it is changed as well.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from plexihub.kernel.audit.record import GENESIS, AuditRecord, problem_of, read_line
from plexihub_sdk.errors import StartupError

BLOCK = 65_536
_PAUSE = 0.05
_NAME = re.compile(r"audit-(\d{6,})\.jsonl\Z")


class Head(msgspec.Struct, frozen=True):
    """The last record that was written."""

    seq: int
    hash: str


START = Head(0, GENESIS)


def segments(folder: Path) -> list[Path]:
    """List the segments in order."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if _NAME.match(path.name)), key=number)


def number(path: Path) -> int:
    """Tell a segment's number."""
    return int(path.name.removeprefix("audit-").removesuffix(".jsonl"))


def path_of(folder: Path, index: int) -> Path:
    """Name a segment."""
    return folder / f"audit-{index:06d}.jsonl"


def read_head(folder: Path) -> Head | None:
    """Read the head; None where it is missing or damaged."""
    try:
        return msgspec.json.decode((folder / "head.json").read_bytes(), type=Head)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def encode_head(head: Head) -> bytes:
    """Make the content of the head file."""
    return msgspec.json.encode(head)


def write_head(folder: Path, head: Head) -> None:
    """Replace the head in one step."""
    fresh = folder / "head.json.new"
    fresh.write_bytes(encode_head(head))
    fresh.replace(folder / "head.json")


def lock(folder: Path, patience: float = 0.0) -> int:
    """Keep every other process from writing here, until the descriptor is closed.

    Args:
        folder: Of the log.
        patience: For how many seconds to wait until another process has ended.

    Raises:
        StartupError: Another process writes here, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StartupError(
            f"The audit log cannot be written: {error.strerror}.",
            where=str(folder),
            next="Choose a data folder that this user may write to.",
        ) from error
    try:
        _flock(descriptor, time.monotonic() + patience)
    except OSError as error:
        os.close(descriptor)
        raise StartupError(
            "Another process writes this audit log: the hub is running already.",
            where=str(folder),
            next="Stop the other hub first, or choose another data folder.",
        ) from error
    return descriptor


def _flock(descriptor: int, until: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                raise
        time.sleep(_PAUSE)


def last_good(path: Path) -> tuple[AuditRecord | None, int]:
    """Find the last whole record of a segment and how many bytes of a torn line follow it."""
    torn = 0
    for index, line in enumerate(lines_backwards(path)):
        if index == 0:
            torn = len(line)
            continue
        record = read_line(line)
        if record is not None and not problem_of(line, record.seq, record.prev)[0]:
            return record, torn
    return None, torn


def lines_backwards(path: Path) -> Iterator[bytes]:
    """Yield a file's lines without their newlines, the last first, a block at a time.

    What follows the last newline comes first: empty in a whole file, else a torn line.
    """
    with suppress(FileNotFoundError), path.open("rb") as file:
        rest = b""
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - BLOCK)
            file.seek(start)
            first, *others = (file.read(end - start) + rest).split(b"\n")
            yield from reversed(others)
            rest, end = first, start
        yield rest
