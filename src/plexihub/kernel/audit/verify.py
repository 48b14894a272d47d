"""Is the log as it was written? The whole chain is walked; the first bad place is named.

What is found: a changed byte, a record or a segment taken out, put in or moved, a torn line that no
start of the hub has accounted for, and an end that was cut off. What cannot be found by anybody who
has only this folder: an end cut off together with a head that was changed to fit, or a log
rewritten as a whole. Keep a copy of the head elsewhere against that.

A line torn by a sudden death is in order where the next segment begins by telling of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexihub.kernel.audit.record import FORMAT, AuditRecord, problem_of
from plexihub.kernel.audit.segment import START, Head, read_head, segments

OPENED = "audit.open"
#: A line that another process is writing at this moment is whole a moment later.
_TORN = "a torn line"
_TRIES = 5
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Bad:
    """The first bad place: number expected there, file, line in it, and what is wrong."""

    seq: int
    file: str
    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: records that are in order, and the first that is not."""

    ok: bool
    records: int
    first_bad: Bad | None = None


def verify(folder: Path) -> Verdict:
    """Walk the whole chain of a folder."""
    verdict = _Walk(folder).verdict()
    for _ in range(_TRIES):
        if verdict.ok or verdict.first_bad is None or _TORN not in verdict.first_bad.problem:
            break
        time.sleep(_PAUSE)
        verdict = _Walk(folder).verdict()
    return verdict


class _Walk:
    """One walk over the segments, with the place it has reached."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # The head first: what is written meanwhile is behind it, never before it.
        self._head = read_head(folder)
        self._last = START
        self._file = ""
        self._line = 0
        self._torn = 0
        self._torn_at = "", 0

    def verdict(self) -> Verdict:
        problem = self._walk() or self._check_head()
        if not problem:
            return Verdict(True, self._last.seq)
        bad = Bad(self._last.seq + 1, self._file, max(1, self._line), problem)
        return Verdict(False, self._last.seq, bad)

    def _walk(self) -> str:
        for path in segments(self._folder):
            try:
                for line in self._lines(path):
                    if problem := self._step(line):
                        return problem
            except OSError as error:
                self._file = path.name
                return f"the segment cannot be read: {error.strerror}"
        return f"{_TORN} of {self._torn} bytes ends the log" if self._torn else ""

    def _lines(self, path: Path) -> Iterator[bytes]:
        self._line = 0
        with path.open("rb") as file:
            for line in file:
                self._file, self._line = path.name, self._line + 1
                yield line

    def _step(self, line: bytes) -> str:
        if not line.endswith(b"\n"):
            self._torn += len(line)
            self._torn_at = self._file, self._line
            return ""
        problem, record = problem_of(line[:-1], self._last.seq + 1, self._last.hash)
        if problem or record is None:
            return self._torn_problem() or problem
        problem = self._check_opening(record) or self._check_against_head(record)
        if not problem:
            self._last = Head(record.seq, record.hash)
        return problem

    def _check_opening(self, record: AuditRecord) -> str:
        torn, self._torn = self._torn, 0
        if (self._line == 1) != (record.action == OPENED):
            return f"each segment begins with {OPENED}, and nothing else does"
        told: dict[str, Any] = record.details if record.action == OPENED else {}
        if told.get("format", 1) not in range(1, FORMAT + 1):
            return f"the segment is of form {told['format']}, which this release does not know"
        if told.get("torn_bytes", 0) != torn:
            self._torn = torn
            return self._torn_problem() or "it tells of a torn line, and there is none"
        return str(told.get("loss", ""))

    def _torn_problem(self) -> str:
        if not self._torn:
            return ""
        self._file, self._line = self._torn_at
        return f"{_TORN} of {self._torn} bytes that the next segment does not account for"

    def _check_against_head(self, record: AuditRecord) -> str:
        head = self._head
        if head is not None and record.seq == head.seq and record.hash != head.hash:
            return "the head names another record of this number"
        return ""

    def _check_head(self) -> str:
        if self._head is None and self._file:
            self._file, self._line = "head.json", 1
            return "the head file is missing or damaged"
        if self._head is not None and self._head.seq > self._last.seq:
            return f"the end is missing: the head says that there were {self._head.seq} records"
        return ""
