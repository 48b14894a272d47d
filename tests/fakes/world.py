"""The kernel's parts together, and what they report, for tests to look at."""

from dataclasses import dataclass, field
from functools import partial

from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.lifecycle import Lifecycle
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.plugins import PluginRegistry
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
            self.events.subscribe(name, partial(self._note, name))

    def _note(self, name: str, data: dict[str, str]) -> None:
        self.told.append((name, data["state"]))
