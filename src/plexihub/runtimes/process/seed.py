"""Files for a guest's private file system, as bytes: packed by the hub, written by the guest.

They are the hub's own, never a plugin's: what a plugin's process left behind is not handed on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

_LENGTH_BYTES = 4
_OWN_ONLY = 0o600


def pack(files: Mapping[str, bytes]) -> bytes:
    """Put files one behind the other, a table of their relative paths and sizes before them."""
    table = json.dumps({name: len(content) for name, content in files.items()}).encode()
    return b"".join([len(table).to_bytes(_LENGTH_BYTES, "big"), table, *files.values()])


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, by its path in it.

    Raises:
        OSError: One cannot be read.
    """
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def unpack(content: bytes, folder: str) -> None:
    """Write what `pack` packed into a folder that is there.

    Raises:
        OSError: The file system is full, or not to be written to.
        ValueError: It is nothing that `pack` made.
    """
    start = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
    table: dict[str, int] = json.loads(content[_LENGTH_BYTES:start])
    whole = memoryview(content)
    made: set[str] = set()
    for name, size in table.items():
        place = os.path.join(folder, name)  # noqa: PTH118 - in each new process: three times as fast
        parent = os.path.dirname(place)  # noqa: PTH120 - see above
        if parent not in made:
            os.makedirs(parent, mode=0o700, exist_ok=True)  # noqa: PTH103 - see above
            made.add(parent)
        target = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWN_ONLY)
        try:
            left = whole[start : start + size]
            while left:
                left = left[os.write(target, left) :]
        finally:
            os.close(target)
        start += size
