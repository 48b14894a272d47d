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
from plexihub.kernel.context import CallContext, acting, owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import Database, EntityWrites
from plexihub.services.scheduler.foreign import ForeignWrites
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
from plexihub.services.scheduler.run import Clock, Runner
from plexihub.services.scheduler.shape import described, described_run
from plexihub.services.scheduler.store import JobStore
from plexihub.services.scheduler.timing import Timing, read_timing
from plexihub.services.scheduler.writes import JobWrites
from plexihub_sdk.errors import ConflictError, LimitExceededError, NotFoundError

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
        hooks: Asked before a job or a run of it comes, changes or goes.
        bus: Told after that.
        clock: Tells what time it is.
        is_ready: Whether a plugin is enabled as a whole.
        memory: Measures what carries a plugin, in MiB.
        changed: Told when a job or a run of one changed; callable from any thread.
    """

    def __init__(  # noqa: PLR0913 - what it stands on, each by name
        self,
        database: Database,
        ownership: Ownership,
        audit: AuditSink,
        *,
        hooks: HookTable,
        bus: EventBus,
        clock: Clock = utc_now,
        is_ready: Callable[[str], bool] = lambda _plugin: True,
        memory: Callable[[str], float | None] = lambda _plugin: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._ownership = ownership
        self._clock = clock
        self._is_ready = is_ready
        self._audit = audit
        self._changed = changed
        self._store = JobStore(database)
        self._writes = JobWrites(database, self._store, hooks, bus)
        self._runner = Runner(
            self._store,
            hooks=hooks,
            bus=bus,
            audit=audit,
            clock=clock,
            memory=memory,
            changed=changed,
        )
        self._jobs: dict[_Key, ScheduledJob] = {}
        self._timer = Background()
        self._woken = asyncio.Event()

    def add_job(  # noqa: PLR0913 - the documented call
        self,
        func: Callable[..., Any],
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
            func: Plain, or a coroutine function; it takes nothing, or its run
                (`plexihub_sdk.jobs.JobRun`), to which it may tell its progress. What it answers is
                kept as the last result.
            trigger: `cron` (year, month, day, week, day_of_week, hour, minute, second; or
                `crontab`, one line of five fields), `interval` (weeks, days, hours, minutes,
                seconds) or `date` (run_date); `cron` and `date` take a `timezone` too, else they
                are in UTC.
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
            Veto: A handler of `job.creating` or `job.updating` refused; nothing is registered.
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
        return self._database.plainly(self._add(job, acting()))

    async def _add(self, job: ScheduledJob, ctx: CallContext) -> str:
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
            await self._writes.claim(job, self._clock(), ctx)
        except BaseException:
            job.undo()
            raise
        self.wake()
        self._changed()
        return job.id

    def _drop(self, job: ScheduledJob) -> None:
        if self._jobs.get((job.owner, job.id)) is job:
            del self._jobs[job.owner, job.id]
        job.stop_runs()

    def reschedule_job(self, id: str, trigger: str, **trigger_args: Any) -> Any:  # noqa: A002
        """Give a job of the plugin whose code runs another rule, until its next start.

        Args:
            id: Of the job.
            trigger: As for `add_job`.
            **trigger_args: The fields of the trigger.

        Raises:
            NotFoundError: The plugin has no such job.
            InputError: The rule cannot be; the job keeps the one it has.
            Veto: A handler of `job.updating` refused.
        """
        plugin = owner.get() or CORE_OWNER
        timing = read_timing(trigger, trigger_args, place(plugin, id))
        return self._database.plainly(self._reschedule((plugin, id), timing, acting()))

    async def _reschedule(self, key: _Key, timing: Timing, ctx: CallContext) -> None:
        row, job = await self._store.get(*key), self._jobs.get(key)
        if job is None:
            raise NotFoundError(f"The {place(*key)} is not registered.", where=place(*key))
        before, job.timing = job.timing, timing
        try:
            await self._writes.follow(job, row, self._clock(), ctx)
        except BaseException:
            job.timing = before
            raise
        self.wake()
        self._changed()

    def remove_job(self, id: str) -> Any:  # noqa: A002 - the name plugins know
        """Stop a job of the plugin whose code runs, and forget its times and its last result.

        Answers whether there was one.
        """
        return self._database.plainly(self._remove(owner.get() or CORE_OWNER, id, acting()))

    async def _remove(self, plugin: str, job_id: str, ctx: CallContext) -> bool:
        job, row = self._jobs.get((plugin, job_id)), await self._store.row_of(plugin, job_id)
        if row is not None:
            await self._writes.remove(row, ctx, ask=True)
        if job is not None:
            job.undo()
        self._changed()
        return row is not None

    def list(self) -> Any:
        """Answer every job of every plugin: its rule, its next run and how its last one ended.

        A job whose plugin is off, or has not registered it again, is not `active`.
        """
        return self._database.plainly(self._list())

    async def _list(self) -> Sequence[dict[str, Any]]:
        return [
            described(row, self._jobs.get((row.plugin, row.job)))
            for row in await self._store.find()
        ]

    def load(self) -> Sequence[dict[str, Any]]:
        """Answer what each plugin's jobs cost since the hub started, and its share of it all."""
        loads = sorted(self._runner.load.items())
        total = sum(load.total_ms for _plugin, load in loads)
        return [
            {**load.describe(plugin), "share": round(load.total_ms / total, 4) if total else 0.0}
            for plugin, load in loads
        ]

    # --- For administrators ---

    async def show(self, plugin: str, job_id: str) -> dict[str, Any]:
        """Describe one job with its last runs, the newest first.

        Raises:
            NotFoundError: There is none.
        """
        row = await self._store.get(plugin, job_id)
        runs = [described_run(run) for run in await self._store.runs_of(row.id)]
        return {**described(row, self._jobs.get((plugin, job_id))), "runs": runs}

    async def run_now(self, ctx: CallContext, plugin: str, job_id: str) -> str:
        """Begin a run now, whatever its rule says, and answer the run's id.

        Raises:
            NotFoundError: There is no such job.
            ConflictError: Its plugin is off, or a run of it goes on.
            LimitExceededError: Too many jobs run already.
        """
        await self._store.get(plugin, job_id)
        job = self._jobs.get((plugin, job_id))
        if job is None or not job.row or (job.plugin and not self._is_ready(job.plugin)):
            raise ConflictError(
                f"The {place(plugin, job_id)} cannot run: its plugin is not running.",
                where=place(plugin, job_id),
                next="Enable the plugin, on a hub that runs.",
            )
        if job.runs and not job.manner.overlap:
            raise ConflictError(
                f"The {job.place} is running already.", where=job.place, next="Wait for its end."
            )
        run = self._runner.start_now(job, ctx.actor.name or ctx.actor.kind, ctx.trace)
        self._audit.append(AuditEntry(ctx=ctx, action="job.start", target=f"{plugin}/{job_id}"))
        return run.id

    async def pause(
        self, ctx: CallContext, plugin: str, job_id: str, *, paused: bool
    ) -> dict[str, Any]:
        """Begin no run of a job by its rule, over restarts too, until it is resumed.

        What would have run meanwhile is not made up for. A run that goes on is left to end.

        Raises:
            NotFoundError: There is no such job.
            Veto: A handler of `job.updating` refused.
        """
        row, job = await self._store.get(plugin, job_id), self._jobs.get((plugin, job_id))
        if row.paused != paused:
            row = await self._writes.pause(row, job, ctx, paused=paused, now=self._clock())
            action = "job.pause" if row.paused else "job.resume"
            self._audit.append(AuditEntry(ctx=ctx, action=action, target=f"{plugin}/{job_id}"))
        if job is not None:
            job.is_paused, job.next_run_at = row.paused, row.next_run_at
        self.wake()
        self._changed()
        return described(row, job)

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
        for name in ("plugin.enabled", "plugin.disabled", "plugin.quarantined"):
            bus.subscribe(name, lambda _changed: self._changed())
        bus.subscribe("plugin.removed", lambda changed: self.forget(changed["id"]))

    def follow(self, writes: EntityWrites, bus: EventBus) -> None:
        """Follow what plugins write directly into the rows of jobs."""
        foreign = ForeignWrites(
            self._store,
            jobs=lambda: tuple(self._jobs.values()),
            clock=self._clock,
            changed=self._follow_rows,
        )
        foreign.listen(writes, bus)

    def _follow_rows(self) -> None:
        self.wake()
        self._changed()

    async def forget(self, plugin: str) -> None:
        """Forget the jobs of a plugin that was removed."""
        for row in await self._store.find_of(plugin):
            await self._writes.remove(row, acting(), ask=False)
        self._runner.load.pop(plugin, None)
        self._changed()

    def wake(self) -> None:
        """Look at the times again: a job or a plugin came."""
        self._woken.set()

    async def settle(self) -> None:
        """Wait until nothing runs."""
        await self._runner.settle()

    def next_due(self) -> datetime | None:
        """Answer when the next run by a rule is due; None where nothing is."""
        return min((due for due, _job in self._waiting()), default=None)

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
            if job.next_run_at
            and not job.is_paused
            and (job.plugin is None or self._is_ready(job.plugin))
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
