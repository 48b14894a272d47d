"""The kernel: builds its parts, and starts and stops them in order.

    kernel = Kernel(data_folder, layers=read_layers(...), settings=[...])
    kernel.lifecycle.add_runtime(runtime)     # runtimes need `kernel.gateway` and `.services`
    await kernel.start(Stores(plugins=..., config=...))
    ...                                       # the services take their places
    await kernel.start_plugins()
    ...
    await kernel.stop()

The stores come with `start` because the database behind them needs the bus that stands here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from plexihub.kernel.approvals import Approvals
from plexihub.kernel.audit import AuditLog, AuditService
from plexihub.kernel.background import Background
from plexihub.kernel.clock import Clock
from plexihub.kernel.config import ConfigManager, Layers, Setting
from plexihub.kernel.context import CORE, CallContext
from plexihub.kernel.direct import DirectCalls
from plexihub.kernel.events import EventBus
from plexihub.kernel.gateway import Gateway
from plexihub.kernel.guards import Guards
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.lifecycle import Lifecycle, Parts
from plexihub.kernel.limits.book import LimitBook, limit_settings
from plexihub.kernel.locator import ServiceLocator
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.permissions import Broker
from plexihub.kernel.permissions.standing_file import read_standing
from plexihub.kernel.plugins import CallBook, PluginRecord, PluginRegistry
from plexihub.kernel.ports import ConfigStore, PluginStore
from plexihub.kernel.supervisor import Tolerance
from plexihub.kernel.trust import Trust
from plexihub.kernel.watched import log_failure
from plexihub_sdk.manifest import Manifest

_log = logging.getLogger(__name__)
_SETTLE_SECONDS = 2.0


SETTINGS = (
    Setting(
        "plugins.max_deaths",
        int,
        3,
        "How many crashes within plugins.crash_window_seconds put a plugin into quarantine.",
        minimum=1,
        title="Crashes before quarantine",
    ),
    Setting(
        "plugins.crash_window_seconds",
        float,
        300.0,
        "Over how many seconds the crashes of a plugin are counted.",
        minimum=1,
        title="Time in which crashes are counted (seconds)",
    ),
    Setting(
        "plugins.restart_seconds",
        float,
        0.2,
        "A crashed plugin is restarted at once; how long it waits for the second restart within"
        " plugins.crash_window_seconds. Each further one waits twice as long.",
        minimum=0.01,
        title="Pause before the second restart (seconds)",
    ),
    Setting(
        "plugins.policy",
        str,
        "",
        "Path of a file with rules that decide about permissions at install and upgrade"
        " (docs/permissions.md); empty for none.",
        local=True,
        title="Policy file for permissions",
    ),
    *limit_settings(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Where the kernel keeps what outlives a run."""

    plugins: PluginStore
    config: ConfigStore


class Kernel:
    """The parts of the kernel, and their life."""

    def __init__(
        self,
        data: Path,
        *,
        layers: Layers | None = None,
        settings: Iterable[Setting] = (),
        version: str = "",
        clock: Clock | None = None,
    ) -> None:
        """Build every part; nothing runs yet.

        Raises:
            ConfigError: A layer has a value that its setting refuses, or the policy file is wrong.
        """
        self._version, clock = version, clock or Clock()
        self._stack, self.ownership = AsyncExitStack(), Ownership()
        self.background = Background()
        self.registry = PluginRegistry()
        self.audit = AuditLog(data / "audit", identify=self.registry.identity_of)
        self.calls = CallBook(self.registry, self.audit)
        self.services = ServiceLocator(self.ownership)
        self.hooks = HookTable(self.ownership, log_failure, self.calls.note)
        self.events = EventBus(self.ownership, log_failure, self.calls.note)
        self.config = ConfigManager(
            self.ownership,
            self.audit,
            layers=layers or Layers(),
            intercept=self.hooks.call,
            publish=self.events.publish,
        )
        self.config.declare((*SETTINGS, *settings))
        self.limits = LimitBook(self.config, self.audit, clock=clock.monotonic)
        self.broker = Broker(self.audit, self.registry.grant_of)
        self.gateway = Gateway(
            self.broker,
            self.audit,
            ownership=self.ownership,
            memory=self.calls.memory_of,
            keeper=self.limits,
            clock=clock.monotonic,
        )
        self.trust = Trust(self.registry, self.audit, self.events)
        self.approvals = self._approvals()
        self.guards = Guards(self.registry, self.hooks)
        self.direct = DirectCalls(self.registry, self.broker, self.calls)
        #: Registers what a plugin's manifest offers; the services supply it.
        self.offers: Callable[[PluginRecord], Awaitable[None]] | None = None
        self.lifecycle = Lifecycle(self._parts(data / "plugin-data"))
        self.services.register("config", self.config)
        self.services.register("audit", AuditService(self.audit))

    def _approvals(self) -> Approvals:
        approvals = Approvals(self.registry, self.audit, self.events, self.background)
        self.broker.on_refused = approvals.note_refusal
        if policy := self.config.get("plugins.policy"):
            approvals.standing = read_standing(Path(policy))
        return approvals

    def _parts(self, data_root: Path) -> Parts:
        return Parts(
            registry=self.registry,
            hooks=self.hooks,
            events=self.events,
            ownership=self.ownership,
            audit=self.audit,
            broker=self.broker,
            data_root=data_root,
            tolerance=self._tolerance,
            add_settings=self._add_settings,
            connect_offers=self._connect_offers,
        )

    async def _connect_offers(self, record: PluginRecord) -> None:
        if self.offers is not None:
            await self.offers(record)

    def _add_settings(self, manifest: Manifest) -> None:
        if manifest.settings is not None:
            self.config.register_section(manifest.settings, title=manifest.name, plugin=manifest.id)

    def _tolerance(self) -> Tolerance:
        return Tolerance(
            deaths=self.config.get("plugins.max_deaths"),
            window_seconds=self.config.get("plugins.crash_window_seconds"),
            first_delay=self.config.get("plugins.restart_seconds"),
        )

    async def start(self, stores: Stores) -> None:
        """Open the audit log, read settings and plugins; no plugin is started.

        Raises:
            StartupError: Another process uses the data folder, or it cannot be written.
        """
        async with AsyncExitStack() as stack:
            self.events.bind(asyncio.get_running_loop())
            stack.push_async_callback(self.audit.close)
            await self.audit.start()
            stack.push_async_callback(self.background.close)
            stack.push_async_callback(self.events.close)
            stack.push_async_callback(self.config.close)
            await self.config.start(stores.config)
            stack.push_async_callback(self.lifecycle.close)
            await self.lifecycle.load(stores.plugins)
            self.trust.keep_in(stores.plugins)
            self.approvals.keep_in(stores.plugins)
            for undo in self.guards.begin(self.events, stores.plugins):
                stack.callback(undo)
            stack.push_async_callback(self._say_goodbye)
            self._stack = stack.pop_all()

    async def start_plugins(self) -> None:
        """Start every enabled plugin, then tell that the hub has started."""
        await self.lifecycle.start_all()
        self.events.publish("hub.started", {"version": self._version}, CallContext(actor=CORE))

    async def _say_goodbye(self) -> None:
        self.events.publish("hub.stopping", {"version": self._version}, CallContext(actor=CORE))
        try:
            await self.events.settle(_SETTLE_SECONDS)
        except TimeoutError:
            _log.warning("some listeners were not done when the hub stopped")

    async def stop(self) -> None:
        """Stop plugins, listeners and tasks, and write the rest of the audit. Safe twice."""
        await self._stack.aclose()
