"""Whatever is done to the log is found, and the first bad place is named."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plexihub.kernel.audit import AuditLog, Bad, verify
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import AuditEntry

SEGMENTS = 3
RECORDS = 5  # a segment, the opening included


def make_log(folder: Path) -> None:
    """Write three segments of five records."""

    async def write() -> None:
        for _ in range(SEGMENTS):
            log = AuditLog(folder)
            await log.start()
            for number in range(RECORDS - 1):
                log.append(AuditEntry(ctx=CallContext(), action="thing.do", target=str(number)))
            await log.close()

    asyncio.run(write())


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a log that must not be changed."""
    folder = tmp_path_factory.mktemp("pristine")
    make_log(folder)
    return folder


@pytest.fixture
def folder(pristine: Path, tmp_path: Path) -> Path:
    """Give a log that may be spoilt."""
    return shutil.copytree(pristine, tmp_path / "audit")


def segment(folder: Path, number: int) -> Path:
    """Name a segment."""
    return folder / f"audit-{number:06d}.jsonl"


def restart(folder: Path) -> None:
    """Start and stop the hub's log."""

    async def run() -> None:
        log = AuditLog(folder)
        await log.start()
        await log.close()

    asyncio.run(run())


def edit(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change a segment's lines."""
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def test_untouched_log_is_ok(folder: Path) -> None:
    """The log as written is in order."""
    verdict = verify(folder)
    assert (verdict.ok, verdict.records) == (True, SEGMENTS * RECORDS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_any_changed_byte_found(pristine: Path, data: st.DataObject) -> None:
    """One byte changed anywhere is found in its own line."""
    path = segment(pristine, data.draw(st.integers(1, SEGMENTS)))
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[place]))
    try:
        path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
        verdict = verify(pristine)
    finally:
        path.write_bytes(whole)
    line = whole[:place].count(b"\n") + 1
    seq = (int(path.stem[-6:]) - 1) * RECORDS + line
    assert verdict.first_bad is not None
    assert (verdict.first_bad.seq, verdict.first_bad.file, verdict.first_bad.line) == (
        seq,
        path.name,
        line,
    )


def test_removed_record_found(folder: Path) -> None:
    """A record taken out is missed where it stood."""
    edit(segment(folder, 2), lambda lines: lines[:2] + lines[3:])
    assert verify(folder).first_bad == Bad(
        8,
        "audit-000002.jsonl",
        3,
        "number 8 should stand here, but it is number 9",
    )


def test_swapped_records_found(folder: Path) -> None:
    """Two records cannot change places."""
    edit(segment(folder, 1), lambda lines: [lines[0], lines[2], lines[1], *lines[3:]])
    bad = verify(folder).first_bad
    assert bad is not None
    assert (bad.seq, bad.line) == (2, 2)


@pytest.mark.parametrize("number", [1, 2])
def test_removed_segment_found(folder: Path, number: int) -> None:
    """A segment taken out is missed, the first one too."""
    segment(folder, number).unlink()
    bad = verify(folder).first_bad
    assert bad is not None
    assert (bad.seq, bad.file) == ((number - 1) * RECORDS + 1, segment(folder, number + 1).name)


@pytest.mark.parametrize("keep", [0, 3])
def test_cut_end_found(folder: Path, keep: int) -> None:
    """The head tells that the end is missing, and so does the log after the next start."""
    edit(segment(folder, SEGMENTS), lambda lines: lines[:keep])
    bad = verify(folder).first_bad
    assert bad is not None
    assert "the end is missing" in bad.problem
    restart(folder)
    bad = verify(folder).first_bad
    assert bad is not None
    assert f"to {SEGMENTS * RECORDS} were missing when the hub started" in bad.problem


def test_missing_head_found(folder: Path) -> None:
    """Without the head the end could be missing, so that is said, now and after a start."""
    (folder / "head.json").unlink()
    bad = verify(folder).first_bad
    assert bad is not None
    assert bad.file == "head.json"
    restart(folder)
    assert not verify(folder).ok


def test_torn_line_accounted_for_is_ok(folder: Path) -> None:
    """Half a line at the end is in order once the next start has told of it."""
    with segment(folder, SEGMENTS).open("ab") as file:
        file.write(b'{"seq":16,"ti')
    bad = verify(folder).first_bad
    assert bad is not None
    assert (bad.seq, bad.line) == (16, 6)
    restart(folder)
    assert verify(folder).ok


def test_empty_segment_after_torn_line_is_ok(folder: Path) -> None:
    """Death right after the open of a segment, with a torn line before it, is in order too."""
    with segment(folder, SEGMENTS).open("ab") as file:
        file.write(b'{"seq":16')
    segment(folder, SEGMENTS + 1).touch()
    restart(folder)
    assert verify(folder).ok


def test_torn_line_put_in_later_found(folder: Path) -> None:
    """A line torn by hand in a segment that was closed well is not accounted for."""
    with segment(folder, 1).open("ab") as file:
        file.write(b"{")
    bad = verify(folder).first_bad
    assert bad is not None
    assert (bad.file, bad.line) == ("audit-000001.jsonl", 6)


def test_last_record_changed_while_down_found(folder: Path) -> None:
    """A record changed while the hub was down is not passed off as a torn line."""
    edit(segment(folder, SEGMENTS), lambda lines: [*lines[:-1], lines[-1].replace(b"3", b"4", 1)])
    restart(folder)
    bad = verify(folder).first_bad
    assert bad is not None
    assert (bad.seq, bad.file, bad.line) == (15, "audit-000003.jsonl", 5)


def test_empty_folder_is_ok(tmp_path: Path) -> None:
    """A hub that never ran has nothing to find."""
    assert verify(tmp_path / "never").ok
