"""Reading the log forward from where a reader stopped, a bounded piece at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plexihub.kernel.audit.record import AuditRecord, read_line
from plexihub.kernel.audit.segment import number, segments


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stopped.

    Args:
        seq: Number of the last record it has read.
        segment: Number of the segment; 0 where that is to be found out.
        offset: Byte in the segment behind the last whole line.
    """

    seq: int = 0
    segment: int = 0
    offset: int = 0


def read_after(folder: Path, place: Place, limit: int) -> tuple[list[AuditRecord], Place]:
    """Read the records that follow, at most `limit`, and tell where the next call goes on.

    Lines that are no record are passed over; a line that is still being written is left for later.
    Blocks: for a thread.
    """
    found: list[AuditRecord] = []
    files = segments(folder)
    if not place.segment:
        place = Place(place.seq, _segment_of(files, place.seq))
    for path in files:
        if number(path) < place.segment:
            continue
        if number(path) > place.segment:
            place = Place(place.seq, number(path))
        place = _read_segment(path, place, limit, found)
        if len(found) >= limit:
            break
    return found, place


def _read_segment(path: Path, place: Place, limit: int, found: list[AuditRecord]) -> Place:
    seq, offset = place.seq, place.offset
    with path.open("rb") as file:
        file.seek(offset)
        for line in file:
            if len(found) >= limit or not line.endswith(b"\n"):
                break
            offset += len(line)
            record = read_line(line[:-1])
            if record is not None and record.seq > seq:
                seq = record.seq
                found.append(record)
    return Place(seq, place.segment, offset)


def _segment_of(files: list[Path], seq: int) -> int:
    """Find the segment that the record after `seq` is in, by the first record of each."""
    for path in reversed(files):
        with path.open("rb") as file:
            first = read_line(file.readline().rstrip(b"\n"))
        if first is not None and first.seq <= seq + 1:
            return number(path)
    return number(files[0]) if files else 0
