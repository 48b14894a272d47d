"""Looking records up by reading them: newest first, from the end, in bounded memory.

This is the slow and sure way: it needs nothing but the segments. An index may answer the same
questions faster; what it answers is read from the segments all the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from plexihub.kernel.audit.record import AuditRecord, problem_of, read_line
from plexihub.kernel.audit.segment import lines_backwards, path_of, segments
from plexihub.kernel.audit.words import fits, words, words_of

MAX_LIMIT = 1000
_LOOK_AT_CLOCK = 256


@dataclass(frozen=True, kw_only=True)
class AuditQuery:
    """Which records are wanted; an empty field does not matter.

    Args:
        limit: At most this many, 1000 in any case.
        before: Only records with a lower number.
        after: Only records with a higher number.
        plugin: What the plugin did, and what was done to it.
        actor: Id or name of who acted, or of the person it was for.
        action: Beginning of the action, such as `plugin.`.
        outcome: How it ended.
        trace: One journey.
        target: Words of what it was done to, or their beginnings.
        since: Not before this moment, written as records write it.
        until: Before this moment.
        text: Words anywhere in the record, or their beginnings.
    """

    limit: int = 50
    before: int | None = None
    after: int = 0
    plugin: str = ""
    actor: str = ""
    action: str = ""
    outcome: str = ""
    trace: str = ""
    target: str = ""
    since: str = ""
    until: str = ""
    text: str = ""

    @cached_property
    def words(self) -> list[str]:
        """The words of `text`."""
        return words(self.text)

    @cached_property
    def target_words(self) -> list[str]:
        """The words of `target`."""
        return words(self.target)

    def accepts(self, record: AuditRecord) -> bool:
        """Whether a record is wanted."""
        return (
            record.seq > self.after
            and (self.before is None or record.seq < self.before)
            and (not self.actor or self.actor in who(record))
            and record.action.startswith(self.action)
            and self.outcome in {"", record.outcome}
            and self.trace in {"", record.trace}
            and (not self.plugin or self.plugin in plugins(record))
            and self._accepts_time(record.time)
            and self._accepts_words(record)
        )

    def _accepts_time(self, moment: str) -> bool:
        return (not self.since or moment >= self.since) and (not self.until or moment < self.until)

    def _accepts_words(self, record: AuditRecord) -> bool:
        if self.target_words and not fits(self.target_words, set(words(record.target))):
            return False
        return not self.words or fits(self.words, words_of(record))


def who(record: AuditRecord) -> set[str]:
    """Answer every id and name under which a person or plugin is found in a record."""
    actor = record.actor
    # An impersonation's name has both: `ada as grace`.
    found = {actor.id, actor.name, record.on_behalf_of or "", *actor.name.split(" as ")}
    return found - {""}


def plugins(record: AuditRecord) -> set[str]:
    """Answer the plugins that a record concerns: which did it, and to which it was done."""
    named = record.details.get("plugin")
    found = {named} if isinstance(named, str) else set()
    if record.actor.kind == "plugin":
        found.add(record.actor.id)
    if record.action.startswith("plugin."):
        found.add(record.target)
    return found - {""}


@dataclass(frozen=True, slots=True)
class Scanned:
    """What reading backwards found.

    Args:
        records: The newest first.
        stopped: Number of the last record that was looked at, where older ones were not.
    """

    records: list[AuditRecord]
    stopped: int | None = None


def search(folder: Path, query: AuditQuery) -> list[AuditRecord]:
    """Find records, the newest first; lines that are no record are left out."""
    limit = max(0, min(query.limit, MAX_LIMIT))
    return scan(folder, replace(query, limit=limit)).records if limit else []


def scan(folder: Path, query: AuditQuery, *, seconds: float | None = None) -> Scanned:
    """Read backwards until enough is found, the beginning is reached, or the time is over."""
    end = None if seconds is None else time.monotonic() + seconds
    found: list[AuditRecord] = []
    for count, record in enumerate(_backwards(folder, query.before), 1):
        if record.seq <= query.after:
            break
        if query.accepts(record):
            found.append(record)
        if len(found) >= query.limit:
            return Scanned(found, record.seq)
        if end is not None and count % _LOOK_AT_CLOCK == 0 and time.monotonic() > end:
            return Scanned(found, record.seq)
    return Scanned(found)


def _backwards(folder: Path, before: int | None) -> Iterator[AuditRecord]:
    files = segments(folder)
    while before is not None and files and _first(files[-1]) >= before:
        files.pop()
    for path in reversed(files):
        for line in lines_backwards(path):
            record = read_line(line)
            if record is not None and (before is None or record.seq < before):
                yield record


def _first(path: Path) -> int:
    try:
        with path.open("rb") as file:
            record = read_line(file.readline().rstrip(b"\n"))
    except FileNotFoundError:
        return 0
    return 0 if record is None else record.seq


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a record stands: its number, its segment, and the bytes of its line there."""

    seq: int
    segment: int
    offset: int
    length: int


def read_spots(
    folder: Path, spots: Iterable[Spot]
) -> Iterator[tuple[Spot, AuditRecord | None, bool]]:
    """Read records where they should stand, and tell of each whether its hash fits its bytes.

    Yields:
        The spot, the record, None where none of this number stands there, and whether it is whole.
    """
    with ExitStack() as stack:
        files: dict[int, BinaryIO | None] = {}
        for spot in spots:
            if spot.segment not in files:
                files[spot.segment] = _opened(folder, spot.segment, stack)
            yield spot, *_read_spot(files[spot.segment], spot)


def _opened(folder: Path, segment: int, stack: ExitStack) -> BinaryIO | None:
    with suppress(FileNotFoundError):
        return stack.enter_context(path_of(folder, segment).open("rb"))
    return None


def _read_spot(file: BinaryIO | None, spot: Spot) -> tuple[AuditRecord | None, bool]:
    if file is None:
        return None, False
    file.seek(spot.offset)
    line = file.read(spot.length).rstrip(b"\n")
    record = read_line(line)
    if record is None or record.seq != spot.seq:
        return None, False
    return record, not problem_of(line, record.seq, record.prev)[0]
