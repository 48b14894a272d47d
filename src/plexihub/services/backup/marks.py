"""Which archives were verified, and when: one small file beside them.

A mark counts for the very file that was read: one that was replaced or changed since has none.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import msgspec

_log = logging.getLogger(__name__)
FILE = "verified.json"


class Mark(msgspec.Struct, frozen=True):
    """What was found at one moment; `problem` is empty where everything was as written."""

    at: str
    size: int
    changed: int
    problem: str = ""


def read_marks(folder: Path) -> dict[str, Mark]:
    """Read the marks of a folder's archives; none where they cannot be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=dict[str, Mark])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        _log.warning("the marks of verified backups cannot be read: %s", error)
        return {}


def mark_of(marks: dict[str, Mark], archive: Path) -> Mark | None:
    """Find an archive's mark; None where it has none, or changed since."""
    mark = marks.get(archive.name)
    try:
        found = archive.stat()
    except OSError:
        return None
    fits = mark is not None and (mark.size, mark.changed) == (found.st_size, found.st_mtime_ns)
    return mark if fits else None


def keep_mark(archive: Path, at: str, problem: str) -> None:
    """Write down how an archive was found; marks of archives that are gone go too."""
    folder, found = archive.parent, archive.stat()
    marks = {name: mark for name, mark in read_marks(folder).items() if (folder / name).exists()}
    marks[archive.name] = Mark(at, found.st_size, found.st_mtime_ns, problem)
    fresh = folder / f".{FILE}.new"
    fresh.write_bytes(msgspec.json.encode(marks))
    os.replace(fresh, folder / FILE)  # noqa: PTH105 - the atomic one, by its own name
