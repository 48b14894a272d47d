"""What the writer finds of the time before: where the chain ends, the tree, and what was lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexihub.kernel.audit.checkpoint import (
    CHECKPOINTS,
    Checkpoint,
    Retired,
    last_checkpoint,
    last_retired,
)
from plexihub.kernel.audit.record import body_in, digest_in, read_line
from plexihub.kernel.audit.segment import (
    START,
    Head,
    last_good,
    lines_backwards,
    number,
    read_head,
    segments,
)
from plexihub.kernel.audit.tree import Frontier

OPENED = "audit.open"
RETIRE = "audit.retire"
REFUSE = "audit.refuse"
#: What the writer alone may say.
OWN = frozenset({OPENED, RETIRE, REFUSE})
#: A group that was written, and not yet known to be, is handed over again after a sudden death.
RECENT = 1000


@dataclass(frozen=True, slots=True)
class Past:
    """The state of a log.

    Args:
        head: Its last record.
        tree: Over all its records.
        details: What the next opening has to tell.
        recent: Digests of what the hub handed over last.
        index: Number of the last segment; 0 where there is none.
    """

    head: Head
    tree: Frontier
    details: dict[str, Any]
    recent: tuple[bytes, ...]
    index: int


def look_back(folder: Path, witnessed: Checkpoint | None = None) -> Past:
    """Find where to go on.

    Args:
        folder: Of the log.
        witnessed: The last checkpoint that is known from elsewhere.
    """
    files = _tidied(folder)
    base = last_retired(folder)
    last, torn = _last_record(files, base)
    details: dict[str, Any] = {"previous": files[-1].name} if files else {}
    if torn:
        details["torn_bytes"] = torn
    checkpoint = last_checkpoint(folder / CHECKPOINTS)
    tree, problem = _tree(files, last, base, checkpoint)
    loss = _loss(folder, bool(files), last) or _unseen(last, checkpoint, witnessed) or problem
    if loss:
        details["loss"] = loss
    return Past(last, tree, details, _recent(files), number(files[-1]) if files else 0)


def _tidied(folder: Path) -> list[Path]:
    """Take away what was let go already: the hub may have died over it."""
    files = segments(folder)
    if (one := last_retired(folder)) is not None:
        while len(files) > 1 and (first := first_of(files[1])) and first <= one.through + 1:
            files.pop(0).unlink(missing_ok=True)
    return files


def first_of(path: Path) -> int:
    """Answer the number of a segment's first record; 0 where it has none."""
    with path.open("rb") as file:
        first = read_line(file.readline().rstrip(b"\n"))
    return 0 if first is None else first.seq


def _last_record(files: list[Path], base: Retired | None) -> tuple[Head, int]:
    torn = 0
    for path in reversed(files):  # the last may be empty: death can come right after the open
        record, more = last_good(path)
        torn += more
        if record is not None:
            return Head(record.seq, record.hash), torn
    return (START if base is None else Head(base.through, base.hash)), torn


def _loss(folder: Path, is_there: bool, last: Head) -> str:  # noqa: FBT001 - of its caller alone
    head = read_head(folder)
    if not is_there:
        return "every segment was missing when the hub started" if head else ""
    if head is None:
        return "the head file was missing when the hub started"
    return _missing(last, head.seq) if head.seq > last.seq else ""


def _unseen(last: Head, checkpoint: Checkpoint | None, witnessed: Checkpoint | None) -> str:
    if checkpoint is not None and checkpoint.size > last.seq:
        return f"{_missing(last, checkpoint.size)}: a signed checkpoint has them"
    if witnessed is not None and witnessed.size > last.seq:
        return f"{_missing(last, witnessed.size)}: the witness has seen them"
    return ""


def _missing(last: Head, until: int) -> str:
    return f"records {last.seq + 1} to {until} were missing when the hub started"


def _recent(files: list[Path]) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for path in reversed(files):
        for line in lines_backwards(path):
            if (body := body_in(line)) is not None:
                found.append(print_of(body))
            if len(found) >= RECENT:
                return tuple(reversed(found))
    return tuple(reversed(found))


def print_of(body: bytes) -> bytes:
    """Answer by what a record is known again that is handed over twice."""
    return hashlib.sha256(body).digest()[:16]


def _tree(
    files: list[Path], last: Head, base: Retired | None, checkpoint: Checkpoint | None
) -> tuple[Frontier, str]:
    """Compute the tree over all records, from the last checkpoint on where that fits."""
    problem = ""
    if checkpoint is not None and checkpoint.size <= last.seq:
        tree = checkpoint.tree()
        found = next(digests(files, checkpoint.size), None)
        is_same = checkpoint.size == 0 or (found is not None and found.hex() == checkpoint.head)
        if tree is not None and (is_same or _is_base(base, checkpoint)):
            return _grown(tree, files, last), ""
        problem = "" if is_same else "records were changed that a signed checkpoint has otherwise"
    tree = (base.tree() if base is not None else None) or Frontier()
    return _grown(tree, files, last), problem


def _is_base(base: Retired | None, checkpoint: Checkpoint) -> bool:
    return base is not None and (base.through, base.hash) == (checkpoint.size, checkpoint.head)


def _grown(tree: Frontier, files: list[Path], last: Head) -> Frontier:
    for digest in digests(files, tree.size + 1):
        if tree.size >= last.seq:
            break
        tree.add(digest)
    return tree


def digests(files: list[Path], start: int) -> Iterator[bytes]:
    """Yield the hashes of the records from a number on, as they stand in their lines."""
    begin = max((at for at, path in enumerate(files) if 0 < first_of(path) <= start), default=0)
    for path in files[begin:]:
        seq = first_of(path)
        with path.open("rb") as file:
            for line in file:
                digest = digest_in(line[:-1])
                if digest is None or not line.endswith(b"\n"):
                    continue
                if seq >= start:
                    yield digest
                seq += 1
