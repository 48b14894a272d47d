"""What is kept of jobs between two runs of the hub: one row each and its last runs, never code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from plexihub.kernel.context import CallContext, entered
from plexihub.services.database import Database, Job, JobRun
from plexihub.services.database.schema import job_runs
from plexihub.services.scheduler.job import ScheduledJob, place
from plexihub.services.scheduler.timing import refused
from plexihub_sdk.errors import NotFoundError

#: Runs that are kept of each job.
KEPT_RUNS = 30


class JobStore:
    """The rows of the jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = database.rows(Job)
        self._runs = database.rows(JobRun)

    async def row_of(self, plugin: str, job: str) -> Job | None:
        """Find a job's row; None where there is none."""
        return await self._rows.find_one({"plugin": plugin, "job": job})

    async def get(self, plugin: str, job: str) -> Job:
        """Find a job's row.

        Raises:
            NotFoundError: There is none.
        """
        row = await self.row_of(plugin, job)
        if row is None:
            raise NotFoundError(
                f"There is no {place(plugin, job)}.", where="job", next="See: plexihub job list"
            )
        return row

    async def insert(self, job: ScheduledJob, now: datetime) -> Job:
        """Make the row of a job that is new."""
        return await self._rows.insert({**first_values(job, now), "plugin": job.owner})

    async def update(self, key: str, values: dict[str, Any]) -> Job:
        """Write columns of a row.

        Raises:
            NotFoundError: The row was removed meanwhile.
        """
        return await self._rows.update(key, values)

    async def write(self, job: ScheduledJob, **values: Any) -> Job:
        """Write columns of a job's row, whatever is left of the run's own time.

        Raises:
            NotFoundError: The row was removed meanwhile.
        """
        with entered(CallContext()):
            return await self._rows.update(job.row, values)

    async def end(self, job: ScheduledJob, row: dict[str, Any], run: dict[str, Any]) -> Job:
        """Write down together how a run ended, in the job's row and among its last runs.

        Raises:
            NotFoundError: The row was removed meanwhile.
        """
        with entered(CallContext()):
            async with self._database.unit_of_work():
                updated = await self._rows.update(job.row, row)
                await self._runs.insert({**run, "job_id": job.row})
                mine = job_runs.c.job_id == job.row
                newest = select(job_runs.c.id).where(mine).order_by(job_runs.c.started_at.desc())
                stale = job_runs.c.id.not_in(newest.limit(KEPT_RUNS).scalar_subquery())
                await self._database.write(delete(job_runs).where(mine, stale))
        return updated

    async def runs_of(self, key: str) -> list[JobRun]:
        """Answer the last runs of a job, the newest first."""
        return await self._runs.find({"job_id": key}, order="-started_at")

    async def find(self) -> list[Job]:
        """Answer every row."""
        return await self._rows.find(order=("plugin", "job"))

    async def find_of(self, plugin: str) -> list[Job]:
        """Answer the rows of a plugin's jobs."""
        return await self._rows.find({"plugin": plugin}, order="job")

    async def remove(self, key: str) -> int:
        """Delete a row with its runs, and answer how many went."""
        return await self._rows.remove({"id": key})


def first_values(job: ScheduledJob, now: datetime) -> dict[str, Any]:
    """Make the columns of a job whose rule is new.

    Raises:
        InputError: The rule has no moment to come.
    """
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
