"""The log is written in order, survives a sudden death, and has one writer."""

import asyncio
import math
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.audit import AuditLog, AuditQuery, verify
from plexihub.kernel.audit.segment import segments
from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.ports import AuditEntry
from plexihub_sdk.errors import StartupError

pytestmark = pytest.mark.anyio
CTX = CallContext(actor=Actor("user", "1", "ada"), deadline=math.inf)


def entry(target: str = "", **more: Any) -> AuditEntry:
    """Make an entry."""
    return AuditEntry(ctx=CTX, action="thing.do", target=target, **more)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[AuditLog]:
    """Give a started log."""
    log = AuditLog(tmp_path)
    await log.start()
    yield log
    await log.close()


async def test_order_and_facts_are_kept(log: AuditLog) -> None:
    """Records are numbered in the order of their appending and say what was handed in."""
    for number in range(1200):
        log.append(entry(str(number), execution_ms=1.23456, details={"n": number}))
    newest = (await log.read(AuditQuery(limit=2)))[0]
    assert (newest.seq, newest.target, newest.details) == (1201, "1199", {"n": 1199})
    assert (newest.actor.name, newest.trace, newest.execution_ms) == ("ada", CTX.trace, 1.235)
    assert (await log.verify()).records == 1201


async def test_chain_goes_on_after_restart(tmp_path: Path) -> None:
    """Each start opens a segment that follows from the last."""
    for _ in range(3):
        log = AuditLog(tmp_path)
        await log.start()
        log.append(entry())
        await log.close()
    assert len(segments(tmp_path)) == 3
    assert (verify(tmp_path).ok, verify(tmp_path).records) == (True, 6)


async def test_what_came_before_start_is_written(tmp_path: Path) -> None:
    """What was appended while the hub was being built is not lost."""
    log = AuditLog(tmp_path)
    log.append(entry("early"))
    await log.start()
    await log.close()
    assert verify(tmp_path).records == 2


async def test_full_queue_drops_nothing(tmp_path: Path) -> None:
    """When the queue is full the caller writes along."""
    log = AuditLog(tmp_path, queue_limit=10)
    await log.start()

    def flood() -> None:
        for _ in range(200):
            log.append(entry())

    await asyncio.gather(*(asyncio.to_thread(flood) for _ in range(4)))
    await log.close()
    assert (verify(tmp_path).ok, verify(tmp_path).records) == (True, 801)


async def test_large_segment_is_followed_by_another(tmp_path: Path) -> None:
    """A segment that has grown large is closed and the chain goes on in the next."""
    log = AuditLog(tmp_path, segment_bytes=1000)
    await log.start()
    for _ in range(3):
        log.append(entry())
        await log.flush()
        log.append(entry())
        await log.flush()
    await log.close()
    assert len(segments(tmp_path)) > 2
    assert verify(tmp_path).ok


@pytest.mark.parametrize(
    "details",
    [{"x": object()}, {"x": 2**80}, {"x": "\ud800"}, {"x": "y" * 100_000}, {"x": float("nan")}],
)
async def test_strange_details_are_written_all_the_same(log: AuditLog, details: Any) -> None:
    """Nothing a plugin can put into a record keeps it, or the next one, from being written."""
    log.append(entry("\udcff" * 5000, details=details))
    log.append(entry("next"))
    assert [one.target for one in await log.read(AuditQuery(limit=1))] == ["next"]
    assert (await log.verify()).ok


async def test_second_process_refused(log: AuditLog, tmp_path: Path) -> None:
    """Two hubs cannot write one log; the second says so."""
    with pytest.raises(StartupError, match="Another process"):
        await AuditLog(tmp_path).start()
    log.append(entry())
    assert (await log.verify()).records == 2


async def test_unwritable_folder_refused(tmp_path: Path) -> None:
    """A folder that is a file is named in the error."""
    (tmp_path / "audit").write_text("")
    with pytest.raises(StartupError) as caught:
        await AuditLog(tmp_path / "audit").start()
    assert caught.value.where == str(tmp_path / "audit")


async def test_close_twice(log: AuditLog) -> None:
    """Closing again does no harm."""
    await log.close()
    await log.close()


WRITER = """
import asyncio, sys
from pathlib import Path
from plexihub.kernel.audit import AuditLog
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import AuditEntry

async def main():
    log = AuditLog(Path(sys.argv[1]))
    await log.start()
    while True:
        for _ in range(50):
            log.append(AuditEntry(ctx=CallContext(), action="thing.do"))
        await log.flush()
        print("written", flush=True)

asyncio.run(main())
"""


async def test_sudden_death_leaves_good_chain(tmp_path: Path) -> None:
    """A hub killed in the middle of writing, twice, leaves a log that goes on and verifies."""
    for _ in range(2):
        await asyncio.to_thread(write_and_kill, tmp_path)
    log = AuditLog(tmp_path)
    await log.start()
    verdict = await log.verify()
    await log.close()
    assert verdict.ok, verdict.first_bad
    assert verdict.records > 100


def write_and_kill(folder: Path) -> None:
    """Let a process write and kill it at some moment."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        os.kill(process.pid, 9)
        process.wait(10)


async def test_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the disk refuses, records wait; half a line that got through is taken back."""
    log = AuditLog(tmp_path)
    await log.start()
    real = os.write

    def refuse(descriptor: int, data: bytes) -> int:
        if data.startswith(b'{"seq"'):
            real(descriptor, data[:20])
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", refuse)
        log.append(entry("waits"))
        with pytest.raises(OSError, match="No space"):
            await log.flush()
    assert [one.target for one in await log.read(AuditQuery(limit=1))] == ["waits"]
    assert (await log.verify()).ok
    await log.close()
