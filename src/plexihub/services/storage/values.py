"""What plugins keep by key: JSON, with a number for each write, and an end where one is wanted.

Every plugin has a compartment, and in it one for each person. Which of them is meant is said by
who calls, never by a key. A write is one unit of work, so what reads, decides and writes
(`if_version`, `if_absent`, `increment`) is never interrupted by another write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select, update

from plexihub.services.database import Database
from plexihub.services.database.schema import plugin_values
from plexihub.services.storage.quota import Ledger, Usage
from plexihub_sdk.errors import ConflictError, InputError, LimitExceededError
from plexihub_sdk.models import now

LARGEST_VALUE = 64 * 1024
LONGEST_TTL = 10 * 366 * 86_400.0
MOST_LISTED = 1000
#: Values that one list answers; the next one goes on from there.
LISTED_BYTES = 2**20
LARGEST_NUMBER = 2**53 - 1
SWEPT_AT_ONCE = 500
_columns = plugin_values.c


@dataclass(frozen=True, slots=True)
class Place:
    """A compartment.

    Args:
        plugin: Whose it is.
        person: For whom it is kept; empty for the plugin's own.
    """

    plugin: str
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is kept under a key.

    Args:
        key: Its name.
        value: Any JSON.
        version: Number of the write that made it.
        expires_at: When it ends; None where it stays.
    """

    key: str
    value: Any
    version: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What a write asks for.

    Args:
        ttl: Seconds until it ends; None where it stays.
        if_version: The version it must have now.
        if_absent: Whether there must be none now.
    """

    ttl: float | None = None
    if_version: int | None = None
    if_absent: bool = False


_ALWAYS = When()


class Values:
    """Keeps values.

    Args:
        database: Where.
        ledger: Counts them.
        clock: Tells the time, in UTC.
    """

    def __init__(
        self, database: Database, ledger: Ledger, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock

    async def find(self, place: Place, key: str) -> Entry | None:
        """Answer what is kept under a key; None where there is nothing."""
        query = select(_columns.key, _columns.value, _columns.version, _columns.expires_at)
        found = await self._database.read(query.where(*_at(place, key), self._is_alive()))
        return _entry(found[0]) if found else None

    async def put(self, place: Place, key: str, value: Any, when: When = _ALWAYS) -> int:
        """Keep a value, and answer the number of this write.

        Raises:
            ConflictError: There is another version now, or there is one and must not be.
            LimitExceededError: The value is too large, or the plugin keeps too much.
        """
        text = _encoded(value, key)
        async with self._database.unit_of_work() as unit:
            await unit.connection()
            there = await self._stored(place, key)
            self._require(key, there, when)
            return await self._write(place, key, text, there, self._end(when.ttl))

    async def increment(self, place: Place, key: str, by: int, ttl: float | None = None) -> int:
        """Add to a whole number, which is 0 where there is none, and answer the sum.

        Args:
            place: Where.
            key: Of the number.
            by: How much.
            ttl: Seconds until a number that begins now ends; one that is there keeps its end.

        Raises:
            ConflictError: What is there is no whole number.
            InputError: The sum is no safe integer.
            LimitExceededError: The plugin keeps too much.
        """
        async with self._database.unit_of_work() as unit:
            await unit.connection()
            there = await self._stored(place, key)
            is_alive = there is not None and self._lives(there)
            old = msgspec.json.decode(there["value"]) if there and is_alive else 0
            if isinstance(old, bool) or not isinstance(old, int):
                raise ConflictError(f"What is kept as {key!r} is no whole number.", where=key)
            new = old + by
            if abs(new) > LARGEST_NUMBER:
                raise InputError("The sum is larger than a safe integer.", where=key)
            end = there["expires_at"] if there and is_alive else self._end(ttl)
            await self._write(place, key, str(new), there, end)
            return new

    async def remove(self, place: Place, key: str, if_version: int | None = None) -> bool:
        """Delete what is kept under a key; answers False where there was nothing.

        Raises:
            ConflictError: There is another version now.
        """
        async with self._database.unit_of_work() as unit:
            await unit.connection()
            there = await self._stored(place, key)
            self._require(key, there, When(if_version=if_version))
            if there is None:
                return False
            await self._database.write(delete(plugin_values).where(*_at(place, key)))
            await self._ledger.charge(place.plugin, key, count=-1, size=-there["size"])
            return self._lives(there)

    async def page(
        self, place: Place, *, prefix: str = "", after: str = "", limit: int = 100
    ) -> tuple[list[Entry], str | None]:
        """Answer what is kept, by key, and the key to go on after; None at the end.

        Args:
            place: Where.
            prefix: Of the keys.
            after: Only keys behind this one.
            limit: How many at most; fewer where the values are large.
        """
        query = (
            select(_columns.key, _columns.value, _columns.version, _columns.expires_at)
            .where(_columns.plugin == place.plugin, _columns.person == place.person)
            .where(_columns.key > after, self._is_alive())
            .order_by(_columns.key)
            .limit(limit + 1)
        )
        if prefix:
            # Not LIKE, which takes no notice of case here and knows wildcards.
            query = query.where(func.substr(_columns.key, 1, len(prefix)) == prefix)
        found, size, fitting = await self._database.read(query), 0, 0
        for row in found[:limit]:
            size += len(row["value"])
            if fitting and size > LISTED_BYTES:
                break
            fitting += 1
        items = [_entry(row) for row in found[:fitting]]
        return items, items[-1].key if len(found) > fitting else None

    async def sweep(self) -> int:
        """Delete a bounded number of values that have ended, and answer how many."""
        ended = _columns.expires_at <= self._clock()
        return await self._delete_some(select(*_NAMED).where(ended))

    async def forget_person(self, person: str) -> int:
        """Delete what every plugin keeps for a person who is gone, and answer how much."""
        gone = 0
        while some := await self._delete_some(select(*_NAMED).where(_columns.person == person)):
            gone += some
        return gone

    async def purge(self, plugin: str) -> int:
        """Delete everything that a plugin keeps here, and answer how much it was."""
        async with self._database.unit_of_work():
            done = await self._database.write(
                delete(plugin_values).where(_columns.plugin == plugin)
            )
            await self._ledger.forget(plugin)
        return done.rowcount

    async def usage(self, plugin: str) -> Usage:
        """Tell how much a plugin keeps here."""
        return await self._ledger.of(plugin)

    async def usages(self) -> dict[str, Usage]:
        """Tell how much each plugin keeps here that keeps anything."""
        return await self._ledger.all()

    # --- Inside of a unit of work ---

    async def _stored(self, place: Place, key: str) -> Any:
        found = await self._database.read(select(plugin_values).where(*_at(place, key)))
        return found[0] if found else None

    async def _write(
        self, place: Place, key: str, text: str, there: Any, end: datetime | None
    ) -> int:
        size = len(key.encode()) + len(text.encode())
        count, more = (1, size) if there is None else (0, size - there["size"])
        usage = await self._ledger.of(place.plugin)
        if not self._ledger.fits(place.plugin, usage, count=count, size=more):
            # What has ended makes room at once, not when it is swept.
            ended = _columns.expires_at <= self._clock()
            others = or_(_columns.key != key, _columns.person != place.person)
            await self._delete(
                select(*_NAMED).where(_columns.plugin == place.plugin, ended, others)
            )
        version = await self._ledger.charge(place.plugin, key, count=count, size=more)
        values = {"value": text, "size": size, "version": version, "expires_at": end}
        if there is None:
            row = {"plugin": place.plugin, "person": place.person, "key": key, **values}
            await self._database.write(insert(plugin_values).values(row))
        else:
            change = update(plugin_values).where(*_at(place, key)).values(values)
            await self._database.write(change)
        return version

    async def _delete_some(self, query: Select[Any]) -> int:
        async with self._database.unit_of_work() as unit:
            await unit.connection()
            return await self._delete(query.limit(SWEPT_AT_ONCE))

    async def _delete(self, query: Select[Any]) -> int:
        found = await self._database.read(query)
        sums: dict[str, tuple[int, int]] = {}
        for row in found:
            place = Place(row["plugin"], row["person"])
            await self._database.write(delete(plugin_values).where(*_at(place, row["key"])))
            count, size = sums.get(row["plugin"], (0, 0))
            sums[row["plugin"]] = count + 1, size + row["size"]
        for plugin, (count, size) in sums.items():
            await self._ledger.charge(plugin, "sweep", count=-count, size=-size)
        return len(found)

    def _require(self, key: str, there: Any, when: When) -> None:
        version = there["version"] if there is not None and self._lives(there) else None
        if when.if_absent and version is not None:
            raise ConflictError(f"There is something under {key!r} already.", where=key)
        if when.if_version is not None and when.if_version != version:
            raise ConflictError(
                f"What is kept as {key!r} was changed meanwhile.",
                where=key,
                next="Read it again, and decide anew.",
            )

    def _is_alive(self) -> ColumnElement[bool]:
        return or_(_columns.expires_at.is_(None), _columns.expires_at > self._clock())

    def _lives(self, row: Any) -> bool:
        return row["expires_at"] is None or row["expires_at"] > self._clock()

    def _end(self, ttl: float | None) -> datetime | None:
        return None if ttl is None else self._clock() + timedelta(seconds=ttl)


_NAMED = (_columns.plugin, _columns.person, _columns.key, _columns.size)


def _at(place: Place, key: str) -> tuple[ColumnElement[bool]]:
    one = and_(
        _columns.plugin == place.plugin, _columns.person == place.person, _columns.key == key
    )
    return (one,)


def _encoded(value: Any, key: str) -> str:
    text = msgspec.json.encode(value)
    if len(text) > LARGEST_VALUE:
        raise LimitExceededError(
            f"A value may have {LARGEST_VALUE // 1024} KiB as JSON at most; this has {len(text):,}"
            " bytes.",
            where=key,
            next="Split it, or keep it as a file.",
        )
    return text.decode()


def _entry(row: Any) -> Entry:
    value = msgspec.json.decode(row["value"])
    return Entry(key=row["key"], value=value, version=row["version"], expires_at=row["expires_at"])
