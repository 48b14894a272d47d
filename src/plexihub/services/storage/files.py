"""Files in a plugin's own folder: named by the plugin, counted by the hub."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from plexihub.services.database.unit import to_end
from plexihub.services.storage.folder import FileFacts, Folder
from plexihub.services.storage.names import parts_of
from plexihub.services.storage.quota import Allowed, Usage
from plexihub_sdk.errors import ConflictError, NotFoundError

T = TypeVar("T")
#: What one call carries: a frame has four MiB, and base64 takes a third more than bytes.
MOST_BYTES = 3_000_000


class OwnFiles:
    """Keeps files of plugins.

    Args:
        folders: Has a folder for each plugin.
        allowed: Tells how much a plugin may keep.
    """

    def __init__(self, folders: Path, allowed: Allowed) -> None:
        self._folders = folders
        self._allowed = allowed
        self._writing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def list(self, plugin: str) -> list[FileFacts]:
        """List a plugin's files, by path."""
        return await asyncio.to_thread(self._folder(plugin).files)

    async def stat(self, plugin: str, path: str) -> FileFacts | None:
        """Tell about a file; None where there is none.

        Raises:
            InputError: The path cannot be used.
            ConflictError: It is no plain file.
        """
        return await asyncio.to_thread(self._folder(plugin).stat, parts_of(path))

    async def read(self, plugin: str, path: str, offset: int, length: int) -> tuple[bytes, int]:
        """Answer a range of a file, and the size of the whole.

        Raises:
            InputError: The path cannot be used.
            NotFoundError: There is no such file.
            ConflictError: It is no plain file.
        """
        parts = parts_of(path)
        found = await asyncio.to_thread(self._folder(plugin).read, parts, offset, length)
        if found is None:
            raise NotFoundError(f"There is no file {path!r}.", where="path")
        return found

    async def write(
        self, plugin: str, path: str, data: bytes, *, append: bool = False, absent: bool = False
    ) -> int:
        """Write a file whole, or at its end, and answer its size.

        Args:
            plugin: Whose.
            path: Below its folder.
            data: What is written.
            append: Whether it is added to what is there.
            absent: Whether there must be no such file.

        Raises:
            InputError: The path cannot be used.
            ConflictError: Something else is in its place, or differs in case alone.
            LimitExceededError: The plugin would keep too much; nothing is written.
        """
        parts, folder = parts_of(path), self._folder(plugin)

        async def work() -> int:
            there = await asyncio.to_thread(folder.stat, parts)
            if absent and there is not None:
                raise ConflictError(f"There is a file {path!r} already.", where="path")
            size = len(data) + (there.size if append and there is not None else 0)
            await self._require_room(plugin, there, size)
            await asyncio.to_thread(folder.append if append else folder.write, parts, data)
            return size

        return await self._alone(plugin, work)

    async def remove(self, plugin: str, path: str) -> bool:
        """Delete a file; answers False where there is none.

        Raises:
            InputError: The path cannot be used.
            ConflictError: It is no plain file.
        """
        parts, folder = parts_of(path), self._folder(plugin)

        async def work() -> bool:
            return await asyncio.to_thread(folder.remove, parts)

        return await self._alone(plugin, work)

    async def _alone(self, plugin: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do one write of a plugin after the other, each to its end, whoever stops waiting."""

        async def locked() -> T:
            async with self._writing[plugin]:
                return await work()

        # A thread cannot be stopped half-way: the next write must not begin beside it.
        return await to_end(locked())

    async def _require_room(self, plugin: str, there: FileFacts | None, size: int) -> None:
        quota = self._allowed(plugin)
        files = await asyncio.to_thread(self._folder(plugin).files)
        before = Usage(count=len(files), size=sum(one.size for one in files))
        count, more = (1, size) if there is None else (0, size - there.size)
        too_many = count > 0 and before.count + count > quota.count
        if too_many or (more > 0 and before.size + more > quota.size):
            raise quota.full("path")

    def _folder(self, plugin: str) -> Folder:
        return Folder(self._folders / plugin)
