"""The service `scheduler`: plugins' own code, run by cron rule, interval or date.

The row of a job outlives the hub; its code does not, and is registered anew at each start of its
plugin. Nothing runs before the plugin is enabled as a whole, nor after it is disabled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from plexihub.kernel.background import Background
from plexihub.kernel.context import owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import AuditSink
from plexihub.services.database import Database, Job
from plexihub.services.scheduler.job import (
    CORE_OWNER,
    Manner,
    Misfire,
    ScheduledJob,
    id_of,
    make_job,
    name_of,
    place,
)
from plexihub.services.scheduler.run import Clock, Runner, shown
from plexihub.services.scheduler.store import JobStore
from plexihub.services.scheduler.timing import read_timing
from plexihub_sdk.errors import ConflictError, LimitExceededError

#: A run that begins later than this was missed, and the job's misfire policy decides.
GRACE = timedelta(seconds=60)
#: The longest sleep: a clock that was set, or a machine that slept, is noticed after it.
LONGEST_PAUSE = 30.0
MAX_JOBS = 1000
_Key = tuple[str, str]


def utc_now() -> datetime:
    """Tell what time it is."""
    return datetime.now(UTC)


class Scheduler:
    """Runs jobs at their times.

    In plain code the methods that reach the database do their work and answer; in `async` code
    they answer with something to await.

    Args:
        database: Where the jobs' rows are.
        ownership: Whose the jobs are.
        audit: Where each run is recorded.
        clock: Tells what time it is.
        is_ready: Whether a plugin is enabled as a whole.
        memory: Measures what carries a plugin, in MiB.
    """

    def __init__(  # noqa: PLR0913 - what it stands on, each by name
        self,
        database: Database,
        ownership: Ownership,
        audit: AuditSink,
        *,
        clock: Clock = utc_now,
        is_ready: Callable[[str], bool] = lambda _plugin: True,
        memory: Callable[[str], float | None] = lambda _plugin: None,
    ) -> None:
        self._database = database
        self._ownership = ownership
        self._clock = clock
        self._is_ready = is_ready
        self._store = JobStore(database)
        self._runner = Runner(self._store, audit, clock, memory)
        self._jobs: dict[_Key, ScheduledJob] = {}
        self._timer = Background()
        self._woken = asyncio.Event()

    def add_job(  # noqa: PLR0913 - the documented call
        self,
        func: Callable[[], Any],
        trigger: str,
        *,
        id: str | None = None,  # noqa: A002 - the name plugins know
        name: str | None = None,
        misfire: Misfire = "run",
        overlap: bool = False,
        deadline: float = 300.0,
        **trigger_args: Any,
    ) -> Any:
        """Run `func()` at its times, after each start of the hub too, and answer the job's id.

        Args:
            func: Plain, or a coroutine function; it takes nothing.
            trigger: `cron` (year, month, day, week, day_of_week, hour, minute, second),
                `interval` (weeks, days, hours, minutes, seconds) or `date` (run_date); `cron` and
                `date` take a `timezone` too, else they are in UTC.
            id: The job's name within the plugin, by which its row is found again; the function's
                own name where it is absent.
            name: For people; the id where it is absent.
            misfire: What to do with a run that is more than a minute late, since the hub or the
                plugin was off: `run` it once, or `skip` to the next moment.
            overlap: Whether a run may begin while the one before goes on.
            deadline: Seconds after which a run is ended.
            **trigger_args: The fields of the trigger.

        Raises:
            InputError: The rule or a value cannot be; nothing is registered.
            ConflictError: The plugin has a job of this id already.
            LimitExceededError: The plugin has a thousand jobs.
        """
        job_id = id_of(id, func)
        where = place(owner.get() or CORE_OWNER, job_id)
        manner = Manner(misfire=misfire, overlap=overlap, deadline=deadline)
        manner.check(where)
        timing = read_timing(trigger, trigger_args, where)
        label = name_of(name, job_id, where)
        job = make_job(func, job_id, name=label, timing=timing, manner=manner)
        return self._database.plainly(self._add(job))

    async def _add(self, job: ScheduledJob) -> str:
        key = job.owner, job.id
        if key in self._jobs:
            raise ConflictError(
                f"{job.owner} has a job {job.id!r} already.",
                where=job.place,
                next="Give this one another id, or remove the other one first.",
            )
        if sum(1 for plugin, _id in self._jobs if plugin == job.owner) >= MAX_JOBS:
            raise LimitExceededError(f"{job.owner} has {MAX_JOBS} jobs already.", where=job.place)
        self._jobs[key] = job
        job.undo = self._ownership.note(partial(self._drop, job), job.plugin)
        try:
            await self._store.claim(job, self._clock())
        except BaseException:
            job.undo()
            raise
        self.wake()
        return job.id

    def _drop(self, job: ScheduledJob) -> None:
        if self._jobs.get((job.owner, job.id)) is job:
            del self._jobs[job.owner, job.id]
        job.stop_runs()

    def remove_job(self, id: str) -> Any:  # noqa: A002 - the name plugins know
        """Stop a job of the plugin whose code runs, and forget its times and its last result.

        Answers whether there was one.
        """
        return self._database.plainly(self._remove(owner.get() or CORE_OWNER, id))

    async def _remove(self, plugin: str, job_id: str) -> bool:
        if (job := self._jobs.get((plugin, job_id))) is not None:
            job.undo()
        return await self._store.remove(plugin, job_id) > 0

    def list(self) -> Any:
        """Answer every job of every plugin: its rule, its next run and how its last one ended.

        A job whose plugin is off, or has not registered it again, is not `active`.
        """
        return self._database.plainly(self._list())

    async def _list(self) -> Sequence[dict[str, Any]]:
        return [self._describe(row) for row in await self._store.find()]

    def _describe(self, row: Job) -> dict[str, Any]:
        job = self._jobs.get((row.plugin, row.job))
        times = {"next_run_at": row.next_run_at, "last_run_at": row.last_run_at}
        return {
            "id": row.job,
            "plugin": row.plugin,
            "name": row.name,
            "trigger": row.trigger,
            "active": job is not None,
            "running": len(job.runs) if job else 0,
            **{name: moment and shown(moment) for name, moment in times.items()},
            "last_outcome": row.last_outcome,
            "last_error": row.last_error,
            "last_ms": row.last_ms,
        }

    def load(self) -> Sequence[dict[str, Any]]:
        """Answer what each plugin's jobs cost since the hub started."""
        return [load.describe(plugin) for plugin, load in sorted(self._runner.load.items())]

    # --- For the hub ---

    def begin(self) -> None:
        """Run jobs from now on: every plugin that starts with the hub has started."""
        self._timer.spawn(self._keep_time(), name="scheduler")

    async def close(self) -> None:
        """Begin nothing any more, and end what runs."""
        await self._timer.close()
        await self._runner.close()

    def listen(self, bus: EventBus) -> None:
        """Follow the plugins: one that is enabled may have jobs due, a removed one has none."""
        bus.subscribe("plugin.enabled", lambda _changed: self.wake())
        bus.subscribe("plugin.removed", lambda changed: self.forget(changed["id"]))

    async def forget(self, plugin: str) -> None:
        """Forget the jobs of a plugin that was removed."""
        await self._store.remove(plugin)
        self._runner.load.pop(plugin, None)

    def wake(self) -> None:
        """Look at the times again: a job or a plugin came."""
        self._woken.set()

    async def settle(self) -> None:
        """Wait until nothing runs."""
        await self._runner.settle()

    def look(self) -> None:
        """Begin every run that is due."""
        now = self._clock()
        for due, job in self._waiting():
            if due > now:
                continue
            job.next_run_at = job.timing.following(due, now)
            if reason := self._reason_to_skip(job, due, now):
                self._runner.skip(job, due, reason)
            else:
                self._runner.start(job, due)

    def _waiting(self) -> Sequence[tuple[datetime, ScheduledJob]]:
        return [
            (job.next_run_at, job)
            for job in self._jobs.values()
            if job.next_run_at and (job.plugin is None or self._is_ready(job.plugin))
        ]

    @staticmethod
    def _reason_to_skip(job: ScheduledJob, due: datetime, now: datetime) -> str:
        if job.manner.misfire == "skip" and now - due > GRACE:
            return "it was missed"
        if job.runs and not job.manner.overlap:
            return "the run before goes on"
        return ""

    async def _keep_time(self) -> None:
        while True:
            self._woken.clear()
            self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._woken.wait()

    def _pause(self) -> float:
        now = self._clock()
        waits = [(due - now).total_seconds() for due, _job in self._waiting()]
        return min(max(0.0, min(waits, default=LONGEST_PAUSE)), LONGEST_PAUSE)
