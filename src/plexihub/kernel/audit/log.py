"""The hub's side of the log: a bounded queue, and one thread that hands over what waits in it.

`append` costs its caller the encoding and a place in the queue. The thread takes what waits, has
the pen write it in one go, and lets what comes within the next moment gather. When the queue is
full, or the hub asks for `flush`, the caller waits along: nothing is ever dropped. Only what the
pen says is on the disk leaves the queue.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from plexihub.kernel.audit.checkpoint import CHECKPOINTS, RETIRED
from plexihub.kernel.audit.pen import OwnPen, Pen, Standing
from plexihub.kernel.audit.read import AuditQuery, search
from plexihub.kernel.audit.record import AuditRecord, Identity, encode_body
from plexihub.kernel.audit.segment import START, encode_head, segments
from plexihub.kernel.audit.signing import KEYS
from plexihub.kernel.audit.verify import Verdict, verify
from plexihub.kernel.audit.writer import SEGMENT_BYTES
from plexihub.kernel.context import CORE, CallContext
from plexihub.kernel.ports import AuditEntry, AuditSink, Undo
from plexihub_sdk.errors import PlexiHubError

_log = logging.getLogger(__name__)
QUEUE_LIMIT = 10_000
GROUP = 500
#: One hand-over has to fit into one packet.
GROUP_BYTES = 64 * 1024
_RETRY_SECONDS = 1.0
#: A lone record is written at once; of many, those of this span are made durable together.
_GATHER_SECONDS = 0.02
_CLOSE_SECONDS = 10.0
#: How soon a writer that died is noticed where nothing is written.
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class AuditExtent:
    """How far the log goes at one moment: what a copy of it holds.

    Args:
        head: Content of the head file.
        segments: Each segment and each file beside them, and how many of its bytes are whole lines.
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
        self._pen: Pen = OwnPen(folder, segment_bytes)
        self._queue: deque[tuple[str, bytes]] = deque()
        self._writing = threading.Lock()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_open = self._broken = False
        self._head = START
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

    @property
    def standing(self) -> Standing:
        """Where the writer is."""
        return self._pen.standing

    def write_with(self, pen: Pen) -> None:
        """Choose another pen; before the start."""
        self._pen = pen
        pen.trouble = self._note_trouble

    def _note_trouble(self, what: str) -> None:
        _log.error("the audit log: %s", what)
        entry = AuditEntry(ctx=CallContext(actor=CORE), action="audit.distrust", outcome="failed")
        entry.reason = what
        # Past the bound of the queue: who comes here holds what would make room in it.
        self._queue.append(encode_body(entry, datetime.now(UTC)))
        self._wake.set()

    def _look(self) -> None:
        with self._writing:
            self._pen.look()

    async def start(self) -> None:
        """Begin to write.

        What was appended before waits in the queue until then.

        Raises:
            StartupError: Another process writes here, or the folder cannot be written.
        """
        await asyncio.to_thread(self._open)
        self._thread = threading.Thread(target=self._run, name="audit log")
        self._thread.start()

    def _open(self) -> None:
        opened = self._pen.open()
        self._head, self._is_open = opened.head, True
        if opened.loss:
            _log.error("the audit log was tampered with: %s", opened.loss)
        self._drain()

    def append(self, entry: AuditEntry) -> None:
        """Queue one record.

        Raises:
            PlexiHubError: The queue is full and the disk refuses what waits; nothing was dropped.
        """
        if len(self._queue) >= self._limit:
            self._write_along()
        actor = entry.ctx.actor
        who = self._identify(actor.id) if actor.kind == "plugin" else ("", "")
        self._queue.append(encode_body(entry, datetime.now(UTC), who))
        if not self._wake.is_set():
            self._wake.set()

    def _write_along(self) -> None:
        if not self._is_open:
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
            self._wake.wait(_LOOK_SECONDS)
            self._wake.clear()
            try:
                self._look()
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
            is_more = self._head.seq > before
        if is_more:
            for listener in self._listeners:
                listener()

    def _write_group(self) -> None:
        group: list[tuple[str, bytes]] = []
        size = 0
        for item in islice(self._queue, GROUP):
            size += len(item[1])
            if group and size > GROUP_BYTES:
                break
            group.append(item)
        self._head = self._pen.write(group)
        # Only what is on the disk leaves the queue, so a full disk loses nothing.
        for _ in group:
            self._queue.popleft()

    async def flush(self) -> None:
        """Return when everything appended before is on the disk.

        Raises:
            OSError: It cannot be written.
        """
        if self._is_open:
            await asyncio.to_thread(self._drain)

    def extent(self) -> AuditExtent:
        """Write what waits, sign it and tell how far the log goes. Blocks: for a thread.

        Raises:
            OSError: It cannot be written.
        """
        self._drain()
        with self._writing:
            head = self._head if not self._is_open else self._pen.checkpoint()
            beside = [self._folder / name for name in (KEYS, CHECKPOINTS, RETIRED)]
            files = (*segments(self._folder), *(path for path in beside if path.exists()))
            return AuditExtent(encode_head(head), tuple((one, one.stat().st_size) for one in files))

    async def close(self) -> None:
        """Write what waits and end the writer. Safe to call twice."""
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        self._closing.set()
        self._wake.set()
        await asyncio.to_thread(thread.join, _CLOSE_SECONDS)
        try:
            await self.flush()
        finally:
            self._is_open = False
            await asyncio.to_thread(self._pen.close)

    async def read(self, query: AuditQuery) -> list[AuditRecord]:
        """Find records, the newest first, those appended a moment ago included."""
        await self.flush()
        return await asyncio.to_thread(search, self._folder, query)

    async def verify(self) -> Verdict:
        """Walk the whole chain."""
        await self.flush()
        return await asyncio.to_thread(verify, self._folder)
