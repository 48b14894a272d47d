"""One run of a job: asked about, claimed before it begins, ended at its deadline, written down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from plexihub.kernel.background import CLOSE_SECONDS, Background
from plexihub.kernel.context import CORE, CallContext, entered
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink, Outcome
from plexihub.kernel.watched import must_pass
from plexihub.services.scheduler.job import Load, ScheduledJob
from plexihub.services.scheduler.progress import BY_SCHEDULE, Run, result_text
from plexihub.services.scheduler.shape import described, shown
from plexihub.services.scheduler.store import JobStore
from plexihub_sdk.errors import LimitExceededError, NotFoundError, Veto
from plexihub_sdk.ids import TraceId

MAX_AT_ONCE = 100
LONGEST_ERROR = 2000
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Ended:
    job: ScheduledJob
    run: Run
    ctx: CallContext
    failure: BaseException | None
    ms: float
    result: str

    @property
    def outcome(self) -> Outcome:
        return outcome_of(self.failure)


class Runner:
    """Runs jobs, each in a task that ends with it.

    Args:
        store: Where the outcome is kept.
        hooks: `job.starting` is asked before each run.
        bus: Told how each run ended.
        audit: Where each run is recorded.
        clock: Tells what time it is.
        memory: Measures what carries a plugin, in MiB.
        changed: Told when a run begins, gets further or ends; callable from any thread.
    """

    def __init__(  # noqa: PLR0913 - what it stands on, each by name
        self,
        store: JobStore,
        *,
        hooks: HookTable,
        bus: EventBus,
        audit: AuditSink,
        clock: Clock,
        memory: Callable[[str], float | None],
        changed: Callable[[], None],
    ) -> None:
        self._store = store
        self._hooks = hooks
        self._bus = bus
        self._audit = audit
        self._clock = clock
        self._memory = memory
        self._changed = changed
        self._background = Background()
        self._tasks: set[asyncio.Task[None]] = set()
        self._runs: set[asyncio.Task[None]] = set()
        self.load: dict[str, Load] = {}

    def start(self, job: ScheduledJob, due: datetime) -> None:
        """Begin a run that is due."""
        if len(self._runs) >= MAX_AT_ONCE:
            self.skip(job, due, f"{MAX_AT_ONCE} jobs are running already")
            return
        self._begin(job, self._run_of(job, due, BY_SCHEDULE))

    def start_now(self, job: ScheduledJob, by: str, trace: TraceId) -> Run:
        """Begin a run that somebody asked for.

        Raises:
            LimitExceededError: Too many run already.
        """
        if len(self._runs) >= MAX_AT_ONCE:
            raise LimitExceededError(
                f"{MAX_AT_ONCE} jobs are running already.", where=job.place, next="Try again later."
            )
        run = self._run_of(job, self._clock(), by)
        self._begin(job, run, trace)
        return run

    def _run_of(self, job: ScheduledJob, due: datetime, by: str) -> Run:
        return Run(
            job=job.id,
            plugin=job.owner,
            due=due,
            began=self._clock(),
            by=by,
            changed=self._changed,
        )

    def _begin(self, job: ScheduledJob, run: Run, trace: TraceId | None = None) -> None:
        task = self._spawn(self._run(job, run, trace), f"job {job.id} of {job.owner}")
        job.runs[task] = run
        self._runs.add(task)
        task.add_done_callback(lambda task: self._ended(job, task))
        self._changed()

    def _ended(self, job: ScheduledJob, task: asyncio.Task[None]) -> None:
        self._runs.discard(task)
        job.runs.pop(task, None)
        self._changed()

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
        self._spawn(
            self._keep(self._store.write(job, next_run_at=job.next_run_at)),
            f"skipping job {job.id}",
        )

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

    async def _run(self, job: ScheduledJob, run: Run, trace: TraceId | None) -> None:
        failure: BaseException | None = None
        answer: Any = None
        with entered(job.context(trace)) as ctx:
            start = perf_counter()
            try:
                # Before it begins: a run that takes the hub down with it is not begun again.
                await self._store.write(job, next_run_at=job.next_run_at, last_run_at=self._clock())
                if (refusal := await self._refusal(job, run, ctx)) is not None:
                    self._leave_out(job, run, ctx, refusal)
                    return
                start = perf_counter()
                answer = job.call(run)
                if isinstance(answer, Awaitable):
                    answer = await answer
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001 - the plugin's own, written down here
                failure = error
            ms = (perf_counter() - start) * 1000
        ended = _Ended(job, run, ctx, failure, ms, result_text(answer))
        self._audit.append(self._entry(ended))
        # In a task of its own: whoever ends this one must not keep the outcome from being stored.
        self._spawn(self._record(ended), f"writing down job {job.id} of {job.owner}")
        if failure is not None and must_pass(failure):
            raise failure

    async def _refusal(self, job: ScheduledJob, run: Run, ctx: CallContext) -> Veto | None:
        payload = {
            "id": job.row,
            "plugin": job.owner,
            "job": job.id,
            "due": shown(run.due),
            "by": run.by,
        }
        try:
            # As the hub's own step: the run's time is its plugin's, and no handler's.
            await self._hooks.call("job.starting", payload, CallContext(trace=ctx.trace))
        except Veto as veto:
            return veto
        return None

    def _leave_out(self, job: ScheduledJob, run: Run, ctx: CallContext, veto: Veto) -> None:
        self.load_of(job.owner).skipped += 1
        entry = AuditEntry(ctx=ctx, action="job.skip", target=job.id, outcome="vetoed")
        entry.reason, entry.details = str(veto), {"due": shown(run.due), "by": run.by}
        self._audit.append(entry)
        row = {"last_outcome": "vetoed", "last_error": str(veto)[:LONGEST_ERROR], "last_ms": None}
        told = _history(run, "vetoed", error=row["last_error"])
        self._spawn(self._keep(self._store.end(job, row, told)), f"leaving out job {job.id}")

    def _entry(self, ended: _Ended) -> AuditEntry:
        run, job = ended.run, ended.job
        details = {"due": shown(run.due)}
        if run.by != BY_SCHEDULE:
            details["by"] = run.by
        return AuditEntry(
            ctx=ended.ctx,
            action="job.run",
            target=job.id,
            outcome=ended.outcome,
            reason=_reason(ended.failure),
            execution_ms=ended.ms,
            memory_mb=self._memory(job.owner),
            details=details,
        )

    async def _record(self, ended: _Ended) -> None:
        job, failed = ended.job, ended.failure is not None
        load = self.load_of(job.owner)
        load.runs += 1
        load.failures += failed
        load.total_ms += ended.ms
        error = _reason(ended.failure)[:LONGEST_ERROR]
        told = {"error": error, "result": ended.result, "ms": round(ended.ms, 3)}
        values = {f"last_{name}": value for name, value in told.items()}
        values["last_outcome"] = ended.outcome
        told = _history(ended.run, ended.outcome, **told)
        row = await self._keep(self._store.end(job, values, told))
        if row is not None:
            moments = {"due_at": shown(ended.run.due), "started_at": shown(ended.run.began)}
            data = {"job": described(row, job), "run": {**told, **moments}}
            ctx = CallContext(actor=CORE, trace=ended.ctx.trace)
            self._bus.publish("job.failed" if failed else "job.finished", data, ctx)
        self._changed()

    async def _keep(self, work: Coroutine[Any, Any, Any]) -> Any:
        # The job may have been removed, or its plugin with it.
        with suppress(NotFoundError):
            return await work
        return None


def _history(run: Run, outcome: str, **more: Any) -> dict[str, Any]:
    return {
        "id": run.id,
        "due_at": run.due,
        "started_at": run.began,
        "started_by": run.by,
        "outcome": outcome,
        **more,
    }


def _reason(failure: BaseException | None) -> str:
    if isinstance(failure, asyncio.CancelledError):
        return "The run was stopped: its plugin or the hub was."
    return sentence(failure)
