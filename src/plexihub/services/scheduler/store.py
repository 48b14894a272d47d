"""What is kept of jobs between two runs of the hub: one row each, never code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plexihub.kernel.context import CallContext, entered
from plexihub.services.database import Database, Job
from plexihub.services.scheduler.job import ScheduledJob
from plexihub.services.scheduler.timing import refused


class JobStore:
    """The rows of the jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = database.rows(Job)

    async def claim(self, job: ScheduledJob, now: datetime) -> None:
        """Find or make the row of a job whose code was just registered, and take over its times.

        A job whose rule is as before goes on where it was; a missed run stays due.

        Raises:
            InputError: The rule has no moment to come; nothing is stored.
        """
        async with self._database.unit_of_work():
            row = await self._rows.find_one({"plugin": job.owner, "job": job.id})
            if row is None:
                row = await self._rows.insert({**_new(job, now), "plugin": job.owner})
            elif row.trigger != job.timing.spec:
                row = await self._rows.update(row.id, _new(job, now))
            elif row.name != job.name:
                row = await self._rows.update(row.id, {"name": job.name})
        job.row, job.next_run_at = row.id, row.next_run_at

    async def write(self, job: ScheduledJob, **values: Any) -> None:
        """Write columns of a job's row, whatever is left of the run's own time.

        Raises:
            NotFoundError: The row was removed meanwhile.
        """
        with entered(CallContext()):
            await self._rows.update(job.row, values)

    async def find(self) -> list[Job]:
        """Answer every row."""
        return await self._rows.find(order=("plugin", "job"))

    async def remove(self, plugin: str, job: str | None = None) -> int:
        """Delete one row of a plugin's, or all, and answer how many."""
        where = {"plugin": plugin} if job is None else {"plugin": plugin, "job": job}
        return await self._rows.remove(where)


def _new(job: ScheduledJob, now: datetime) -> dict[str, Any]:
    first = job.timing.first(now)
    if first is None:
        raise refused(
            job.place,
            f"its {job.timing.spec['kind']} rule never comes: {_shown(job)}.",
            next="Name a moment that the calendar has and that is still to come.",
        )
    return {"job": job.id, "name": job.name, "trigger": job.timing.spec, "next_run_at": first}


def _shown(job: ScheduledJob) -> str:
    fields = {name: value for name, value in job.timing.spec.items() if name != "kind"}
    return ", ".join(f"{name}={value!r}" for name, value in fields.items())
