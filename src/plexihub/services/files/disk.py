"""Where the content of files lies: a folder of random names, written whole or not at all.

Content is received into a staging folder, made durable, and takes its place by one rename. Blocks:
for a thread.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from plexihub_sdk.ids import new_id

STAGING = ".staging-uploads"
#: What has no row is deleted at a start when it is older than this: its row may be on its way.
ORPHAN_SECONDS = 3600.0
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


@dataclass(slots=True)
class Incoming:
    """Content that is being received.

    Args:
        path: Where it is staged.
        file: Open for writing.
    """

    path: Path
    file: BinaryIO
    size: int = 0
    _sha: Any = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        """SHA-256 of what was received."""
        return str(self._sha.hexdigest())

    def write(self, block: bytes) -> None:
        """Take a block in."""
        self.file.write(block)
        self._sha.update(block)
        self.size += len(block)

    def finish(self) -> None:
        """Make what was received durable."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def discard(self) -> None:
        """Leave nothing of it."""
        self.file.close()
        self.path.unlink(missing_ok=True)


class Disk:
    """The folder of the files.

    Args:
        folder: Made when it is first needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stage(self) -> Incoming:
        """Begin to receive."""
        staging = self._folder / STAGING
        staging.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = staging / new_id()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        return Incoming(path, open(os.open(path, flags, 0o600), "wb"))  # noqa: PTH123

    def place(self, incoming: Incoming, identity: str) -> Path:
        """Give what was received its place."""
        target = self.path_of(identity)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        incoming.path.rename(target)
        descriptor = os.open(target.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return target

    def path_of(self, identity: str) -> Path:
        """Tell where a file lies.

        Raises:
            ValueError: It is no id that this hub made: no other text becomes a path.
        """
        if not _ID.match(identity):
            raise ValueError(identity)
        # The end of an id is random; its beginning is a time, which would fill one folder.
        return self._folder / identity[-2:] / identity

    def remove(self, identity: str) -> None:
        """Delete a file; nothing happens where it is gone."""
        self.path_of(identity).unlink(missing_ok=True)

    def sweep(self, known: set[str]) -> int:
        """Delete content that no row knows, and answer how many there were."""
        gone, oldest = 0, datetime.now(UTC).timestamp() - ORPHAN_SECONDS
        for path in self._all():
            with suppress(OSError):
                if path.name not in known and path.stat().st_mtime < oldest:
                    path.unlink()
                    gone += 1
        return gone

    def _all(self) -> Iterator[Path]:
        for folder in self._folder.glob("[0-9a-f][0-9a-f]"):
            yield from (path for path in folder.iterdir() if _ID.match(path.name))
