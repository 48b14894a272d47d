"""Who follows knows that nothing is missing; what is exported is what stands there."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pytest

from plexihub.kernel.audit import AuditLog, AuditQuery, AuditRecord, verify
from plexihub.kernel.audit.segment import segments
from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.ports import AuditEntry
from plexihub.services.trail import Export, Follower
from plexihub_sdk.errors import ConflictError
from tests.unit.services.trail.conftest import RECORDS

pytestmark = pytest.mark.anyio
ADA = CallContext(actor=Actor("user", "u1", "ada"))


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[AuditLog]:
    """Give a log of small segments."""
    log = AuditLog(tmp_path / "audit", segment_bytes=4000)
    await log.start()
    await write(log, 60)
    yield log
    await log.close()


async def write(log: AuditLog, count: int) -> None:
    """Append records, some at a time."""
    for number in range(count):
        action = "thing.do" if number % 3 else "other.do"
        log.append(AuditEntry(ctx=ADA, action=action, target=str(number)))
        if number % 10 == 0:
            await log.flush()
    await log.flush()


async def frames(log: AuditLog, query: AuditQuery, after: int) -> list[dict[str, Any]]:
    """Follow until now."""
    follower = Follower(log, query, after, set())
    await follower.check("")
    found = []
    async for frame in follower.frames():
        found.append(msgspec.json.decode(frame))
        if found[-1]["to"] >= log.last:
            follower.end()
    return found


def assert_gapless(found: list[dict[str, Any]], after: int, last: int) -> None:
    """Each frame begins where the one before ended."""
    for one in found:
        assert one["from"] == after + 1
        assert one["to"] >= one["from"] - 1
        after = one["to"]
    assert after == last


@pytest.mark.parametrize("query", [AuditQuery(), AuditQuery(action="other."), AuditQuery(text="x")])
async def test_frames_cover_every_number(log: AuditLog, query: AuditQuery) -> None:
    """With or without a filter, each number is covered once."""
    found = await frames(log, query, 5)
    assert_gapless(found, 5, log.last)
    shown = [one["record"]["seq"] for one in found if one["type"] == "record"]
    wanted = await log.read(AuditQuery(after=5, action=query.action, text=query.text, limit=1000))
    assert shown == [one.seq for one in wanted[::-1]]


async def test_what_comes_later_is_handed_out(log: AuditLog) -> None:
    """A follower that waits is woken by what is written."""
    others: set[Follower] = set()
    follower = Follower(log, AuditQuery(), log.last, others)
    loop = asyncio.get_running_loop()

    def told() -> None:  # by the thread that writes
        loop.call_soon_threadsafe(follower.wake)

    undo = log.on_written(told)
    handed = follower.frames()
    await anext(handed)
    assert others == {follower}
    log.append(AuditEntry(ctx=ADA, action="late.do"))
    assert msgspec.json.decode(await anext(handed))["record"]["action"] == "late.do"
    await handed.aclose()  # type: ignore[attr-defined]
    assert others == set()
    undo()


async def test_gap_says_which_numbers_are_gone(log: AuditLog, tmp_path: Path) -> None:
    """Records that retention took, and lines that are none, are told, never passed over."""
    first, second, third, *_ = segments(tmp_path / "audit")
    first.unlink()
    begin = min(one.seq for one in await log.read(AuditQuery(limit=1000)))
    lines = third.read_bytes().splitlines(keepends=True)
    lines[1] = b"garbage\n"
    third.write_bytes(b"".join(lines))
    found = await frames(log, AuditQuery(), 0)
    assert_gapless(found, 0, log.last)
    gaps = [one for one in found if one["type"] == "gap"]
    assert (gaps[0]["from"], gaps[0]["to"]) == (1, begin - 1)
    assert "no longer" in gaps[0]["reason"]
    assert gaps[1]["from"] == gaps[1]["to"]
    assert gaps[1]["fetch"] == (
        f"/api/v1/audit?after={gaps[1]['from'] - 1}&before={gaps[1]['to'] + 1}"
    )
    assert second.exists()


async def test_another_log_is_refused(log: AuditLog) -> None:
    """Whoever followed another log, or one that went back, is told instead of misled."""
    known = (await log.read(AuditQuery(limit=1)))[0]
    await Follower(log, AuditQuery(), known.seq, set()).check(known.hash)
    with pytest.raises(ConflictError, match="another one"):
        await Follower(log, AuditQuery(), known.seq, set()).check("0" * 64)
    with pytest.raises(ConflictError, match="not there yet"):
        await Follower(log, AuditQuery(), known.seq + 1, set()).check("")


async def test_whole_export_verifies(folder: Path, tmp_path: Path) -> None:
    """As JSON lines, the bytes are those of the segments: the chain can be walked elsewhere."""
    work = Export(folder, AuditQuery(), "jsonl")
    data = b"".join([piece async for piece in work.pieces()])
    assert (work.rows, work.bytes, work.is_done) == (RECORDS, len(data), True)
    copy = tmp_path / "copy"
    copy.mkdir()
    lines = iter(data.splitlines(keepends=True))
    for path in segments(folder):
        amount = path.read_bytes().count(b"\n")
        (copy / path.name).write_bytes(b"".join(islice(lines, amount)))
    shutil.copy(folder / "head.json", copy)
    assert verify(copy).ok


async def test_filtered_export_is_what_fits(folder: Path, records: list[AuditRecord]) -> None:
    """The oldest first, within its bounds."""
    query = AuditQuery(outcome="denied", after=500, before=15_000)
    data = b"".join([piece async for piece in Export(folder, query, "ocsf").pieces()])
    found = [msgspec.json.decode(line)["metadata"]["sequence"] for line in data.splitlines()]
    assert found == [one.seq for one in records[::-1] if query.accepts(one)]
