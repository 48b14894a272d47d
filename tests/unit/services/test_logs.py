"""The audit log as rows: complete, alterable, and what was altered is told."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.audit import AuditLog, Place, read_after
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import AuditEntry
from plexihub.services import logs
from plexihub.services.database import Database
from plexihub.services.logs import LogMirror, compare
from tests.support.hub import command_here

pytestmark = pytest.mark.anyio


@pytest.fixture
async def log(tmp_path: Path, anyio_backend: object) -> AsyncIterator[AuditLog]:
    """An audit log of small segments."""
    log = AuditLog(tmp_path / "audit", segment_bytes=4000)
    await log.start()
    yield log
    await log.close()


@pytest.fixture
async def mirror(database: Database, log: AuditLog) -> AsyncIterator[LogMirror]:
    """The rows of that log."""
    mirror = LogMirror(database, log)
    await mirror.start()
    yield mirror
    await mirror.close()


def note(log: AuditLog, count: int) -> None:
    """Record something many times."""
    for number in range(count):
        details = {"number": number, "deep": {"a": [1.5, None, "é"]}}
        log.append(
            AuditEntry(ctx=CallContext(), action="test.note", target=str(number), details=details)
        )


def rows(tmp_path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read the file with a connection of our own."""
    with closing(sqlite3.connect(tmp_path / "hub.db")) as connection:
        found = connection.execute(sql).fetchall()
        connection.commit()
        return found


async def test_rows_follow_the_log_by_themselves(
    log: AuditLog, mirror: LogMirror, database: Database, tmp_path: Path
) -> None:
    """Every record of every segment is a row soon, equal to what the file has."""
    note(log, 450)
    async with asyncio.timeout(20):
        while rows(tmp_path, "SELECT max(seq) FROM logs") != [(log.last,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert log.last > 450
    assert len(list((tmp_path / "audit").glob("audit-*.jsonl"))) > 1
    verdict = await mirror.differences()
    assert (verdict.checked, verdict.different) == (log.last, 0)
    found = await database.get_model("Log").find({"target": "17"})
    assert [(one.details["number"], one.actor_kind) for one in found] == [(17, "core")]


async def test_forgotten_end_is_told(log: AuditLog, mirror: LogMirror, tmp_path: Path) -> None:
    """Rows are missed, too, where it was written that they were never copied."""
    note(log, 10)
    await mirror.catch_up()
    (hash_of,) = rows(tmp_path, "SELECT hash FROM logs WHERE seq = 5")[0]
    rows(tmp_path, "DELETE FROM logs WHERE seq > 5")
    rows(tmp_path, f"UPDATE log_position SET seq = 5, hash = '{hash_of}'")  # noqa: S608 - ours
    verdict = await mirror.differences()
    assert [one.seq for one in verdict.first] == list(range(6, log.last + 1))


@pytest.mark.checklist("P-41")
async def test_altered_rows_are_told_and_the_chain_stays_whole(
    log: AuditLog, mirror: LogMirror, database: Database, tmp_path: Path
) -> None:
    """A row that was changed, deleted or made up is named by its number; the files are not."""
    note(log, 10)
    await mirror.catch_up()
    model = database.get_model("Log")
    changed = await model.find_one({"seq": 3})
    changed.target, changed.details = "nothing to see", {}
    await changed.save()
    await model.delete({"seq": 5})
    await model.create(
        {**changed.to_dict(), "seq": 4_000, "actor_id": "somebody else", "hash": "0" * 64}
    )
    verdict = await mirror.differences()
    assert [(one.seq, one.problem) for one in verdict.first] == [
        (3, "the row was changed: target, details"),
        (5, "the row was deleted"),
        (4_000, "the files have no such record"),
    ]
    assert (verdict.different, (await log.verify()).ok) == (3, True)
    assert rows(tmp_path, "SELECT target FROM logs WHERE seq = 3") == [("nothing to see",)]
    beside = await compare(f"sqlite+aiosqlite:///{tmp_path / 'hub.db'}", tmp_path / "audit")
    assert beside is not None
    assert [one["seq"] for one in beside["first"]] == [3, 5, 4_000]
    told = await asyncio.to_thread(command_here, "audit", "verify", data=tmp_path)
    assert told.returncode == 0
    assert "the chain is whole" in told.stdout
    assert "3 rows of the table logs are not as the chain has them" in told.stdout
    assert "record 3: the row was changed: target, details" in told.stdout


async def test_next_run_goes_on_where_the_last_one_stopped(
    log: AuditLog, mirror: LogMirror, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was recorded without the rows is copied; a row that was deleted is not made again."""
    monkeypatch.setattr(logs, "BATCH", 7)
    note(log, 10)
    await mirror.catch_up()
    await mirror.close()
    await database.get_model("Log").delete({"seq": 11})
    note(log, 30)
    again = LogMirror(database, log)
    await again.start()
    verdict = await again.differences()
    await again.close()
    assert (verdict.checked, verdict.different) == (log.last, 1)
    assert await database.get_model("Log").count() == log.last - 1


async def test_rows_of_other_files_are_copied_anew(
    log: AuditLog, mirror: LogMirror, database: Database, tmp_path: Path
) -> None:
    """Where the files are those of an earlier moment, the rows are theirs from then on."""
    note(log, 5)
    await log.flush()
    shutil.copytree(tmp_path / "audit", tmp_path / "earlier")
    note(log, 5)
    await mirror.catch_up()
    await mirror.close()
    (tmp_path / "earlier" / "lock").unlink()
    earlier = AuditLog(tmp_path / "earlier")
    await earlier.start()
    note(earlier, 2)
    again = LogMirror(database, earlier)
    await again.start()
    verdict = await again.differences()
    await again.close()
    last = earlier.last
    await earlier.close()
    assert (verdict.checked, verdict.different) == (last, 0)
    assert await database.get_model("Log").count() == last


async def test_writing_audit_never_waits_for_the_rows(
    log: AuditLog, mirror: LogMirror, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody else keeps the database, records are written; the rows come afterwards."""
    monkeypatch.setattr(logs, "PAUSE_SECONDS", 0.01)
    async with database.unit_of_work() as unit:
        await unit.connection()
        note(log, 50)
        await log.flush()
        assert log.last > 50
    assert (await mirror.differences()).checked == log.last


async def test_half_a_line_is_left_for_later(tmp_path: Path, log: AuditLog) -> None:
    """A reader that comes while a line is written gets it whole with the next call."""
    note(log, 1)
    await log.flush()
    (path,) = (tmp_path / "audit").glob("audit-*.jsonl")
    whole = path.read_bytes()
    other = tmp_path / "other"
    other.mkdir()
    copy = other / path.name
    copy.write_bytes(whole[:-10])
    first, place = read_after(other, Place(), 100)
    copy.write_bytes(whole)
    second, place = read_after(other, place, 100)
    assert [len(first), len(second), place.seq] == [1, 1, 2]
    assert json.loads(whole.splitlines()[1])["seq"] == second[0].seq
    assert read_after(other, Place(1), 100)[0] == second
