"""The index follows the log, and is made anew when it must."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from plexihub.kernel.audit import AuditLog, AuditQuery
from plexihub.kernel.audit.segment import segments
from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.ports import AuditEntry
from plexihub.services.trail import Trail, keeper
from plexihub.services.trail import search as searching

pytestmark = pytest.mark.anyio
ADA = CallContext(actor=Actor("user", "u1", "ada"))


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[AuditLog]:
    """Give a log of small segments with two hundred records."""
    log = AuditLog(tmp_path / "audit", segment_bytes=20_000)
    await log.start()
    for _ in range(4):
        write(log, 50)
        await log.flush()
    yield log
    await log.close()


def write(log: AuditLog, count: int) -> None:
    """Append records."""
    for number in range(count):
        log.append(AuditEntry(ctx=ADA, action="thing.do", target=f"thing {number}"))


async def until(held: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 15
    while not held():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def started(log: AuditLog, tmp_path: Path) -> Trail:
    """Start a trail and wait for its index."""
    trail = Trail(log, tmp_path / "index" / "index.db")
    await trail.start()
    await until(lambda: trail.index.name == "ready")
    return trail


async def test_what_was_recorded_a_moment_ago_is_found(log: AuditLog, tmp_path: Path) -> None:
    """A search answers everything until now, whatever the index has."""
    trail = await started(log, tmp_path)
    log.append(AuditEntry(ctx=ADA, action="thing.do", target="needle"))
    page = await trail.search(AuditQuery(text="needle"), counted=True)
    assert [one.target for one in page.items] == ["needle"]
    assert page.total is not None
    assert (page.total.count, page.total.exact) == (1, True)
    await trail.close()


async def test_index_goes_on_after_a_restart(log: AuditLog, tmp_path: Path) -> None:
    """What was written meanwhile is taken in."""
    await (await started(log, tmp_path)).close()
    write(log, 50)
    await log.flush()
    trail = await started(log, tmp_path)
    assert len((await trail.search(AuditQuery(action="thing.", limit=1000))).items) == 250
    await trail.close()


@pytest.mark.parametrize("damage", ["garbage", "cut", "gone", "other log"])
async def test_damaged_index_is_made_anew(log: AuditLog, tmp_path: Path, damage: str) -> None:
    """Whatever became of the file, the next start has a good one, and answers meanwhile."""
    trail = await started(log, tmp_path)
    await trail.close()
    path = tmp_path / "index" / "index.db"
    if damage == "garbage":
        path.write_bytes(b"no database at all" * 500)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:9000])
    elif damage == "gone":
        path.unlink()
    else:
        other = AuditLog(tmp_path / "other")
        await other.start()
        write(other, 300)
        await other.flush()
        strange = Trail(other, path)
        await strange.start()
        await until(lambda: strange.index.name == "ready")
        await strange.close()
        await other.close()
    trail = Trail(log, path)
    await trail.start()
    assert len((await trail.search(AuditQuery(action="thing.", limit=1000))).items) == 200
    await until(lambda: trail.index.name == "ready")
    assert len((await trail.search(AuditQuery(action="thing.", limit=1000))).items) == 200
    await trail.close()


async def test_damage_while_running_is_answered_around(log: AuditLog, tmp_path: Path) -> None:
    """An index that breaks under a search costs time, and no answer."""
    trail = await started(log, tmp_path)
    path = tmp_path / "index" / "index.db"
    whole = path.stat().st_size
    with path.open("r+b") as file:
        file.write(b"\xff" * whole)
    path.with_name("index.db-wal").unlink(missing_ok=True)
    assert len((await trail.search(AuditQuery(action="thing.", limit=1000))).items) == 200
    await until(lambda: trail.index.name == "ready")
    await trail.close()


async def test_index_that_is_being_built_says_so(
    log: AuditLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is whole, its share is told; and a page that ends early tells where to go on."""
    monkeypatch.setattr(keeper, "_FAR", 10)
    monkeypatch.setattr(keeper, "BATCH", 20)
    monkeypatch.setattr(keeper, "_REST", 500.0)
    monkeypatch.setattr(searching, "SCAN_SECONDS", -1.0)
    write(log, 3000)
    await log.flush()
    trail = Trail(log, tmp_path / "index" / "index.db")
    await trail.start()
    await until(lambda: 0 < trail.index.share < 0.5)
    page = await trail.search(AuditQuery(text="nowhere"))
    assert page.index.name == "building"
    assert (page.items, page.complete) == ([], False)
    assert page.next is not None
    assert 0 < int(page.next) < 3200
    await trail.close()


async def test_records_that_the_log_dropped_are_forgotten(log: AuditLog, tmp_path: Path) -> None:
    """Segments that vanish leave the index; what remains is found and counted."""
    trail = await started(log, tmp_path)
    gone = segments(tmp_path / "audit")[:2]
    for path in gone:
        path.unlink()
    log.append(AuditEntry(ctx=ADA, action="thing.do", target="last"))
    await log.flush()

    left = AuditQuery(action="thing.", limit=1000)
    await until(lambda: trail.index.name == "ready")
    items = (await trail.search(left)).items
    assert 0 < len(items) < 200
    end = time.monotonic() + 15
    while (await trail.search(left, counted=True)).total.count != len(items):  # type: ignore[union-attr]
        assert time.monotonic() < end
        await asyncio.sleep(0.02)
    await trail.close()


async def test_altered_record_is_told(log: AuditLog, tmp_path: Path) -> None:
    """A record whose bytes were changed is shown as it stands, and named as altered."""
    trail = await started(log, tmp_path)
    path = segments(tmp_path / "audit")[0]
    path.write_bytes(path.read_bytes().replace(b'"thing 5"', b'"thing 6"'))
    page = await trail.search(AuditQuery(limit=1000))
    assert len(page.altered) == 1
    assert not (await trail.get(page.altered[0])).intact
    assert (await trail.get(page.altered[0] - 1)).intact
    await trail.close()
