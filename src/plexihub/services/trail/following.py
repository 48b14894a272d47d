"""Following the log as it grows, so that whoever follows knows that nothing is missing.

Every frame is one JSON line that says which numbers it covers, `from` to `to`, and each begins
where the one before ended. A `record` frame has the record `to`; what it covers besides did not fit
the filter. A `seen` frame says that nothing fitted, or that nobody wrote for a while. A `gap` frame
says that numbers are no more to be had, why, and where to look for them. Whoever is cut off goes on
with the last `to`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from plexihub.kernel.audit import AuditLog, AuditQuery, Place
from plexihub.kernel.audit.follow import Placed, first_seq, read_placed
from plexihub_sdk.errors import ConflictError, LimitExceededError

BATCH = 200
#: As long as nobody writes, a sign of life is sent so often.
QUIET_SECONDS = 15.0
MOST_FOLLOWERS = 50


class Follower:
    """Somebody who follows.

    Args:
        audit: The log.
        query: What is wanted.
        after: Number of the last record that is known.
        others: Everybody who follows; this one is among them while it hands out frames.
    """

    def __init__(
        self, audit: AuditLog, query: AuditQuery, after: int, others: set[Follower]
    ) -> None:
        self._audit = audit
        self._query = query
        self._place = Place(after)
        self._begin = after
        self._others = others
        self._news = asyncio.Event()
        self._is_over = False
        #: Records that were handed out.
        self.rows = 0

    async def check(self, digest: str) -> None:
        """Make sure that this is the log that was followed.

        Raises:
            ConflictError: It ends before, or has another record there.
            LimitExceededError: Too many follow already.
        """
        if len(self._others) >= MOST_FOLLOWERS:
            raise LimitExceededError(
                f"{MOST_FOLLOWERS} follow the audit log already.", next="Try again later."
            )
        if self._begin > self._audit.last:
            raise ConflictError(
                f"The log ends with record {self._audit.last}: {self._begin} is not there yet.",
                where="after",
                next="It was restored from a backup, or is another log: begin anew with after=0.",
            )
        if not digest or not self._begin:
            return
        place = Place(self._begin - 1)
        found, _ = await asyncio.to_thread(read_placed, self._audit.folder, place, 1)
        if found and found[0].record.seq == self._begin and found[0].record.hash != digest:
            raise ConflictError(
                f"Record {self._begin} of this log is another one than you know.",
                where="hash",
                next="It was restored from a backup, or is another log: begin anew with after=0.",
            )

    def wake(self) -> None:
        """Look whether there is something new."""
        self._news.set()

    def end(self) -> None:
        """Come to the end."""
        self._is_over = True
        self._news.set()

    @property
    def seq(self) -> int:
        """The number of the last record that was looked at."""
        return self._place.seq

    async def frames(self) -> AsyncIterator[bytes]:
        """Hand out frames until `end`."""
        self._others.add(self)
        try:
            yield _frame("seen", self._begin + 1, self._begin)
            while not self._is_over:
                for frame in await self._more():
                    yield frame
        finally:
            self._others.discard(self)

    async def _more(self) -> list[bytes]:
        self._news.clear()
        folder, before = self._audit.folder, self._place.seq
        found, place = await asyncio.to_thread(read_placed, folder, self._place, BATCH)
        if found:
            first = await asyncio.to_thread(first_seq, folder)
            self._place = place
            return [*self._frames(found, before + 1, first)]
        with suppress(TimeoutError):
            async with asyncio.timeout(QUIET_SECONDS):
                await self._news.wait()
            return []
        return [_frame("seen", before + 1, before)]

    def _frames(self, found: list[Placed], begin: int, first: int) -> Iterator[bytes]:
        """Make the frames for what was read; `begin` is the number that follows what was told."""
        expected = begin
        for one in found:
            seq = one.record.seq
            if seq != expected:
                if begin < expected:
                    yield _frame("seen", begin, expected - 1)
                yield _gap(expected, seq - 1, first)
                begin = seq
            if self._query.accepts(one.record):
                self.rows += 1
                yield _frame("record", begin, seq, record=one.record)
                begin = seq + 1
            expected = seq + 1
        if begin < expected:
            yield _frame("seen", begin, expected - 1)


def _gap(begin: int, end: int, first: int) -> bytes:
    if end < first:
        why = "The log keeps these records no longer."
        where = "Look in an archive or a backup of the audit log."
    else:
        why = "What stands there is no record."
        where = "Verify the log, and compare the segment with a backup."
    fetch = f"/api/v1/audit?after={begin - 1}&before={end + 1}"
    return _frame("gap", begin, end, reason=why, next=where, fetch=fetch)


def _frame(kind: str, begin: int, end: int, **more: Any) -> bytes:
    return msgspec.json.encode({"type": kind, "from": begin, "to": end, **more}) + b"\n"
