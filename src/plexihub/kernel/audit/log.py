"""Writing the log: a bounded queue, one writer thread, one process.

`append` costs its caller a place in the queue. The writer takes what waits, writes it in one go,
makes it durable, renews the head, and lets what comes within the next moment gather. When the queue
is full, or the hub asks for `flush`, the caller writes along: nothing is ever dropped. After a
sudden death the next start opens a new segment, links it to the last whole record and tells of a
torn line or a loss in its first record.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plexihub.kernel.audit.read import AuditQuery, search
from plexihub.kernel.audit.record import FORMAT, AuditRecord, Identity, encode_body, seal
from plexihub.kernel.audit.segment import (
    START,
    Head,
    encode_head,
    last_good,
    lock,
    number,
    path_of,
    read_head,
    segments,
    write_head,
)
from plexihub.kernel.audit.verify import OPENED, Verdict, verify
from plexihub.kernel.context import CORE, CallContext
from plexihub.kernel.ports import AuditEntry, AuditSink, Undo
from plexihub_sdk.errors import PlexiHubError

_log = logging.getLogger(__name__)
QUEUE_LIMIT = 10_000
GROUP = 500
SEGMENT_BYTES = 64 * 2**20
_RETRY_SECONDS = 1.0
#: A lone record is written at once; of many, those of this span are made durable together.
_GATHER_SECONDS = 0.02
_CLOSE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class AuditExtent:
    """How far the log goes at one moment: what a copy of it holds.

    Args:
        head: Content of the head file.
        segments: Each segment, and how many of its bytes are whole records.
    """

    head: bytes
    segments: tuple[tuple[Path, int], ...]


class AuditLog(AuditSink):
    """The log in one folder."""

    def __init__(
        self,
        folder: Path,
        *,
        queue_limit: int = QUEUE_LIMIT,
        segment_bytes: int = SEGMENT_BYTES,
        identify: Callable[[str], Identity] = lambda _plugin: ("", ""),
    ) -> None:
        """Name the folder; nothing is opened yet.

        Args:
            folder: Where the segments are.
            queue_limit: How many records may wait to be written.
            segment_bytes: About how large a segment becomes.
            identify: Tells version and package digest of a plugin.
        """
        self._identify = identify
        self._folder = folder
        self._limit = queue_limit
        self._segment_bytes = segment_bytes
        self._queue: deque[bytes] = deque()
        self._writing = threading.Lock()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = self._file = -1
        self._size = self._index = 0
        self._head = START
        self._broken = False
        self._listeners: tuple[Callable[[], None], ...] = ()

    @property
    def folder(self) -> Path:
        """Where the segments are."""
        return self._folder

    @property
    def last(self) -> int:
        """The number of the last record that was written."""
        return self._head.seq

    def on_written(self, listener: Callable[[], None]) -> Undo:
        """Have a listener called after records were written, in whichever thread wrote them."""
        self._listeners = (*self._listeners, listener)

        def undo() -> None:
            self._listeners = tuple(one for one in self._listeners if one is not listener)

        return undo

    async def start(self) -> None:
        """Lock the folder, open a new segment and start the writer.

        What was appended before waits in the queue until then.

        Raises:
            StartupError: Another process writes here, or the folder cannot be written.
        """
        await asyncio.to_thread(self._open)
        self._thread = threading.Thread(target=self._run, name="audit writer")
        self._thread.start()

    def _open(self) -> None:
        self._lock = lock(self._folder)
        files = segments(self._folder)
        details, self._head = _look_back(self._folder, files)
        self._begin(number(files[-1]) + 1 if files else 1)
        self._tell_opening(details)
        self._drain()

    def _tell_opening(self, details: dict[str, Any]) -> None:
        details = {"format": FORMAT, **details}
        opening = AuditEntry(ctx=CallContext(actor=CORE), action=OPENED, details=details)
        if loss := details.get("loss"):
            opening.outcome, opening.reason = "failed", loss
            _log.error("the audit log was tampered with: %s", loss)
        self._queue.appendleft(encode_body(opening, datetime.now(UTC))[1])

    def _begin(self, index: int) -> None:
        path = path_of(self._folder, index)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        fresh = os.open(path, flags, 0o600)
        if self._file >= 0:
            os.close(self._file)
        self._file, self._size, self._index = fresh, 0, index

    def append(self, entry: AuditEntry) -> None:
        """Queue one record.

        Raises:
            PlexiHubError: The queue is full and the disk refuses what waits; nothing was dropped.
        """
        if len(self._queue) >= self._limit:
            self._write_along()
        actor = entry.ctx.actor
        who = self._identify(actor.id) if actor.kind == "plugin" else ("", "")
        self._queue.append(encode_body(entry, datetime.now(UTC), who)[1])
        if not self._wake.is_set():
            self._wake.set()

    def _write_along(self) -> None:
        if self._file < 0:
            raise RuntimeError("the audit log is not open and its queue is full")
        try:
            self._drain()
        except OSError as error:
            raise PlexiHubError(
                f"The audit log cannot be written, so nothing may be done: {error.strerror}.",
                where=str(self._folder),
                next="Make room on the disk.",
            ) from error

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.wait()
            self._wake.clear()
            try:
                self._drain()
                self._broken = False
                self._closing.wait(_GATHER_SECONDS)
            except OSError as error:
                self._report(error)

    def _report(self, error: OSError) -> None:
        if not self._broken:
            _log.error("the audit log cannot be written, it is tried again: %s", error)
        self._broken = True
        self._closing.wait(_RETRY_SECONDS)
        self._wake.set()

    def _drain(self) -> None:
        with self._writing:
            before = self._head.seq
            while self._queue:
                self._write_group()
                if self._size > self._segment_bytes:
                    self._begin(self._index + 1)
                    self._tell_opening({"previous": path_of(self._folder, self._index - 1).name})
            is_more = self._head.seq > before
        if is_more:
            for listener in self._listeners:
                listener()

    def _write_group(self) -> None:
        lines, head, taken = [], self._head, min(len(self._queue), GROUP)
        for index in range(taken):
            line, digest = seal(self._queue[index], head.seq + 1, head.hash)
            head = Head(head.seq + 1, digest)
            lines.append(line)
        self._write(b"".join(lines))
        # Only what is on the disk leaves the queue, so a full disk loses nothing.
        for _ in range(taken):
            self._queue.popleft()
        self._head = head
        write_head(self._folder, head)

    def _write(self, data: bytes) -> None:
        try:
            written = 0
            while written < len(data):
                written += os.write(self._file, data[written:])
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(data)

    async def flush(self) -> None:
        """Return when everything appended before is on the disk.

        Raises:
            OSError: It cannot be written.
        """
        if self._file >= 0:
            await asyncio.to_thread(self._drain)

    def extent(self) -> AuditExtent:
        """Write what waits and tell how far the log goes. Blocks: for a thread.

        Raises:
            OSError: It cannot be written.
        """
        self._drain()
        with self._writing:
            found = tuple((path, path.stat().st_size) for path in segments(self._folder))
            return AuditExtent(encode_head(self._head), found)

    async def close(self) -> None:
        """Write what waits, end the writer and free the folder. Safe to call twice."""
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        self._closing.set()
        self._wake.set()
        await asyncio.to_thread(thread.join, _CLOSE_SECONDS)
        try:
            await self.flush()
        finally:
            os.close(self._file)
            os.close(self._lock)
            self._file = self._lock = -1

    async def read(self, query: AuditQuery) -> list[AuditRecord]:
        """Find records, the newest first, those appended a moment ago included."""
        await self.flush()
        return await asyncio.to_thread(search, self._folder, query)

    async def verify(self) -> Verdict:
        """Walk the whole chain."""
        await self.flush()
        return await asyncio.to_thread(verify, self._folder)


def _look_back(folder: Path, files: list[Path]) -> tuple[dict[str, Any], Head]:
    """Find where to go on, and what the first record has to tell of the time before."""
    if not files:
        lost = read_head(folder) is not None
        write_head(folder, START)
        return ({"loss": "every segment was missing when the hub started"} if lost else {}), START
    last, torn = _last_record(files)
    details: dict[str, Any] = {"previous": files[-1].name}
    if torn:
        details["torn_bytes"] = torn
    if loss := _loss(read_head(folder), last):
        details["loss"] = loss
    return details, last


def _last_record(files: list[Path]) -> tuple[Head, int]:
    torn = 0
    for path in reversed(files):  # the last may be empty: death can come right after the open
        record, more = last_good(path)
        torn += more
        if record is not None:
            return Head(record.seq, record.hash), torn
    return START, torn


def _loss(head: Head | None, last: Head) -> str:
    if head is None:
        return "the head file was missing when the hub started"
    if head.seq > last.seq:
        return f"records {last.seq + 1} to {head.seq} were missing when the hub started"
    return ""
