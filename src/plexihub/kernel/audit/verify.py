"""Is the log as it was written? The whole log is walked; the first bad place is named.

Without any help it finds a changed byte, a record or a segment taken out, put in or moved, a torn
line that no start of the hub has accounted for, an end that was cut off, and a checkpoint that the
records do not lead to. With a public key that is kept elsewhere it also finds a log that somebody
else wrote; with a witness's copy of the checkpoints, one that was put back to an older state.

A line torn by a sudden death is in order where the next segment begins by telling of it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexihub.kernel.audit.attest import Attest
from plexihub.kernel.audit.past import OPENED, RETIRE
from plexihub.kernel.audit.record import FORMAT, AuditRecord, problem_of
from plexihub.kernel.audit.segment import START, Head, read_head, segments

#: A line that another process is writing at this moment is whole a moment later.
_TORN = "a torn line"
_TRIES = 5
_PAUSE = 0.1
#: Where things stand at the end of a line: `,"prev":"…","hash":"…"}` and the newline.
_HASH, _PREV = slice(-76, -67), slice(-150, -141)


@dataclass(frozen=True, slots=True)
class Bad:
    """The first bad place: number expected there, file, line in it, and what is wrong."""

    seq: int
    file: str
    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the walk found.

    Args:
        ok: Whether everything is in order.
        records: How many records are whole, up to the first bad place.
        first_bad: The first bad place.
        signed: Up to which record checkpoints have the log.
        retired: How many records were let go after their time, with proof.
        key: Id of the key that signed the last checkpoint; empty where there is none.
        notes: What else a reader should know, each a sentence.
    """

    ok: bool
    records: int
    first_bad: Bad | None = None
    signed: int = 0
    retired: int = 0
    key: str = ""
    notes: tuple[str, ...] = ()


def verify(folder: Path, *, key: str = "", witness: Path | None = None) -> Verdict:
    """Walk the whole log of a folder.

    A hub may be writing: what it has not finished yet is given a moment to become whole.

    Args:
        folder: Of the log.
        key: Public key that signs it, known from elsewhere; else those in the folder are believed.
        witness: A copy of its checkpoints that was kept elsewhere.

    Raises:
        InputError: The witness cannot be read.
    """
    for attempt in range(_TRIES):
        verdict = _Walk(folder, Attest(folder, key, witness)).verdict()
        if verdict.first_bad is None or _TORN not in verdict.first_bad.problem:
            break
        if attempt < _TRIES - 1:
            time.sleep(_PAUSE)
    return verdict


class _Walk:
    """One walk over the segments, with the place it has reached."""

    def __init__(self, folder: Path, attest: Attest) -> None:
        self._folder = folder
        self._attest = attest
        # The head first: what is written meanwhile is behind it, never before it.
        self._head = read_head(folder)
        self._last = START
        self._file = ""
        self._line = 0
        self._torn = 0
        self._torn_at = "", 0

    def verdict(self) -> Verdict:
        files = segments(self._folder)
        base = self._attest.base(files)
        if base is not None:
            self._last = base
        problem = self._walk(files) or self._check_head()
        if not problem and (problem := self._attest.finish(self._last)):
            self._file, self._line = self._attest.file, 1
        attest = self._attest
        return Verdict(
            ok=not problem,
            records=self._last.seq - attest.retired,
            first_bad=Bad(self._last.seq + 1, self._file, max(1, self._line), problem)
            if problem
            else None,
            signed=attest.signed,
            retired=attest.retired,
            key=attest.key,
            notes=tuple(attest.notes),
        )

    def _walk(self, files: list[Path]) -> str:
        for path in files:
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
        last = self._last
        if self._line > 1 and not self._torn and b'"action":"audit.' not in line:
            seq = last.seq + 1
            # Nearly every line: nothing of it has to be understood for its place in the chain.
            if (
                line[_HASH] == b',"hash":"'
                and line[_PREV] == b',"prev":"'
                and line[-141:-77].decode("latin-1") == last.hash
                and line.startswith(b'{"seq":%d,"' % seq)
                and line.endswith(b'"}\n')
            ):
                digest = hashlib.sha256(line[-141:-77] + line[:-76] + b"}").digest()
                if digest.hex() == line[-67:-3].decode("latin-1"):
                    return self._go_on(Head(seq, digest.hex()), digest)
        return self._step_slowly(line)

    def _go_on(self, head: Head, digest: bytes) -> str:
        before, self._last = self._last, head
        problem = self._check_against_head() or self._attest.add(head.seq, digest)
        if problem:
            self._last = before
        return problem

    def _step_slowly(self, line: bytes) -> str:
        if not line.endswith(b"\n"):
            self._torn += len(line)
            self._torn_at = self._file, self._line
            return ""
        problem, record = problem_of(line[:-1], self._last.seq + 1, self._last.hash)
        if problem or record is None:
            return self._torn_problem() or problem
        if problem := self._check_opening(record):
            return problem
        if record.action == RETIRE:
            self._attest.tell(record.details)
        return self._go_on(Head(record.seq, record.hash), bytes.fromhex(record.hash))

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

    def _check_against_head(self) -> str:
        head, last = self._head, self._last
        if head is not None and last.seq == head.seq and last.hash != head.hash:
            return "the head names another record of this number"
        return ""

    def _check_head(self) -> str:
        if self._head is None and self._file:
            self._file, self._line = "head.json", 1
            return "the head file is missing or damaged"
        if self._head is not None and self._head.seq > self._last.seq:
            return f"the end is missing: the head says that there were {self._head.seq} records"
        return ""
