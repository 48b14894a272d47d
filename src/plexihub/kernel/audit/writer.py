"""The writer: numbers, chains, writes and signs. One of it for a log, in whichever process.

It takes what the hub says of an action and nothing else: what has not the form of a record, or
claims to be one of the writer's own, is refused, and the refusal stands in its place.
"""

from __future__ import annotations

import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from plexihub.kernel.audit.checkpoint import CHECKPOINTS, Checkpoint, make_checkpoint
from plexihub.kernel.audit.past import OPENED, OWN, RECENT, REFUSE, Past, look_back, print_of
from plexihub.kernel.audit.record import FORMAT, encode_body, read_body, seal
from plexihub.kernel.audit.segment import START, Head, lock, path_of, write_head
from plexihub.kernel.audit.signing import KEYS, PublicKey, Signer, own_signer, read_keys
from plexihub.kernel.audit.tree import Frontier
from plexihub.kernel.context import CORE, CallContext
from plexihub.kernel.ports import AuditEntry

SEGMENT_BYTES = 64 * 2**20
EVERY_RECORDS = 1000
EVERY_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How the log was found.

    Args:
        head: Its last record, after that of the opening.
        found: Its last record before that.
        loss: What was missing; empty where nothing was.
    """

    head: Head
    found: Head
    loss: str


class Writer:
    """Writes the log of one folder.

    Args:
        folder: Where.
        signing: Answers what signs the checkpoints, asked once the folder is locked; without it
            there are none.
        segment_bytes: About how large a segment becomes.
        witness: Given each checkpoint, to be kept elsewhere.
        witnessed: The last that is known from there.
        previous: The signer before this one, where it vouches for it.
    """

    def __init__(  # noqa: PLR0913 - each is one thing that it works with
        self,
        folder: Path,
        signing: Callable[[Path], Signer | None] = own_signer,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        witness: Callable[[Checkpoint], None] = lambda _checkpoint: None,
        witnessed: Checkpoint | None = None,
        previous: Signer | None = None,
    ) -> None:
        self.folder = folder
        self.head = START
        self.tree = Frontier()
        self.index = 0
        self.log = ""
        self.signer: Signer | None = None
        self._signing = signing
        self._waiting: list[bytes] = []
        self._segment_bytes = segment_bytes
        self._witness, self._witnessed, self._previous = witness, witnessed, previous
        self._lock = self._file = -1
        self._size = 0
        self._signed, self._signed_at = 0, 0.0
        self._recent: deque[bytes] = deque(maxlen=RECENT)

    def open(self, more: dict[str, Any] | None = None, *, patience: float = 0.0) -> Opened:
        """Lock the folder, look back, and begin a segment.

        Args:
            more: What its first record tells beside what was found.
            patience: For how many seconds to wait for another process to free the folder.

        Raises:
            StartupError: Another process writes here, or the folder cannot be written.
            OSError: The disk refuses.
        """
        self._lock = lock(self.folder, patience)
        try:
            self.signer = self._signing(self.folder)
            past = look_back(self.folder, self._witnessed)
            return self._open(past, more or {})
        except BaseException:
            self._let_go()
            raise

    def _open(self, past: Past, more: dict[str, Any]) -> Opened:
        self.head, self.tree = past.head, past.tree
        self._signed, self._signed_at = 0, time.monotonic()
        self._recent = deque(past.recent, maxlen=RECENT)
        if not past.index:
            write_head(self.folder, self.head)
        self._begin(past.index + 1)
        details = {**past.details, **more, **self._key()}
        self.say(OPENED, details, str(details.get("loss", "")))
        self.checkpoint()
        return Opened(head=self.head, found=past.head, loss=str(past.details.get("loss", "")))

    def _key(self) -> dict[str, Any]:
        """Note the key in use among those of the log, and answer what the opening tells of it."""
        keys = read_keys(self.folder)
        self.log = keys[0].log if keys else secrets.token_hex(8)
        if self.signer is None:
            return {"unsigned": True}
        known = {"key": self.signer.id}
        if keys and keys[-1].id == self.signer.id:
            return known
        key = PublicKey(
            log=self.log,
            public=self.signer.public,
            since=self.head.seq,
            time=stamp(),
            by=keys[-1].id if keys else "",
        )
        old = self._previous
        if keys and old is not None and old.id == keys[-1].id:
            key = msgspec.structs.replace(key, signature=old.sign(key.claim()))
        self.add_line(KEYS, msgspec.json.encode(key))
        return {**known, "public": key.public, "by": key.by, "signed_by_it": bool(key.signature)}

    def _begin(self, index: int) -> None:
        path = path_of(self.folder, index)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        fresh = os.open(path, flags, 0o640)
        if self._file >= 0:
            os.close(self._file)
        self._file, self._size, self.index = fresh, 0, index

    def say(self, action: str, details: dict[str, Any], loss: str = "") -> None:
        """Write a record of the writer's own.

        Raises:
            OSError: The disk refuses.
        """
        self._put([own_body(action, details, loss)])

    def write(self, bodies: Sequence[bytes]) -> Head:
        """Write records and make them durable; all of them, or none.

        What was written a moment ago is passed over: it was handed over again because nobody had
        heard of it.

        Args:
            bodies: As `encode_body` made them.

        Raises:
            OSError: The disk refuses.
        """
        known = set(self._recent)
        fresh = [(body, mark) for body in bodies if (mark := print_of(body)) not in known]
        self._put([_taken(body) for body, _ in fresh])
        self._recent.extend(mark for _, mark in fresh)
        # What was asked for is done; the rest is tried again with the next records.
        with suppress(OSError):
            if self._size > self._segment_bytes:
                self.next_segment()
            elif self.tree.size - self._signed >= EVERY_RECORDS:
                self.checkpoint()
        return self.head

    def _put(self, bodies: Sequence[bytes]) -> None:
        if not bodies and not self._waiting:
            return
        lines, head = [], self.head
        for body in (*self._waiting, *bodies):
            line, digest = seal(body, head.seq + 1, head.hash)
            head = Head(head.seq + 1, digest)
            lines.append(line)
        self._append(b"".join(lines))
        self._waiting.clear()
        for line in lines:
            self.tree.add(bytes.fromhex(line[-67:-3].decode()))
        self.head = head
        write_head(self.folder, head)

    def _append(self, data: bytes) -> None:
        try:
            written = 0
            while written < len(data):
                written += os.write(self._file, data[written:])
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(data)

    def next_segment(self) -> None:
        """Close this segment, signed, and go on in another.

        Raises:
            OSError: The disk refuses.
        """
        self.checkpoint()
        previous = path_of(self.folder, self.index).name
        self._begin(self.index + 1)
        # It stands first in the segment, or nothing does.
        self._waiting.append(own_body(OPENED, {"previous": previous}))
        self._put([])

    @property
    def is_due(self) -> bool:
        """Whether there are records that have waited long enough to be signed."""
        waited = time.monotonic() - self._signed_at
        return self.tree.size > self._signed and waited >= EVERY_SECONDS

    def checkpoint(self) -> None:
        """Sign the log as it is now, unless nothing is new.

        Raises:
            OSError: The disk refuses.
        """
        if self.signer is None or self.tree.size == self._signed:
            return
        made = make_checkpoint(
            self.log, self.tree, self.head.hash, time=stamp(), signer=self.signer
        )
        self.add_line(CHECKPOINTS, msgspec.json.encode(made))
        self._signed, self._signed_at = made.size, time.monotonic()
        self._witness(made)

    def add_line(self, name: str, line: bytes) -> None:
        """Add a line to one of the files beside the segments, and make it durable.

        Raises:
            OSError: The disk refuses.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(self.folder / name, flags, 0o640)
        try:
            size = os.fstat(descriptor).st_size
            # Half a line may be left of a sudden death.
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            os.write(descriptor, (b"\n" if torn else b"") + line + b"\n")
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Sign what is new and free the folder. Safe to call twice.

        Raises:
            OSError: The disk refuses; the folder is free all the same.
        """
        if self._lock < 0:
            return
        try:
            self.checkpoint()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        for descriptor in {self._file, self._lock} - {-1}:
            os.close(descriptor)
        self._file = self._lock = -1


def own_body(action: str, details: dict[str, Any], loss: str = "") -> bytes:
    """Make a record of the writer's own."""
    if action == OPENED:
        details = {"format": FORMAT, **details}
    entry = AuditEntry(ctx=CallContext(actor=CORE), action=action, details=details)
    if loss:
        entry.outcome, entry.reason = "failed", loss
    return encode_body(entry, datetime.now(UTC))[1]


def _taken(body: bytes) -> bytes:
    given = read_body(body)
    if given is None:
        return _refusal("it has not the form of a record", body)
    if given.action in OWN:
        return _refusal(f"only the writer says {given.action}", body)
    return body


def _refusal(why: str, body: bytes) -> bytes:
    entry = AuditEntry(
        ctx=CallContext(actor=CORE),
        action=REFUSE,
        outcome="denied",
        reason=f"What was handed over is no record: {why}.",
        details={"bytes": len(body), "begins": body[:200].decode("utf-8", "replace")},
        rule="form",
    )
    return encode_body(entry, datetime.now(UTC))[1]


def stamp() -> str:
    """Answer the time, to the millisecond, in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
