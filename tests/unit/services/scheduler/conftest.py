"""A scheduler over a real database, with a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plexihub.kernel import plain
from plexihub.kernel.context import owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub.services.database import Database
from plexihub.services.scheduler import Scheduler
from plexihub_sdk.ids import PluginId
from tests.unit.services.conftest import AuditKept

NOON = datetime(2030, 1, 15, 12, tzinfo=UTC)


@dataclass
class Bench:
    """The scheduler, and what a test needs around it."""

    database: Database
    ownership: Ownership
    audit: AuditKept
    hooks: HookTable
    bus: EventBus
    now: datetime = NOON
    ready: bool = True
    made: list[Scheduler] = field(default_factory=list)

    def start(self) -> Scheduler:
        """Make the scheduler of a hub that starts now; the one before is no more."""
        scheduler = Scheduler(
            self.database,
            self.ownership,
            self.audit,
            hooks=self.hooks,
            bus=self.bus,
            clock=lambda: self.now,
            is_ready=lambda _plugin: self.ready,
        )
        self.made.append(scheduler)
        return scheduler

    @contextmanager
    def code_of(self, plugin: str) -> Iterator[None]:
        """Run what is inside as a plugin's own code."""
        token = owner.set(PluginId(plugin))
        try:
            yield
        finally:
            owner.reset(token)

    async def add(
        self, scheduler: Scheduler, func: Callable[..., Any], trigger: str, **given: Any
    ) -> str:
        """Register a job of the plugin `reporter`, as its plain constructor would."""
        with self.code_of("reporter"):
            added: str = await plain.run(lambda: scheduler.add_job(func, trigger, **given))
        return added

    async def pass_time(self, scheduler: Scheduler, **span: float) -> None:
        """Let time pass, and what is due then end."""
        self.now += timedelta(**span)
        scheduler.look()
        await scheduler.settle()

    async def only(self, scheduler: Scheduler) -> dict[str, Any]:
        """Answer the one job there is."""
        (job,) = await scheduler.list()
        found: dict[str, Any] = job
        return found


@pytest.fixture
async def bench(
    database: Database, ownership: Ownership, audit: AuditKept, hooks: HookTable, bus: EventBus
) -> AsyncIterator[Bench]:
    """Make a place to try schedulers in."""
    bench = Bench(database, ownership, audit, hooks, bus)
    yield bench
    for scheduler in bench.made:
        await scheduler.close()
