"""The parts of the kernel, wired as the kernel wires them, over stores in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.lifecycle import Lifecycle, Parts
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.permissions import Broker
from plexihub.kernel.plugins import CallBook, PluginRegistry
from plexihub.kernel.supervisor import Tolerance
from tests.fakes.runtime import FakeRuntime
from tests.fakes.stores import MemoryAudit, MemoryPluginStore
from tests.fakes.world import Failures, World


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
        tolerance=lambda: Tolerance(deaths=3, window_seconds=60, first_delay=0.01),
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
