"""Keeps the table `logs`: the audit log as rows, for searching by SQL and by the model `Log`.

The files of the audit log are what counts. The rows are copied from them in the background, a
batch at a time, and whoever is audited never waits for that. A trusted plugin may change a row;
`differences` then tells which, since the files still have the record and its hash.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import DBAPIError

from plexihub.kernel.audit import AuditLog, AuditRecord, Place, read_after
from plexihub.kernel.background import Background
from plexihub.kernel.config import ConfigManager
from plexihub.kernel.events import EventBus
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub.services.database import Database
from plexihub.services.database.schema import log_position, logs
from plexihub_sdk.errors import PlexiHubError

_log = logging.getLogger(__name__)
#: Small: a transaction of so many is what somebody else's waits for at most.
BATCH = 50
#: Between two batches, while much is to be done.
REST_SECONDS = 0.02
#: A busy hub writes one batch in so long, not one for each record.
PAUSE_SECONDS = 0.5
RETRY_SECONDS = 10.0
MOST_TOLD = 20
#: Of rows that have no record at all, no more are counted.
MOST_STRANGE = 10_000


class Difference(msgspec.Struct, frozen=True):
    """A row that is not as the files have its record."""

    seq: int
    problem: str


class RowsVerdict(msgspec.Struct, frozen=True):
    """How many rows were compared, how many differ, and the first of those."""

    checked: int
    different: int
    first: list[Difference]


class LogMirror:
    """Copies the audit log into the database as it grows.

    Args:
        database: Where the rows are.
        audit: Where the records are.
    """

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit
        self._place: Place | None = None
        self._news = asyncio.Event()
        self._copying = asyncio.Lock()
        self._tasks = Background(limit=1)
        self._deaf: Undo | None = None

    async def start(self) -> None:
        """Go on where the last run stopped."""
        loop = asyncio.get_running_loop()
        self._place = Place(await self._begin())

        def notice() -> None:
            loop.call_soon_threadsafe(self._news.set)

        first = await asyncio.to_thread(_first, self._audit.folder)
        if first > 1:
            async with self._database.unit_of_work() as unit:
                await unit.run(delete(logs).where(logs.c.seq.between(1, first - 1)))
        self._deaf = self._audit.on_written(notice)
        self._news.set()
        self._tasks.spawn(self._run(), name="log rows")

    async def close(self) -> None:
        """Stop copying; what is missing is copied after the next start."""
        if self._deaf is not None:
            self._deaf()
        await self._tasks.close()

    async def _begin(self) -> int:
        end, digest = await _position(self._database)
        if not end:
            return 0
        found, _ = await asyncio.to_thread(read_after, self._audit.folder, Place(end - 1), 1)
        if found and (found[0].seq, found[0].hash) == (end, digest):
            return end
        # The files are others than those copied, such as a backup's: they count.
        _log.warning("the rows of the audit log are of other files and are copied anew")
        async with self._database.unit_of_work() as unit:
            await unit.run(delete(logs))
            await unit.run(delete(log_position))
        return 0

    async def _run(self) -> None:
        is_told = False
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._copy()
                is_told = False
            except (PlexiHubError, OSError) as error:
                if not is_told:
                    _log.warning("the rows of the audit log lag behind: %s", error)
                is_told = True
                self._news.set()
                await asyncio.sleep(RETRY_SECONDS)
            await asyncio.sleep(PAUSE_SECONDS)

    async def catch_up(self) -> None:
        """Copy what was recorded until now; nothing where this hub does not keep the rows.

        Raises:
            PlexiHubError: The rows cannot be written now.
        """
        if self._place is not None:
            await self._audit.flush()
            await self._copy()

    async def _copy(self) -> None:
        async with self._copying:
            while self._place is not None:
                folder, place = self._audit.folder, self._place
                records, place = await asyncio.to_thread(read_after, folder, place, BATCH)
                if records:
                    await self._store(records)
                self._place = place
                if len(records) < BATCH:
                    return
                await asyncio.sleep(REST_SECONDS)

    async def _store(self, records: list[AuditRecord]) -> None:
        first, last = records[0].seq, records[-1].seq
        async with self._database.unit_of_work() as unit:
            # Somebody may have made rows of numbers that were still to come.
            await unit.run(delete(logs).where(logs.c.seq.between(first, last)))
            await unit.run(insert(logs), [row_of(one) for one in records])
            place = {"seq": last, "hash": records[-1].hash}
            moved = await unit.run(update(log_position).values(place))
            if not moved.rowcount:
                await unit.run(insert(log_position).values(id=1, **place))

    async def differences(self) -> RowsVerdict:
        """Compare every row with its record.

        Raises:
            PlexiHubError: The rows cannot be read, or not be brought up to now.
        """
        await self.catch_up()
        # Who alters rows may alter in the same way how far they were copied.
        copied = self._place.seq if self._place is not None else 0
        return await differences(self._database, self._audit.folder, copied=copied)


async def _position(database: Database) -> tuple[int, str]:
    rows = await database.read(select(log_position))
    return (rows[0]["seq"], rows[0]["hash"]) if rows else (0, "")


async def differences(database: Database, folder: Path, *, copied: int = 0) -> RowsVerdict:
    """Compare the rows of a database with the records of a folder, as far as they were copied.

    Args:
        database: Need not be started.
        folder: Of the audit log.
        copied: How far they were at least, where that is known from elsewhere than the database.

    Raises:
        PlexiHubError: The rows cannot be read.
    """
    (end, _), place = await _position(database), Place()
    # What was let go after its time has no record any more; nobody misses its row.
    start = await asyncio.to_thread(_first, folder)
    end = max(end, copied)
    found: list[Difference] = []
    checked = count = 0
    while place.seq < end:
        before = place.seq
        records, place = await asyncio.to_thread(read_after, folder, place, BATCH)
        records = [one for one in records if one.seq <= end]
        last = records[-1].seq if len(records) == BATCH else end
        mine = logs.c.seq.between(max(before + 1, start), last)
        rows = await database.read(select(logs).where(mine).order_by(logs.c.seq))
        some = _compared(records, {row["seq"]: row for row in rows})
        checked, count = checked + len(records), count + len(some)
        found += some[: MOST_TOLD - len(found)]
        if last == end:
            break
    strange = select(logs.c.seq).where(or_(logs.c.seq < 1, logs.c.seq > end)).order_by(logs.c.seq)
    beyond = await database.read(strange.limit(MOST_STRANGE))
    some = [Difference(row["seq"], "the files have no such record") for row in beyond]
    return RowsVerdict(checked, count + len(some), [*found, *some][:MOST_TOLD])


def _first(folder: Path) -> int:
    found, _ = read_after(folder, Place(), 1)
    return found[0].seq if found else 1


async def compare(url: str, folder: Path) -> dict[str, Any] | None:
    """Compare the rows of a database that no hub of this process has open.

    Returns:
        As `RowsVerdict`; None where the rows cannot be read, such as those of an older release.
    """
    ownership = Ownership()
    bus = EventBus(ownership, lambda _name, _plugin, _error: None)
    database = Database(url, bus, ownership)
    try:
        found: dict[str, Any] = msgspec.to_builtins(await differences(database, folder))
    except (PlexiHubError, DBAPIError):
        return None
    finally:
        await database.close()
        await bus.close()
    return found


def _compared(records: list[AuditRecord], rows: dict[int, Mapping[str, Any]]) -> list[Difference]:
    found = []
    for record in records:
        row = rows.pop(record.seq, None)
        if row is None:
            found.append(Difference(record.seq, "the row was deleted"))
            continue
        columns = [name for name, value in row_of(record).items() if row[name] != value]
        if columns:
            found.append(Difference(record.seq, f"the row was changed: {', '.join(columns)}"))
    found += [Difference(seq, "the files have no such record") for seq in rows]
    return sorted(found, key=lambda one: one.seq)


def row_of(record: AuditRecord) -> dict[str, Any]:
    """Make the row of a record."""
    return {
        "seq": record.seq,
        "time": datetime.fromisoformat(record.time),
        "trace": record.trace,
        "actor_kind": record.actor.kind,
        "actor_id": record.actor.id,
        "actor_name": record.actor.name,
        "on_behalf_of": record.on_behalf_of,
        "action": record.action,
        "target": record.target,
        "outcome": record.outcome,
        "reason": record.reason,
        "execution_ms": record.execution_ms,
        "memory_mb": record.memory_mb,
        "details": record.details,
        "hash": record.hash,
    }


def follow_log_level(config: ConfigManager, events: EventBus) -> None:
    """Let the hub tell as much on standard error as the settings say, now and after a change."""

    def act(_changed: object = None) -> None:
        logging.getLogger("plexihub").setLevel(str(config.get("log.level")).upper())

    act()
    events.subscribe("config.changed", act)
