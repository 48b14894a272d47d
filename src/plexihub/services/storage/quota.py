"""How much a plugin may keep, and the books of how much it does keep.

The books are rows beside what they count, changed in the same unit of work: two writes at one time
cannot both take the last free byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select, update

from plexihub.services.database import Database
from plexihub.services.database.schema import plugin_usage
from plexihub_sdk.errors import LimitExceededError

MIB = 2**20
VALUES = "values"
ROWS = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How much of one kind a plugin may keep.

    Args:
        count: How many.
        mib: How large together, in MiB.
        noun: What is counted, for people: `keys`.
        free: How the plugin makes room, for people.
    """

    count: int
    mib: int
    noun: str
    free: str

    @property
    def size(self) -> int:
        """How large together, in bytes."""
        return self.mib * MIB

    def full(self, where: str) -> LimitExceededError:
        """Make the refusal of more."""
        return LimitExceededError(
            f"A plugin keeps {self.count:,} {self.noun} and {self.mib} MiB of them at most.",
            where=where,
            next=f"{self.free} An administrator can raise the limit.",
        )


#: What one plugin may keep now: asked with its id at each write.
Allowed = Callable[[str], Quota]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How much a plugin keeps of one kind.

    Args:
        count: How many.
        size: In bytes.
        version: Number of the last write; never goes back, so no two writes share one.
    """

    count: int = 0
    size: int = 0
    version: int = 0


class Ledger:
    """The books of one kind of thing.

    Args:
        database: Has the rows.
        kind: `VALUES` or `ROWS`.
        allowed: Tells how much a plugin may keep.
    """

    def __init__(self, database: Database, kind: str, allowed: Allowed) -> None:
        self._database = database
        self._kind = kind
        self.allowed = allowed

    async def of(self, plugin: str) -> Usage:
        """Tell how much a plugin keeps."""
        columns = plugin_usage.c
        query = select(columns.count, columns.size, columns.version).where(*self._is(plugin))
        found = await self._database.read(query)
        return Usage(**found[0]) if found else Usage()

    async def all(self) -> dict[str, Usage]:
        """Tell how much each plugin keeps that keeps anything."""
        columns = plugin_usage.c
        found = await self._database.read(
            select(columns.plugin, columns.count, columns.size).where(
                columns.kind == self._kind, columns.count > 0
            )
        )
        return {row["plugin"]: Usage(count=row["count"], size=row["size"]) for row in found}

    def fits(self, plugin: str, before: Usage, *, count: int, size: int) -> bool:
        """Whether so many more may be kept; what makes things fewer or smaller always may."""
        quota = self.allowed(plugin)
        few = count <= 0 or before.count + count <= quota.count
        return few and (size <= 0 or before.size + size <= quota.size)

    async def charge(self, plugin: str, where: str, *, count: int, size: int) -> int:
        """Note a write, inside of its unit of work, and answer its number.

        Args:
            plugin: Who writes.
            where: What is written, for the refusal.
            count: How many more there are; negative for fewer.
            size: How many bytes more.

        Raises:
            LimitExceededError: It would be more than the plugin may keep.
        """
        before = await self.of(plugin)
        if not self.fits(plugin, before, count=count, size=size):
            raise self.allowed(plugin).full(where)
        after = Usage(
            count=max(0, before.count + count),
            size=max(0, before.size + size),
            version=before.version + 1,
        )
        await self.put(plugin, after)
        return after.version

    async def put(self, plugin: str, usage: Usage) -> None:
        """Write what was counted, inside of a unit of work."""
        values = {"count": usage.count, "size": usage.size, "version": usage.version}
        changed = await self._database.write(
            update(plugin_usage).where(*self._is(plugin)).values(values)
        )
        if not changed.rowcount:
            row = {"plugin": plugin, "kind": self._kind, **values}
            await self._database.write(insert(plugin_usage).values(row))

    async def forget(self, plugin: str) -> None:
        """Forget a plugin, whose things are gone."""
        await self._database.write(delete(plugin_usage).where(*self._is(plugin)))

    def _is(self, plugin: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        columns = plugin_usage.c
        return columns.plugin == plugin, columns.kind == self._kind
