"""The parts of the kernel, wired as the kernel wires them, over stores in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.lifecycle import Lifecycle, Parts
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.permissions import Broker
from plexihub.kernel.plugins import CallBook, PluginRegistry
from plexihub.kernel.supervisor import Tolerance
from plexihub_sdk.ids import PluginId
from tests.fakes.runtime import FakeRuntime
from tests.fakes.stores import MemoryAudit, MemoryPluginStore


@dataclass(slots=True)
class Failures:
    """What was reported as a contained failure."""

    seen: list[tuple[str, PluginId | None, BaseException]] = field(default_factory=list)

    def __call__(self, name: str, plugin: PluginId | None, error: BaseException) -> None:
        """Take a report."""
        self.seen.append((name, plugin, error))

    def names(self) -> list[str]:
        """Answer the names of the errors."""
        return [type(error).__name__ for _, _, error in self.seen]


@pytest.fixture
def failures() -> Failures:
    """Collect contained failures."""
    return Failures()


@pytest.fixture
def ownership() -> Ownership:
    """Give an empty ownership."""
    return Ownership()


@pytest.fixture
def audit() -> MemoryAudit:
    """Give an audit that can be read at once."""
    return MemoryAudit()


@pytest.fixture
def hooks(ownership: Ownership, failures: Failures) -> HookTable:
    """Give an empty hook table."""
    return HookTable(ownership, failures)


@pytest.fixture
async def bus(ownership: Ownership, failures: Failures) -> AsyncIterator[EventBus]:
    """Give an event bus that is closed afterwards."""
    bus = EventBus(ownership, failures)
    yield bus
    await bus.close()


@dataclass(slots=True, kw_only=True)
class World:
    """A lifecycle and all it works with."""

    lifecycle: Lifecycle
    runtime: FakeRuntime
    store: MemoryPluginStore
    registry: PluginRegistry
    hooks: HookTable
    events: EventBus
    ownership: Ownership
    audit: MemoryAudit
    failures: Failures
    told: list[tuple[str, str]] = field(default_factory=list)

    def hear(self, *names: str) -> None:
        """Note what the bus tells, as (event, state)."""
        for name in names:
            self.events.subscribe(name, lambda data, n=name: self.told.append((n, data["state"])))


@pytest.fixture
async def world(tmp_path: Path, audit: MemoryAudit, failures: Failures) -> AsyncIterator[World]:
    """Give a lifecycle with the in-process runtime; deaths are forgiven quickly."""
    ownership, registry = Ownership(), PluginRegistry()
    book = CallBook(registry, audit)
    hooks, events = (
        HookTable(ownership, failures, book.note),
        EventBus(ownership, failures, book.note),
    )
    parts = Parts(
        registry=registry,
        hooks=hooks,
        events=events,
        ownership=ownership,
        audit=audit,
        broker=Broker(audit, registry.grant_of),
        data_root=tmp_path,
        tolerance=lambda: Tolerance(deaths=3, calm_seconds=60, first_delay=0.01),
    )
    lifecycle, runtime, store = Lifecycle(parts), FakeRuntime(), MemoryPluginStore()
    lifecycle.add_runtime(runtime)
    await lifecycle.load(store)
    yield World(
        lifecycle=lifecycle,
        runtime=runtime,
        store=store,
        registry=registry,
        hooks=hooks,
        events=events,
        ownership=ownership,
        audit=audit,
        failures=failures,
    )
    await lifecycle.close()
    await events.close()
