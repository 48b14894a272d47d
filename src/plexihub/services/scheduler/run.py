"""One run of a job: claimed before it begins, ended at its deadline, written down with its cost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from time import perf_counter
from typing import Any

from plexihub.kernel.background import CLOSE_SECONDS, Background
from plexihub.kernel.context import CallContext, entered
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.kernel.watched import must_pass
from plexihub.services.scheduler.job import Load, ScheduledJob
from plexihub.services.scheduler.store import JobStore
from plexihub_sdk.errors import NotFoundError

MAX_AT_ONCE = 100
LONGEST_ERROR = 2000
Clock = Callable[[], datetime]


class Runner:
    """Runs jobs, each in a task that ends with it.

    Args:
        store: Where the outcome is kept.
        audit: Where each run is recorded.
        clock: Tells what time it is.
        memory: Measures what carries a plugin, in MiB.
    """

    def __init__(
        self,
        store: JobStore,
        audit: AuditSink,
        clock: Clock,
        memory: Callable[[str], float | None],
    ) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._memory = memory
        self._background = Background()
        self._tasks: set[asyncio.Task[None]] = set()
        self._runs: set[asyncio.Task[None]] = set()
        self.load: dict[str, Load] = {}

    def start(self, job: ScheduledJob, due: datetime) -> None:
        """Begin a run that is due."""
        if len(self._runs) >= MAX_AT_ONCE:
            self.skip(job, due, f"{MAX_AT_ONCE} jobs are running already")
            return
        task = self._spawn(self._run(job, due), f"job {job.id} of {job.owner}")
        for runs in (self._runs, job.runs):
            runs.add(task)
            task.add_done_callback(runs.discard)

    def skip(self, job: ScheduledJob, due: datetime, reason: str) -> None:
        """Leave out a run that is due, and say why."""
        self.load_of(job.owner).skipped += 1
        details = {"due": shown(due)}
        self._audit.append(
            AuditEntry(
                ctx=job.context(),
                action="job.skip",
                target=job.id,
                reason=reason,
                details=details,
            )
        )
        self._spawn(self._keep(job, next_run_at=job.next_run_at), f"skipping job {job.id}")

    def load_of(self, plugin: str) -> Load:
        """Answer what a plugin's jobs cost since the hub started."""
        return self.load.setdefault(plugin, Load())

    async def settle(self) -> None:
        """Wait until nothing runs."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """End what runs, and wait until that is written down."""
        for task in list(self._runs):
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.settle()
        await self._background.close()

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = self._background.spawn(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self, job: ScheduledJob, due: datetime) -> None:
        failure: BaseException | None = None
        with entered(job.context()) as ctx:
            start = perf_counter()
            try:
                # Before it begins: a run that takes the hub down with it is not begun again.
                await self._store.write(job, next_run_at=job.next_run_at, last_run_at=self._clock())
                start = perf_counter()
                answer = job.call(None)
                if isinstance(answer, Awaitable):
                    await answer
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001 - the plugin's own, written down here
                failure = error
            ms = (perf_counter() - start) * 1000
        self._audit.append(self._entry(job, ctx, due, ms, failure))
        # In a task of its own: whoever ends this one must not keep the outcome from being stored.
        self._spawn(self._record(job, ms, failure), f"writing down job {job.id} of {job.owner}")
        if failure is not None and must_pass(failure):
            raise failure

    def _entry(
        self,
        job: ScheduledJob,
        ctx: CallContext,
        due: datetime,
        ms: float,
        failure: BaseException | None,
    ) -> AuditEntry:
        return AuditEntry(
            ctx=ctx,
            action="job.run",
            target=job.id,
            outcome=outcome_of(failure),
            reason=_reason(failure),
            execution_ms=ms,
            memory_mb=self._memory(job.owner),
            details={"due": shown(due)},
        )

    async def _record(self, job: ScheduledJob, ms: float, failure: BaseException | None) -> None:
        load = self.load_of(job.owner)
        load.runs += 1
        load.failures += failure is not None
        load.total_ms += ms
        await self._keep(
            job,
            last_outcome=outcome_of(failure),
            last_error=_reason(failure)[:LONGEST_ERROR],
            last_ms=round(ms, 3),
        )

    async def _keep(self, job: ScheduledJob, **values: Any) -> None:
        # The job may have been removed, or its plugin with it.
        with suppress(NotFoundError):
            await self._store.write(job, **values)


def _reason(failure: BaseException | None) -> str:
    if isinstance(failure, asyncio.CancelledError):
        return "The run was stopped: its plugin or the hub was."
    return sentence(failure)


def shown(moment: datetime) -> str:
    """Write a moment as people and programs read it here."""
    return moment.isoformat().replace("+00:00", "Z")
