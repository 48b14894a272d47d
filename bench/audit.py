"""The audit log: appends a second, durable and grouped, against rows of SQLite; and its verifying.

A log whose records are worth something costs more than a table: each is chained, and every so many
are signed. The floor of verifying is reading the same bytes and hashing them once.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bench.case import Case
from plexihub.kernel.audit import AuditLog, verify
from plexihub.kernel.audit.record import encode_body
from plexihub.kernel.audit.segment import segments
from plexihub.kernel.audit.writer import Writer
from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.ports import AuditEntry
from plexihub.runtimes.scribe import Orders, ScribePen

GROUPED = 20_000
DURABLE = 200
VERIFIED = 1_000_000
_BATCH = 500
CTX = CallContext(actor=Actor("plugin", "notes", "Notes"))
_ROW = (
    "INSERT INTO log (time, trace, actor, action, target, outcome, ms, mb)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_TABLE = (
    "CREATE TABLE log (seq INTEGER PRIMARY KEY, time TEXT, trace TEXT, actor TEXT, action TEXT,"
    " target TEXT, outcome TEXT, ms REAL, mb REAL)"
)


def _entry(number: int) -> AuditEntry:
    return AuditEntry(
        ctx=CTX,
        action="plugin.execution",
        target=f"dashboard {number}",
        execution_ms=1.25,
        memory_mb=41.5,
    )


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Offer the ways of writing, and those of reading it all again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield [*_grouped(folder), *_durable(folder), *_hub_side(folder), *_verifying(folder)]


def _case(group: str, name: str, sample: Callable[[], float], **more: Any) -> Case:
    return Case(group=group, name=name, sample=sample, **{"rounds": 3, **more})


def _grouped(folder: Path) -> Iterator[Case]:
    group, more = "audit, grouped appends", {"unit": "records/s", "more_is_better": True}
    rows, ours = partial(_rows, folder, GROUPED, _BATCH), partial(_appends, folder, GROUPED, 0)
    yield _case(group, "SQLite rows, 500 a commit", rows, baseline=True, **more)
    yield _case(group, "PlexiHub, a process of its own", ours, **more)


def _durable(folder: Path) -> Iterator[Case]:
    group, more = "audit, each durable", {"unit": "records/s", "more_is_better": True}
    rows, ours = partial(_rows, folder, DURABLE, 1), partial(_appends, folder, DURABLE, 1)
    yield _case(group, "SQLite rows, 1 a commit", rows, baseline=True, **more)
    yield _case(group, "PlexiHub, a process of its own", ours, **more)


def _hub_side(folder: Path) -> Iterator[Case]:
    group = "audit, processor time of the hub"
    yield _case(group, "in the hub's process", lambda: _cpu(folder, own=True), baseline=True)
    yield _case(group, "PlexiHub, a process of its own", lambda: _cpu(folder, own=False))


def _verifying(folder: Path) -> Iterator[Case]:
    group, log = f"audit, {VERIFIED:,} records", folder / "verified"
    yield _case(
        group, "read and sha256", lambda: _read(_filled(log)), unit="ms", baseline=True, rounds=1
    )
    yield _case(group, "PlexiHub verify", lambda: _verify(_filled(log)), unit="ms", rounds=1)


def _rows(folder: Path, count: int, batch: int) -> float:
    path = folder / f"{time.monotonic_ns()}.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(_TABLE)
        start = time.perf_counter()
        for first in range(0, count, batch):
            connection.execute("BEGIN")
            for number in range(first, first + batch):
                moment = datetime.now(UTC).isoformat()
                row = (moment, CTX.trace, "notes", "plugin.execution", f"dashboard {number}")
                connection.execute(_ROW, (*row, "ok", 1.25, 41.5))
            connection.execute("COMMIT")
        return count / (time.perf_counter() - start)


def _log(folder: Path, *, own: bool) -> AuditLog:
    place = folder / f"log-{time.monotonic_ns()}"
    log = AuditLog(place, queue_limit=GROUPED)
    if not own:
        log.write_with(ScribePen(Orders(folder=str(place))))
    return log


def _appends(folder: Path, count: int, every: int) -> float:
    async def run() -> float:
        log = _log(folder, own=False)
        await log.start()
        start = time.perf_counter()
        for number in range(count):
            log.append(_entry(number))
            if every:
                await log.flush()
        await log.flush()
        took = time.perf_counter() - start
        await log.close()
        return count / took

    return asyncio.run(run())


def _cpu(folder: Path, *, own: bool) -> float:
    async def run() -> float:
        log = _log(folder, own=own)
        await log.start()
        start = time.process_time()
        for number in range(GROUPED):
            log.append(_entry(number))
        await log.flush()
        took = time.process_time() - start
        await log.close()
        return took / GROUPED * 1e6

    return asyncio.run(run())


def _filled(folder: Path) -> Path:
    if folder.exists():
        return folder
    writer = Writer(folder)
    writer.open()
    for first in range(0, VERIFIED, _BATCH):
        moment = datetime.now(UTC)
        writer.write([encode_body(_entry(first + one), moment)[1] for one in range(_BATCH)])
    writer.close()
    return folder


def _read(folder: Path) -> float:
    start = time.perf_counter()
    for path in segments(folder):
        with path.open("rb") as file:
            for line in file:
                hashlib.sha256(line).digest()
    return (time.perf_counter() - start) * 1000


def _verify(folder: Path) -> float:
    start = time.perf_counter()
    verdict = verify(folder)
    took = (time.perf_counter() - start) * 1000
    if not verdict.ok:
        raise RuntimeError(verdict.first_bad)
    return took
