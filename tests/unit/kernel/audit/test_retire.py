"""Old records go with proof; the log verifies from there on, and hides nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from plexihub.kernel.audit import Verdict, verify
from plexihub.kernel.audit.archive import archive, opened
from plexihub.kernel.audit.checkpoint import RETIRED
from plexihub.kernel.audit.proof import problem_with, prove
from plexihub.kernel.audit.record import encode_body
from plexihub.kernel.audit.retire import Keeping, retire
from plexihub.kernel.audit.segment import segments
from plexihub.kernel.audit.signing import make_signer, read_keys
from plexihub.kernel.audit.writer import Writer
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import AuditEntry
from plexihub_sdk.errors import NotFoundError

LATER = datetime.now(UTC) + timedelta(days=500)
YEAR = Keeping(days=365)


def body(target: str) -> bytes:
    """Make what the hub hands over."""
    entry = AuditEntry(ctx=CallContext(), action="thing.do", target=target)
    return encode_body(entry, datetime.now(UTC))[1]


def write(folder: Path, runs: int) -> None:
    """Write one segment a run, of five records."""
    for run in range(runs):
        writer = Writer(folder)
        writer.open()
        writer.write([body(f"{run}/{number}") for number in range(4)])
        writer.close()


def let_go(folder: Path, keeping: Keeping = YEAR) -> int:
    """Let go what is old, and answer how many records went."""
    writer = Writer(folder)
    writer.open()
    made = retire(writer, keeping, LATER)
    writer.close()
    return made.count if made else 0


def whole(folder: Path) -> Verdict:
    """Verify with the log's own key, as somebody elsewhere has it."""
    return verify(folder, key=read_keys(folder)[-1].public)


def test_old_segments_go_and_the_rest_verifies(tmp_path: Path) -> None:
    """All but the segment in use go; the verdict says how many, twice over."""
    write(tmp_path, 3)
    assert let_go(tmp_path) == 15
    assert len(segments(tmp_path)) == 1
    verdict = whole(tmp_path)
    assert (verdict.ok, verdict.retired, verdict.first_bad) == (True, 15, None)
    write(tmp_path, 2)
    assert let_go(tmp_path) > 10
    verdict = whole(tmp_path)
    assert (verdict.ok, verdict.first_bad) == (True, None)
    seq = verdict.retired + 1
    assert problem_with(prove(tmp_path, seq), read_keys(tmp_path)[-1].public) == ""
    with pytest.raises(NotFoundError):
        prove(tmp_path, 1)


@pytest.mark.parametrize(
    "keeping", [Keeping(), Keeping(days=3650), Keeping(days=1, hold=True), Keeping(megabytes=1)]
)
def test_young_records_and_those_on_hold_stay(tmp_path: Path, keeping: Keeping) -> None:
    """Nothing goes before its time, and nothing at all during a legal hold."""
    write(tmp_path, 3)
    assert let_go(tmp_path, keeping) == 0
    assert whole(tmp_path).records == 16


def test_death_over_it_leaves_a_whole_log(tmp_path: Path) -> None:
    """Where the hub dies between statement and deletion, the next start goes on with it."""
    write(tmp_path, 3)
    kept = {path: path.read_bytes() for path in segments(tmp_path)}
    let_go(tmp_path)
    for path in list(kept)[1:]:
        path.write_bytes(kept[path])
    write(tmp_path, 1)
    verdict = whole(tmp_path)
    assert (verdict.ok, verdict.retired, verdict.first_bad) == (True, 15, None)


def test_segments_taken_away_without_a_word_are_missed(tmp_path: Path) -> None:
    """A forged statement, or one that no record tells of, is none."""
    write(tmp_path, 3)
    let_go(tmp_path)
    line = msgspec.json.decode((tmp_path / RETIRED).read_bytes())
    for forged in ({**line, "root": "0" * 64}, {**line, "signature": ""}, {**line, "through": 9}):
        (tmp_path / RETIRED).write_bytes(msgspec.json.encode(forged) + b"\n")
        assert not verify(tmp_path).ok
    (tmp_path / RETIRED).unlink()
    assert not verify(tmp_path).ok


def test_archive_verifies_by_itself_and_proves_its_records(tmp_path: Path) -> None:
    """What was archived before it went is whole, and of the key that somebody kept."""
    folder = tmp_path / "audit"
    write(folder, 3)
    key = read_keys(folder)[-1].public
    made = archive(folder, LATER, tmp_path / "old.tar.gz")
    assert (made.segments, made.last) == (2, 10)
    let_go(folder)
    with opened(made.path) as old:
        assert verify(old, key=key).records == 10
        assert problem_with(prove(old, 3), key) == ""
        assert not verify(old, key=make_signer().public).ok
