"""Looking records up."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.audit import AuditLog, AuditQuery
from plexihub.kernel.context import OPERATOR, Actor, CallContext
from plexihub.kernel.ports import AuditEntry
from plexihub_sdk.ids import TraceId, UserId

pytestmark = pytest.mark.anyio
ADA = CallContext(actor=Actor("user", "u1", "ada"), trace=TraceId("t1"))
NOTES = CallContext(
    actor=Actor("plugin", "notes", "Notes"), on_behalf_of=UserId("u1"), trace=TraceId("t1")
)
ADMIN = CallContext(actor=OPERATOR, trace=TraceId("t2"))
ENTRIES = (
    AuditEntry(ctx=ADA, action="user.create", target="bob"),
    AuditEntry(ctx=NOTES, action="plugin.execution", target="user.creating"),
    AuditEntry(ctx=NOTES, action="gateway.call", target="data.query", outcome="denied"),
    AuditEntry(ctx=ADMIN, action="plugin.disable", target="notes", reason="Too noisy"),
    AuditEntry(ctx=ADMIN, action="config.change", target="notes", details={"plugin": "notes"}),
)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[AuditLog]:
    """Give a log of several segments with five records after the opening of the first."""
    log = AuditLog(tmp_path, segment_bytes=10_000)
    await log.start()
    for entry in ENTRIES:
        log.append(entry)
    yield log
    await log.close()


@pytest.mark.parametrize(
    ("query", "seqs"),
    [
        ({"limit": 2}, [6, 5]),
        ({"before": 4}, [3, 2, 1]),
        ({"plugin": "notes"}, [6, 5, 4, 3]),
        ({"actor": "ada"}, [2]),
        ({"actor": "u1"}, [4, 3, 2]),
        ({"action": "plugin."}, [5, 3]),
        ({"outcome": "denied"}, [4]),
        ({"trace": "t1"}, [4, 3, 2]),
        ({"text": "TOO NOISY"}, [5]),
        ({"limit": 0}, []),
    ],
)
async def test_filter_finds_its_records(
    log: AuditLog, query: dict[str, Any], seqs: list[int]
) -> None:
    """Each filter leaves what fits, the newest first."""
    assert [record.seq for record in await log.read(AuditQuery(**query))] == seqs


async def test_pages_cover_every_segment(log: AuditLog) -> None:
    """Page by page, every record of every segment is read once."""
    for number in range(200):
        log.append(
            AuditEntry(ctx=ADA, action="thing.do", details={"text": "x" * 300}, target=str(number))
        )
        if number % 20 == 0:
            await log.flush()
    found: list[int] = []
    before = None
    while page := await log.read(AuditQuery(limit=37, before=before)):
        found += [record.seq for record in page]
        before = found[-1]
    assert found == list(range(len(found), 0, -1))
    assert len(found) > 206


async def test_spoilt_line_is_left_out(log: AuditLog, tmp_path: Path) -> None:
    """A line that is no record does not keep the others from being read."""
    await log.flush()
    path = tmp_path / "audit-000001.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"user.create"', b'"user.create'))
    assert [record.seq for record in await log.read(AuditQuery())] == [6, 5, 4, 3, 1]
