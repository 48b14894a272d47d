"""Is the log as it was written? The whole log is walked; the first bad place is named.

Without any help it finds a changed byte, a record or a segment taken out, put in or moved, a torn
line that no start of the hub has accounted for, an end that was cut off, and a checkpoint that the
records do not lead to. With a public key that is kept elsewhere it also finds a log that somebody
else wrote; with a witness's copy of the checkpoints, one that was put back to an older state.

A line torn by a sudden death is in order where the next segment begins by telling of it.
"""

from __future__ import annotations

import time
from binascii import hexlify
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
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
#: Bytes that are read at once.
_BLOCK = 2**19
#: Where `,"hash":"…"}` and the newline begin.
_HASH = -76
_OWN = b'"action":"audit.'


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
            self._line = 0
            try:
                with path.open("rb") as file:
                    while lines := file.readlines(_BLOCK):
                        self._file = path.name
                        if problem := self._read(lines):
                            return problem
            except OSError as error:
                self._file = path.name
                return f"the segment cannot be read: {error.strerror}"
        return f"{_TORN} of {self._torn} bytes ends the log" if self._torn else ""

    def _read(self, lines: list[bytes]) -> str:
        at = 0
        while at < len(lines):
            if count := self._run(lines, at):
                at += count
                continue
            self._line += 1
            if problem := self._step(lines[at]):
                return problem
            at += 1
        return ""

    def _run(self, lines: list[bytes], at: int) -> int:
        """Go over lines of which nothing has to be understood for their places in the chain.

        Nearly every line is one. Answers how many were, before one that `_step` has to look at.
        """
        if not self._line or self._torn:
            return 0
        last, digests = self._last.hash.encode(), []
        until = min(len(lines), at + self._stop() - self._last.seq - 1)
        for seq, line in enumerate(islice(lines, at, int(until)), self._last.seq + 1):
            digest = sha256(last + line[:_HASH] + b"}").digest()
            fits = b',"prev":"%b","hash":"%b"}\n' % (last, last := hexlify(digest))
            if not (line.endswith(fits) and line.startswith(b'{"seq":%d,"' % seq)) or _OWN in line:
                break
            digests.append(digest)
        if digests:
            self._last = Head(self._last.seq + len(digests), digests[-1].hex())
            self._line += len(digests)
            self._attest.pass_over(digests)
        return len(digests)

    def _stop(self) -> float:
        stop, head = self._attest.stop, self._head
        return min(stop, head.seq) if head is not None and head.seq > self._last.seq else stop

    def _go_on(self, head: Head, digest: bytes) -> str:
        before, self._last = self._last, head
        problem = self._check_against_head() or self._attest.add(head.seq, digest)
        if problem:
            self._last = before
        return problem

    def _step(self, line: bytes) -> str:
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
