"""Reading the log forward from where a reader stopped, a bounded piece at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plexihub.kernel.audit.read import Spot
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


@dataclass(frozen=True, slots=True)
class Placed:
    """A record, its line with the newline, and where that stands."""

    record: AuditRecord
    line: bytes
    spot: Spot


def read_after(folder: Path, place: Place, limit: int) -> tuple[list[AuditRecord], Place]:
    """Read the records that follow, at most `limit`, and tell where the next call goes on.

    Lines that are no record are passed over; a line that is still being written is left for later.
    Blocks: for a thread.
    """
    found, place = read_placed(folder, place, limit)
    return [one.record for one in found], place


def read_placed(folder: Path, place: Place, limit: int) -> tuple[list[Placed], Place]:
    """Do as `read_after`, and tell of each record where it stands."""
    found: list[Placed] = []
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


def first_seq(folder: Path) -> int:
    """Tell the number of the oldest record that is still there; 0 where there is none."""
    for path in segments(folder):
        try:
            with path.open("rb") as file:
                first = read_line(file.readline().rstrip(b"\n"))
        except FileNotFoundError:
            continue
        if first is not None:
            return first.seq
    return 0


def _read_segment(path: Path, place: Place, limit: int, found: list[Placed]) -> Place:
    seq, offset = place.seq, place.offset
    try:
        file = path.open("rb")
    except FileNotFoundError:  # retention took it meanwhile
        return place
    with file:
        file.seek(offset)
        for line in file:
            if len(found) >= limit or not line.endswith(b"\n"):
                break
            record = read_line(line[:-1])
            if record is not None and record.seq > seq:
                seq = record.seq
                found.append(Placed(record, line, Spot(seq, place.segment, offset, len(line))))
            offset += len(line)
    return Place(seq, place.segment, offset)


def _segment_of(files: list[Path], seq: int) -> int:
    """Find the segment that the record after `seq` is in, by the first record of each."""
    for path in reversed(files):
        try:
            with path.open("rb") as file:
                first = read_line(file.readline().rstrip(b"\n"))
        except FileNotFoundError:
            continue
        if first is not None and first.seq <= seq + 1:
            return number(path)
    return number(files[0]) if files else 0
