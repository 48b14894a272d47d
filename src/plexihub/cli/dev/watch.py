"""Tells when the files of a plugin have changed and are whole again.

It looks at the names, times and sizes of a plugin's few files ten times a second, which costs less
than a percent of a core and works on every file system, shared folders of virtual machines
included. What editors write beside a file is passed over, and a change counts once nothing moved
between two looks: an editor that truncates, writes and renames is heard once.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

EVERY_SECONDS = 0.1
SETTLE_SECONDS = 0.03
#: A folder that never comes to rest is taken as it is after so many looks.
MOST_LOOKS = 40
#: More than a package may hold: such a folder is refused when it is installed.
MOST_FILES = 5_000
_PASSED_OVER = re.compile(
    r"\..*|__pycache__|node_modules|.*~|#.*#|.*\.(?:sw[a-z]|tmp|part|bak|orig|pyc)|4913"
)
Look = dict[str, tuple[int, int, int]]


class Watcher:
    """Watches one plugin.

    Args:
        source: Its folder, or its one file.
    """

    def __init__(self, source: Path) -> None:
        self._source = source
        self._seen: Look = {}

    async def start(self) -> None:
        """Take what is there now as known."""
        self._seen = await asyncio.to_thread(look, self._source)

    async def changes(self) -> AsyncIterator[set[str]]:
        """Yield the names of what changed, each time that something did."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            now = await asyncio.to_thread(look, self._source)
            if now == self._seen:
                continue
            now = await self._settled(now)
            changed = {name for name, _ in now.items() ^ self._seen.items()}
            self._seen = now
            if changed:
                yield changed

    async def _settled(self, now: Look) -> Look:
        for _ in range(MOST_LOOKS):
            await asyncio.sleep(SETTLE_SECONDS)
            before, now = now, await asyncio.to_thread(look, self._source)
            if now == before:
                break
        return now


def look(source: Path) -> Look:
    """Answer time, size and number of each file of a plugin; what is gone meanwhile is left out."""
    if source.is_file():
        return dict(_facts(source.name, source))
    found: Look = {}
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if not _PASSED_OVER.fullmatch(name)]
        for name in files:
            if not _PASSED_OVER.fullmatch(name):
                path = Path(folder, name)
                found.update(_facts(path.relative_to(source).as_posix(), path))
        if len(found) > MOST_FILES:
            break
    return found


def _facts(name: str, path: Path) -> list[tuple[str, tuple[int, int, int]]]:
    try:
        facts = path.stat()
    except OSError:
        return []
    return [(name, (facts.st_mtime_ns, facts.st_size, facts.st_ino))]
