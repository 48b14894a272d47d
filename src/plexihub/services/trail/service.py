"""The trail: the audit log as people ask for it.

It finds, follows and exports records. What it answers comes from the segments; the index beside
them only says where to look.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from plexihub.kernel.audit import AuditLog, AuditQuery, AuditRecord
from plexihub.kernel.ports import Undo
from plexihub.services.trail.export import Export, Form
from plexihub.services.trail.following import Follower
from plexihub.services.trail.keeper import Keeper
from plexihub.services.trail.lane import Lane
from plexihub.services.trail.lookup import Lookup
from plexihub.services.trail.page import IndexShown, Page, RecordShown, Total
from plexihub.services.trail.reading import Readings
from plexihub.services.trail.search import Answered, StrayIndexError, count, get, search
from plexihub.services.trail.trace import MOST_RECORDS, Journey, journey
from plexihub_sdk.errors import NotFoundError

T = TypeVar("T")
#: An index that is there is open in a moment; the hub does not wait for one that is not.
OPEN_SECONDS = 1.0


class Trail:
    """Finds, follows and exports records.

    Args:
        audit: The hub's one audit log.
        path: Where the index is.
    """

    def __init__(self, audit: AuditLog, path: Path) -> None:
        self._audit = audit
        self._keeper = Keeper(audit.folder, path, lambda: audit.last)
        self._lane = Lane(self._keeper)
        self._undo: list[Undo] = []
        self._followers: set[Follower] = set()
        self._loop = asyncio.get_running_loop()
        self.readings = Readings(audit)

    async def start(self) -> None:
        """Keep the index from now on. Without it, everything is found by reading."""
        self._undo.append(self._audit.on_written(self._notice))
        self._keeper.start()
        await asyncio.to_thread(self._keeper.opened.wait, OPEN_SECONDS)

    def _notice(self) -> None:
        self._keeper.notice()
        if self._followers:
            self._loop.call_soon_threadsafe(self._wake_followers)

    def _wake_followers(self) -> None:
        for one in self._followers:
            one.wake()

    async def close(self) -> None:
        """End followers, searches and the thread of the index. Safe to call twice."""
        self.end_followers()
        while self._undo:
            self._undo.pop()()
        self.readings.close()
        await asyncio.to_thread(self._keeper.close)
        await asyncio.to_thread(self._lane.close)

    @property
    def index(self) -> IndexShown:
        """How far the index is."""
        state = self._keeper.state
        return IndexShown(state.name, round(state.share, 3))

    async def search(self, query: AuditQuery, *, counted: bool = False) -> Page:
        """Find one page of records, the newest first, those of a moment ago included.

        Args:
            query: What is wanted.
            counted: Whether to tell how many fit, and which outcomes, actions and actors they have.

        Raises:
            LimitExceededError: It takes too long, or too many searches wait.
        """
        await self._audit.flush()
        found, total = await self._lane.run(partial(self._search, query, counted))
        return Page(
            items=found.records,
            next=None if found.next is None else str(found.next),
            complete=found.complete,
            altered=list(found.altered),
            index=self.index,
            last=self._audit.last,
            total=total,
        )

    def _search(self, query: AuditQuery, counted: bool) -> tuple[Answered, Total | None]:  # noqa: FBT001 - inside
        folder = self._audit.folder
        found = self._indexed(lambda lookup: search(folder, lookup, query))
        if not counted:
            return found, None
        return found, self._indexed(
            lambda lookup: None if lookup is None else count(folder, lookup, query)
        )

    def _indexed(self, work: Callable[[Lookup | None], T]) -> T:
        """Do work with the index, and without it where that leads astray: then it is made anew."""
        lookup = self._lane.lookup()
        try:
            return work(lookup)
        except (sqlite3.Error, StrayIndexError):
            if lookup is None:
                raise
            self._lane.forget()
            self._keeper.report_damage()
            return work(None)

    async def get(self, seq: int) -> RecordShown:
        """Find one record by its number.

        Raises:
            NotFoundError: There is none.
        """
        await self._audit.flush()
        folder = self._audit.folder
        found = await self._lane.run(lambda: get(folder, self._lane.lookup(), seq))
        if found is None:
            raise NotFoundError(f"There is no audit record {seq}.", where="seq")
        return RecordShown(*found)

    async def journey(self, trace: str) -> Journey:
        """Put one journey in order.

        Raises:
            NotFoundError: The log has no record of it.
            LimitExceededError: Too many searches wait.
        """
        page = await self.search(AuditQuery(trace=trace, limit=MOST_RECORDS))
        if not page.items:
            raise NotFoundError(f"There is no record of the trace {trace!r}.", where="trace")
        complete = page.complete and page.next is None
        return journey(trace, page.items, complete=complete, altered=page.altered)

    async def read(self, query: AuditQuery) -> list[AuditRecord]:
        """Find records, the newest first, as `AuditLog.read` does."""
        if query.limit < 1:
            return []
        return (await self.search(query)).items

    async def export(self, query: AuditQuery, form: Form) -> Export:
        """Begin to export what fits until now, the oldest first.

        Raises:
            LimitExceededError: Too many searches wait.
        """
        await self._audit.flush()
        until = self._audit.last + 1
        query = replace(query, before=min(query.before or until, until))
        low = await self._lane.run(lambda: self._indexed(partial(_low, query)))
        return Export(self._audit.folder, replace(query, after=low), form)

    async def follow(self, query: AuditQuery, after: int | None, digest: str = "") -> Follower:
        """Follow the log from the record behind number `after`, or from now on.

        Args:
            query: What is wanted.
            after: Number of the last record that is known; None for the newest.
            digest: Its hash, where that is known.

        Raises:
            ConflictError: The log has no such record, or another one: it is not the log followed.
            LimitExceededError: Too many follow already.
        """
        await self._audit.flush()
        begin = self._audit.last if after is None else after
        follower = Follower(self._audit, query, begin, self._followers)
        await follower.check(digest)
        return follower

    def end_followers(self) -> None:
        """Let everybody who follows come to the end."""
        for one in list(self._followers):
            one.end()


def _low(query: AuditQuery, lookup: Lookup | None) -> int:
    return query.after if lookup is None else max(query.after, lookup.low(query))
