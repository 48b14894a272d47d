"""Starting and stopping a plugin: the steps that every transition is made of.

Whoever calls holds the plugin's lock.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.permissions import Broker
from plexihub.kernel.plugins import PluginRecord, PluginRegistry
from plexihub.kernel.ports import (
    AuditSink,
    LoadedPlugin,
    PluginInstance,
    PluginRuntime,
    PluginSource,
    Saved,
    StoredPlugin,
)
from plexihub.kernel.supervisor import Supervisor, Tolerance
from plexihub.kernel.wiring import Wiring
from plexihub_sdk.errors import PluginLoadError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

_log = logging.getLogger(__name__)
START_SECONDS = 30.0
STOP_SECONDS = 10.0
Prepare = Callable[[Manifest], Awaitable[None]]


async def _offer_nothing(_record: PluginRecord) -> None:
    """Register nothing: where there are no services."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the lifecycle works with.

    Args:
        registry: The plugins.
        hooks: Where handlers of hooks go.
        events: Where listeners go, and what happened is told.
        ownership: Takes a plugin's registrations back.
        audit: Where each transition is recorded.
        broker: Asked before a plugin's widgets are shown.
        data_root: Each plugin's own folder is made in here.
        tolerance: How much dying is borne, as the settings say at that moment.
        add_settings: Declares the settings of a manifest, before its plugin's code runs.
        preparing: What else makes ready what a manifest declares, before its plugin's code runs;
            parts of the hub that stand above add themselves.
        connect_offers: Registers what a running plugin's manifest offers.
    """

    registry: PluginRegistry
    hooks: HookTable
    events: EventBus
    ownership: Ownership
    audit: AuditSink
    broker: Broker
    data_root: Path
    tolerance: Callable[[], Tolerance] = Tolerance
    add_settings: Callable[[Manifest], object] = lambda _manifest: None
    preparing: list[Prepare] = field(default_factory=list)
    connect_offers: Callable[[PluginRecord], Awaitable[None]] = _offer_nothing


class Carrier:
    """Brings plugins up and takes them down.

    Args:
        parts: What it works with.
        runtime: Finds a runtime by name.
        supervisor: Watches what runs.
    """

    def __init__(
        self, parts: Parts, runtime: Callable[[str], PluginRuntime], supervisor: Supervisor
    ) -> None:
        self._parts = parts
        self._runtime = runtime
        self._supervisor = supervisor
        self._stacks: dict[PluginId, AsyncExitStack] = {}
        self.wiring = Wiring(parts.hooks, parts.events, parts.broker)

    def source(self, stored: StoredPlugin, record: PluginRecord) -> PluginSource:
        """Tell a runtime where a plugin's files are; makes the folder it writes in."""
        folder = self._parts.data_root / stored.id
        folder.mkdir(parents=True, exist_ok=True)
        return PluginSource(
            root=stored.root, manifest=stored.manifest, data_dir=folder, state=record.memory
        )

    async def prepare(self, stored: StoredPlugin) -> None:
        """Make ready what a plugin declares, such as its tables.

        Raises:
            PlexiHubError: It cannot be.
        """
        for prepare in self._parts.preparing:
            await prepare(stored.manifest)

    async def load(self, stored: StoredPlugin, record: PluginRecord) -> LoadedPlugin:
        """Load a plugin's code; what runs of it is untouched.

        Raises:
            PluginLoadError: It does not load.
        """
        async with _start_limit(stored.id):
            return await self._runtime(stored.runtime).load(self.source(stored, record))

    async def bring_up(
        self,
        record: PluginRecord,
        *,
        loaded: LoadedPlugin | None = None,
        saved: Saved | None = None,
        then: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Start a plugin and connect it; when a step fails, those before it are undone.

        Args:
            record: The plugin.
            loaded: Its code, where that was loaded before.
            saved: What the code before it saved.
            then: The last step.

        Raises:
            PluginError: It did not start.
        """
        async with AsyncExitStack() as stack:
            # Registrations go first, so that no call meets a plugin that is stopping; and once
            # more last, for what its own `close` may have registered.
            stack.callback(self.drop, record.id)
            self._parts.add_settings(record.stored.manifest)
            await self.prepare(record.stored)
            await self.start(record, loaded, saved)
            stack.push_async_callback(self._stop, record)
            stack.callback(self.drop, record.id)
            self.wiring.connect(record)
            await self._parts.connect_offers(record)
            if then is not None:
                await then()
            self._stacks[record.id] = stack.pop_all()

    async def start(
        self,
        record: PluginRecord,
        loaded: LoadedPlugin | None = None,
        saved: Saved | None = None,
    ) -> None:
        """Start a plugin, without connecting it.

        Raises:
            PluginError: It did not start.
        """
        stored = record.stored
        async with _start_limit(stored.id):
            if loaded is not None:
                instance = await loaded.start(saved)
            else:
                instance = await self._runtime(stored.runtime).start(self.source(stored, record))
        self.carry(record, instance)

    def carry(self, record: PluginRecord, instance: PluginInstance) -> None:
        """Note what carries a plugin from now on, and watch it."""
        record.carry(instance)
        self._supervisor.watch(record.id, instance)

    async def _stop(self, record: PluginRecord) -> None:
        instance = record.instance
        record.carry(None)
        if instance is not None:
            await end(record.id, instance)

    async def take_down(self, record: PluginRecord) -> None:
        """Take back what a plugin registered, at once; then stop it."""
        self._supervisor.forget(record.id)
        stack = self._stacks.pop(record.id, None)
        if stack is not None:
            await stack.aclose()

    def drop(self, plugin: PluginId, *, until: int | None = None, since: int | None = None) -> None:
        """Take back what a plugin registered; what goes wrong is logged."""
        for problem in self._parts.ownership.drop(plugin, until=until, since=since):
            _log.warning("%s: %s", plugin, problem)


@asynccontextmanager
async def _start_limit(plugin: PluginId) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(START_SECONDS):
            yield
    except TimeoutError as error:
        raise PluginLoadError(
            f"It did not start within {START_SECONDS:.0f} seconds.", where=plugin
        ) from error


async def end(plugin: PluginId, instance: PluginInstance) -> None:
    """Stop an instance, within ten seconds."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await instance.stop()
    except Exception:  # noqa: BLE001 - it is off all the same: nothing of it is registered
        _log.exception("stopping plugin %s failed", plugin)
