"""How much one person may keep, so that nobody fills the disk for everybody.

What a plugin keeps by itself is not counted against anybody: whoever installed it trusts it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from plexihub.services.database import Database
from plexihub.services.database.schema import files
from plexihub_sdk.errors import LimitExceededError, TooLargeError

MIB = 2**20
#: An empty file takes a row, a name and a block of the disk, too.
EACH_BYTES = 4096
MOST_AT_ONCE = 4


class Room:
    """Tells how much room people have left.

    Args:
        database: Where the rows are.
        most_mb: Tells how much one person may keep, in MiB; 0 is no limit.
    """

    def __init__(self, database: Database, most_mb: Callable[[], int]) -> None:
        self._database = database
        self._most_mb = most_mb
        self._receiving: Counter[str] = Counter()

    @contextmanager
    def receiving(self, owner: str) -> Iterator[None]:
        """Count an upload for as long as the block runs.

        Raises:
            LimitExceededError: This person sends too many files at once.
        """
        if self._receiving[owner] >= MOST_AT_ONCE:
            raise LimitExceededError(
                f"You are sending {MOST_AT_ONCE} files at this moment.",
                where="body",
                next="Send the next one when one of them is there.",
            )
        self._receiving[owner] += 1
        try:
            yield
        finally:
            self._receiving[owner] -= 1
            if not self._receiving[owner]:
                del self._receiving[owner]

    async def within(
        self, owner: str, data: AsyncIterator[bytes], *, told: int
    ) -> AsyncIterator[bytes]:
        """Pass on what comes, as far as there is room for it.

        Args:
            owner: Who sends it.
            data: What comes.
            told: How many bytes were announced; 0 where that is not known.

        Raises:
            TooLargeError: There is no room for more.
        """
        most = self._most_mb() * MIB
        left = most - await self._kept(owner) - EACH_BYTES if most else None
        if left is not None and told > left:
            raise self._full()
        async for block in data:
            if left is not None and (left := left - len(block)) < 0:
                raise self._full()
            yield block

    async def _kept(self, owner: str) -> int:
        sums = select(
            func.count().label("count"), func.coalesce(func.sum(files.c.size), 0).label("size")
        )
        (row,) = await self._database.read(sums.where(files.c.owner_id == owner))
        return int(row["size"]) + int(row["count"]) * EACH_BYTES

    def _full(self) -> TooLargeError:
        return TooLargeError(
            f"Your files may have {self._most_mb()} MiB together at most.",
            where="body",
            next="Delete some, or ask an administrator to change the setting files.person_mb.",
        )
