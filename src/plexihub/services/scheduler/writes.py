"""Every change of a job's row: asked before (`job.…ing`), written, and told after (`job.…ed`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.services.database import Database, Job
from plexihub.services.scheduler.job import ScheduledJob, name_of
from plexihub.services.scheduler.shape import described
from plexihub.services.scheduler.store import JobStore, first_values
from plexihub.services.scheduler.timing import Timing, read_timing, refused


class JobWrites:
    """Adds, changes and removes jobs' rows.

    Args:
        database: Where they are.
        store: The rows.
        hooks: Asked before.
        bus: Told after.
    """

    def __init__(
        self, database: Database, store: JobStore, hooks: HookTable, bus: EventBus
    ) -> None:
        self._database = database
        self._store = store
        self._hooks = hooks
        self._bus = bus

    async def claim(self, job: ScheduledJob, now: datetime, ctx: CallContext) -> None:
        """Find or make the row of a job whose code was just registered, and take over its times.

        A job whose rule is as before goes on where it was; a missed run stays due.

        Raises:
            InputError: The rule has no moment to come; nothing is stored.
            Veto: A handler refused; nothing is stored.
        """
        row = await self._store.row_of(job.owner, job.id)
        if row is None:
            row = await self._create(job, now, ctx)
        elif (row.trigger, row.name) != (job.timing.spec, job.name):
            await self.follow(job, row, now, ctx)
            return
        _take_times(job, row)

    async def _create(self, job: ScheduledJob, now: datetime, ctx: CallContext) -> Job:
        first_values(job, now)  # before anybody is asked about what cannot be
        payload = {"name": job.name, "plugin": job.owner, "trigger": dict(job.timing.spec)}
        payload = await self._hooks.call("job.creating", payload, ctx)
        _take_over(job, payload)
        async with self._database.unit_of_work():
            row = await self._store.insert(job, now)
            self._bus.publish("job.created", {"job": described(row, job)}, ctx)
        return row

    async def follow(self, job: ScheduledJob, row: Job, now: datetime, ctx: CallContext) -> None:
        """Give a row the name and rule that its plugin has now.

        Raises:
            InputError: The rule has no moment to come; nothing is stored.
            Veto: A handler refused; nothing is stored.
        """
        wanted: dict[str, Any] = {"name": job.name, "trigger": dict(job.timing.spec)}
        changes = {key: value for key, value in wanted.items() if getattr(row, key) != value}
        if "trigger" in changes:
            first_values(job, now)
        changes = await self._asked(row, changes, ctx)
        _take_over(job, {**wanted, **changes})
        values = {"name": job.name}
        if job.timing.spec != row.trigger:
            values = first_values(job, now)
        _take_times(job, await self._update(row, values, job, ctx))

    async def pause(
        self, row: Job, job: ScheduledJob | None, ctx: CallContext, *, paused: bool, now: datetime
    ) -> Job:
        """Pause a job, or let it go on with the next moment that is to come.

        Raises:
            Veto: A handler refused.
            InputError: A handler left no truth value.
        """
        changes = await self._asked(row, {"paused": paused}, ctx)
        if not isinstance(changes.get("paused"), bool):
            raise refused(f"job {row.job!r} of {row.plugin}", "`paused` is True or False.")
        values: dict[str, Any] = {"paused": changes["paused"]}
        if not values["paused"] and row.next_run_at is not None and row.next_run_at <= now:
            values["next_run_at"] = _timing_of(row).following(row.next_run_at, now)
        return await self._update(row, values, job, ctx)

    async def _asked(self, row: Job, changes: dict[str, Any], ctx: CallContext) -> dict[str, Any]:
        payload = {"id": row.id, "plugin": row.plugin, "job": row.job, "changes": changes}
        found = (await self._hooks.call("job.updating", payload, ctx)).get("changes")
        if not isinstance(found, dict):
            raise refused(f"job {row.job!r} of {row.plugin}", "`changes` must be an object.")
        return found

    async def _update(
        self, row: Job, values: dict[str, Any], job: ScheduledJob | None, ctx: CallContext
    ) -> Job:
        async with self._database.unit_of_work():
            row = await self._store.update(row.id, values)
            self._bus.publish("job.updated", {"job": described(row, job)}, ctx)
        return row

    async def remove(self, row: Job, ctx: CallContext, *, ask: bool) -> None:
        """Delete a row.

        Args:
            row: Of the job.
            ctx: Who removes it.
            ask: Whether a handler may refuse; not where its plugin is gone already.

        Raises:
            Veto: A handler refused.
        """
        told = {"id": row.id, "plugin": row.plugin, "job": row.job}
        if ask:
            await self._hooks.call("job.deleting", dict(told), ctx)
        async with self._database.unit_of_work():
            await self._store.remove(row.id)
            self._bus.publish("job.deleted", told, ctx)


def _take_times(job: ScheduledJob, row: Job) -> None:
    job.row, job.next_run_at, job.is_paused = row.id, row.next_run_at, row.paused


def _take_over(job: ScheduledJob, given: dict[str, Any]) -> None:
    """Let a job have the name and rule that the handlers left."""
    job.name = name_of(given.get("name"), job.id, job.place)
    if given.get("trigger") != job.timing.spec:
        job.timing = _read(given.get("trigger"), job.place)


def _timing_of(row: Job) -> Timing:
    return _read(row.trigger, f"job {row.job!r} of {row.plugin}")


def _read(spec: Any, where: str) -> Timing:
    if not isinstance(spec, dict):
        raise refused(where, "`trigger` must be an object with `kind` and its fields.")
    fields = {name: value for name, value in spec.items() if name != "kind"}
    return read_timing(str(spec.get("kind")), fields, where)
