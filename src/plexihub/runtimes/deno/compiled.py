"""What Deno compiles of the hub's own modules, made once and handed to each plugin's process.

Half of a start would be spent on it. It is made by a run with a plugin of nothing, so no plugin has
a hand in it; each process gets a copy in its own memory, and what it does to that stays there.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from plexihub.runtimes.process.seed import pack, read_folder
from plexihub_sdk.errors import PluginError

_log = logging.getLogger(__name__)

#: Runs Deno with a plugin of nothing, its cache being this folder, to the end.
Run = Callable[[Path], Awaitable[None]]
#: Of SQLite; Deno makes its own in each process.
_BESIDE = ("-wal", "-shm", "-journal")


class CompiledModules:
    """Makes them at the first start.

    Args:
        folder: Where Deno may write meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making = asyncio.Lock()
        self._content: bytes | None = None

    async def content(self, run: Run) -> bytes:
        """Answer them as `seed.pack` packs files; nothing where they cannot be made."""
        async with self._making:
            if self._content is None:
                try:
                    self._content = await self._make(run)
                except (OSError, sqlite3.Error, PluginError) as error:
                    _log.warning("Deno plugins start more slowly, for nothing is kept: %s", error)
                    self._content = b""
            return self._content

    async def _make(self, run: Run) -> bytes:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="compiled-", dir=self._folder) as name:
            await run(Path(name))
            return await asyncio.to_thread(_collect, Path(name))


def _collect(folder: Path) -> bytes:
    for path in folder.iterdir():
        if path.is_file() and not path.name.endswith(_BESIDE):
            _settle(path)
    files = read_folder(folder)
    return pack({name: data for name, data in files.items() if not name.endswith(_BESIDE)})


def _settle(database: Path) -> None:
    """Bring what is written beside a database into it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
