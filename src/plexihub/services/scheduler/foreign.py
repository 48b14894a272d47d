"""Rows of jobs that plugins write directly: the running scheduler follows once they are stored.

A job's row is also written by the scheduler itself, around each run; what it holds in memory is
ahead of the row then. So only the columns that a plugin wrote are taken over, and only then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from plexihub.kernel.events import EventBus
from plexihub.services.database import EntityWrites, Written
from plexihub.services.scheduler.job import ScheduledJob
from plexihub.services.scheduler.store import JobStore

TAKEN = frozenset({"paused", "next_run_at"})


class ForeignWrites:
    """Takes over what plugins write into rows of jobs.

    Args:
        store: The rows.
        jobs: Answers the jobs that are registered.
        clock: Tells what time it is.
        changed: Called after something was taken over.
    """

    def __init__(
        self,
        store: JobStore,
        *,
        jobs: Callable[[], Iterable[ScheduledJob]],
        clock: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._changed = changed
        self._written: dict[str, frozenset[str]] = {}

    def listen(self, writes: EntityWrites, bus: EventBus) -> None:
        """Follow from now on."""
        writes.follow("Job", self._note)
        # Told after the commit: what is rolled back changes nothing.
        bus.subscribe("job.updated", lambda _told: self._take_over())
        bus.subscribe("job.deleted", lambda _told: self._take_over())

    async def _note(self, written: Written) -> None:
        if written.kind == "deleted":
            self._written[written.key] = TAKEN
        elif columns := written.columns & TAKEN:
            self._written[written.key] = self._written.get(written.key, frozenset()) | columns

    async def _take_over(self) -> None:
        while self._written:
            key, columns = self._written.popitem()
            job = next((one for one in self._jobs() if one.row == key), None)
            if job is not None:
                await self._follow(job, columns)
                self._changed()

    async def _follow(self, job: ScheduledJob, columns: frozenset[str]) -> None:
        row = await self._store.row_of(job.owner, job.id)
        if row is None:
            job.undo()
            return
        if "paused" in columns:
            job.is_paused = row.paused
        if "next_run_at" in columns:
            job.next_run_at = row.next_run_at
        if not job.is_paused and job.next_run_at is None:
            now = self._clock()
            job.next_run_at = job.timing.following(now, now)
