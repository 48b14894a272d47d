"""A plugin's life: installed, enabled, restarting, quarantined, disabled, removed.

Every transition runs under the plugin's own lock, leaves an audit record and undoes itself when a
step fails. A plugin that does not start is `failed` with a reason; the hub and the others go on.
While it is down its hooks stay in the table and say so at once, so nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from plexihub.kernel.context import CallContext, acting, current
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.permissions import Broker
from plexihub.kernel.plugins import PluginRecord, PluginRegistry, State
from plexihub.kernel.ports import (
    AuditEntry,
    AuditSink,
    PluginInstance,
    PluginRuntime,
    PluginSource,
    PluginStore,
    StoredPlugin,
)
from plexihub.kernel.supervisor import Supervisor, Tolerance
from plexihub.kernel.wiring import Wiring
from plexihub_sdk.errors import (
    ConflictError,
    PluginLoadError,
)
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)
START_SECONDS = 30.0
STOP_SECONDS = 10.0
STARTS_AT_ONCE = 4


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
    """

    registry: PluginRegistry
    hooks: HookTable
    events: EventBus
    ownership: Ownership
    audit: AuditSink
    broker: Broker
    data_root: Path
    tolerance: Callable[[], Tolerance] = Tolerance


class Lifecycle:
    """Moves plugins from state to state."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._runtimes: dict[str, PluginRuntime] = {}
        self._locks: defaultdict[PluginId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._stacks: dict[PluginId, AsyncExitStack] = {}
        self._store: PluginStore | None = None
        self._supervisor = Supervisor(self, parts.tolerance)
        self._wiring = Wiring(parts.hooks, parts.events, parts.broker)

    def add_runtime(self, runtime: PluginRuntime) -> None:
        """Offer a way to run plugins, under its name.

        Raises:
            ConflictError: There is a runtime of this name already.
        """
        if runtime.name in self._runtimes:
            raise ConflictError(f"There is a runtime {runtime.name!r} already.", where=runtime.name)
        self._runtimes[runtime.name] = runtime

    def runtime(self, name: str) -> PluginRuntime:
        """Answer the runtime of this name.

        Raises:
            PluginLoadError: There is none.
        """
        try:
            return self._runtimes[name]
        except KeyError:
            known = ", ".join(sorted(self._runtimes)) or "none"
            raise PluginLoadError(
                f"This hub has no runtime {name!r}; it has: {known}.", where=name
            ) from None

    async def load(self, store: PluginStore) -> None:
        """Read the installed plugins; none of them is started."""
        self._store = store
        for stored in await store.load_all():
            state: State = "quarantined" if stored.quarantined else "disabled"
            waits = "It starts with the hub." if stored.enabled else ""
            self._parts.registry.add(PluginRecord(stored, state, stored.quarantined or waits))

    def knows(self, plugin: PluginId) -> bool:
        """Tell whether a plugin of this id is installed."""
        return self._parts.registry.find(plugin) is not None

    async def add(self, stored: StoredPlugin) -> PluginRecord:
        """Take a new plugin in, disabled.

        Raises:
            ConflictError: There is a plugin of this id already.
        """
        record = PluginRecord(stored)
        stored.enabled = False
        with self._audited("plugin.install", stored.id, acting()):
            self._parts.registry.add(record)
            try:
                await self._save(record)
            except BaseException:
                self._parts.registry.remove(stored.id)
                raise
        self._tell("plugin.installed", record)
        return record

    async def enable(self, name: str, ctx: CallContext) -> PluginRecord:
        """Start a plugin, now and at each start of the hub; a quarantined one is given a new row.

        Raises:
            NotFoundError: There is no such plugin.
            Veto: A `plugin.enabling` handler refused.
            PluginError: It did not start; it is `failed`, with the reason.
        """
        record = self._parts.registry.get(name)
        async with self._locks[record.id]:
            if record.state == "enabled":
                return record
            with self._audited("plugin.enable", record.id, ctx):
                await self._ask("plugin.enabling", record, ctx)
                await self._take_down(record)
                await self._bring_up(record, save=True)
        self._tell("plugin.enabled", record, ctx)
        return record

    async def disable(self, name: str, ctx: CallContext) -> PluginRecord:
        """Stop a plugin and take back everything it registered.

        Raises:
            NotFoundError: There is no such plugin.
            Veto: A `plugin.disabling` handler refused.
        """
        record = self._parts.registry.get(name)
        async with self._locks[record.id]:
            if record.state == "disabled" and not record.stored.enabled:
                return record
            with self._audited("plugin.disable", record.id, ctx):
                await self._ask("plugin.disabling", record, ctx)
                await self._put_out(record)
        self._tell("plugin.disabled", record, ctx)
        return record

    async def remove(self, name: str, ctx: CallContext) -> None:
        """Stop a plugin and forget it; its files are its installer's affair.

        Raises:
            NotFoundError: There is no such plugin.
            ConflictError: It comes with the hub.
            Veto: A `plugin.disabling` handler refused.
        """
        record = self._parts.registry.get(name)
        async with self._locks[record.id]:
            with self._audited("plugin.remove", record.id, ctx):
                if record.stored.builtin:
                    raise ConflictError(
                        f"{record.id!r} comes with the hub and cannot be removed.",
                        where=record.id,
                        next="Disable it instead.",
                    )
                if record.state != "disabled":
                    await self._ask("plugin.disabling", record, ctx)
                    await self._put_out(record)
                await self._stored().remove(record.id)
                self._parts.registry.remove(record.id)
                if (runtime := self._runtimes.get(record.stored.runtime)) is not None:
                    await runtime.forget(record.id)
        self._locks.pop(record.id, None)
        self._tell("plugin.removed", record, ctx)

    async def start_all(self) -> None:
        """Start every enabled plugin, a few at a time; one that fails stops nothing."""
        gate = asyncio.Semaphore(STARTS_AT_ONCE)
        wanted = [one for one in self._parts.registry if one.stored.enabled]
        async with asyncio.TaskGroup() as group:
            for record in wanted:
                if record.state == "disabled":
                    group.create_task(self._start_one(record, gate))

    async def _start_one(self, record: PluginRecord, gate: asyncio.Semaphore) -> None:
        async with gate, self._locks[record.id]:
            try:
                with self._audited("plugin.start", record.id, current()):
                    await self._bring_up(record, save=False)
            except Exception as error:  # noqa: BLE001 - its state tells it; the others go on
                _log.warning("plugin %s did not start: %s", record.id, error)
            else:
                self._tell("plugin.enabled", record)

    async def close(self) -> None:
        """Stop every plugin; what was enabled is started again with the hub."""
        await self._supervisor.close()
        async with asyncio.TaskGroup() as group:
            for record in self._parts.registry:
                group.create_task(self._close_one(record))

    async def _close_one(self, record: PluginRecord) -> None:
        async with self._locks[record.id]:
            await self._take_down(record)
            if record.state in {"enabled", "restarting"}:
                record.move("disabled", "The hub is stopping.")

    # --- Steps; the plugin's lock is held in all of them ---

    async def _ask(self, hook: str, record: PluginRecord, ctx: CallContext) -> None:
        await self._parts.hooks.call(hook, {"id": record.id, "tier": record.stored.tier}, ctx)

    async def _bring_up(self, record: PluginRecord, *, save: bool) -> None:
        record.move("enabling")
        try:
            async with AsyncExitStack() as stack:
                # Registrations go first, so that no call meets a plugin that is stopping; and once
                # more last, for what its own `close` may have registered.
                stack.callback(self._drop, record.id)
                await self._start(record)
                stack.push_async_callback(self._stop, record)
                stack.callback(self._drop, record.id)
                self._wiring.connect(record)
                if save:
                    await self._save(record, enabled=True)
                self._stacks[record.id] = stack.pop_all()
        except BaseException as error:
            record.carry(None)
            record.health.last_error = sentence(error)
            record.move("failed", sentence(error))
            self._tell("plugin.disabled", record)
            raise
        record.move("enabled")

    async def _start(self, record: PluginRecord) -> None:
        stored = record.stored
        folder = self._parts.data_root / stored.id
        folder.mkdir(parents=True, exist_ok=True)
        source = PluginSource(root=stored.root, manifest=stored.manifest, data_dir=folder)
        try:
            async with asyncio.timeout(START_SECONDS):
                instance = await self.runtime(stored.runtime).start(source)
        except TimeoutError as error:
            raise PluginLoadError(
                f"It did not start within {START_SECONDS:.0f} seconds.", where=stored.id
            ) from error
        record.carry(instance)
        self._supervisor.watch(record.id, instance)

    async def _stop(self, record: PluginRecord) -> None:
        instance = record.instance
        record.carry(None)
        if instance is not None:
            await _end(record.id, instance)

    def _drop(self, plugin: PluginId) -> None:
        for problem in self._parts.ownership.drop(plugin):
            _log.warning("%s: %s", plugin, problem)

    async def _take_down(self, record: PluginRecord) -> None:
        self._supervisor.forget(record.id)
        stack = self._stacks.pop(record.id, None)
        if stack is not None:
            await stack.aclose()

    async def _put_out(self, record: PluginRecord) -> None:
        await self._take_down(record)
        record.move("disabled")
        await self._save(record, enabled=False)

    async def _save(
        self, record: PluginRecord, *, enabled: bool = False, quarantined: str = ""
    ) -> None:
        stored = record.stored
        before = stored.enabled, stored.quarantined
        stored.enabled, stored.quarantined = enabled, quarantined
        try:
            await self._stored().save(stored)
        except BaseException:
            stored.enabled, stored.quarantined = before
            raise

    def _stored(self) -> PluginStore:
        if self._store is None:
            raise RuntimeError("plugins cannot be changed before Lifecycle.load")
        return self._store

    # --- What the supervisor asks for ---

    async def fell(self, plugin: PluginId, instance: PluginInstance | None, reason: str) -> bool:
        """Note a death; answers False where the instance is not the plugin's any more."""
        record = self._parts.registry.find(plugin)
        if record is None:
            return False
        async with self._locks[plugin]:
            is_ours = record.instance is instance and (instance or record.state == "restarting")
            if not is_ours:
                return False
            record.carry(None)
            record.health.deaths += 1
            record.health.last_error = reason
            record.move("restarting", reason)
            if instance is not None:
                await _end(plugin, instance)
        self._note("plugin.die", record, reason, crashed=True)
        self._tell("plugin.restarting", record)
        return True

    async def revive(self, plugin: PluginId) -> None:
        """Start a plugin again; nothing happens where it is no longer wanted.

        Raises:
            PluginError: It did not start.
        """
        record = self._parts.registry.get(plugin)
        async with self._locks[plugin]:
            if record.state != "restarting":
                return
            with self._audited("plugin.restart", plugin, current()):
                await self._start(record)
            record.health.restarts += 1
            record.move("enabled")
        self._tell("plugin.enabled", record)

    async def quarantine(self, plugin: PluginId, reason: str) -> None:
        """Give a plugin up until an administrator enables it again."""
        record = self._parts.registry.get(plugin)
        async with self._locks[plugin]:
            if record.state != "restarting":
                return
            await self._take_down(record)
            record.move("quarantined", reason)
            await self._save(record, enabled=True, quarantined=reason)
        self._note("plugin.quarantine", record, reason)
        self._tell("plugin.quarantined", record)

    # --- Telling ---

    def _tell(self, event: str, record: PluginRecord, ctx: CallContext | None = None) -> None:
        data = {"id": record.id, "state": record.state, "reason": record.reason}
        self._parts.events.publish(event, data, ctx)

    def _note(
        self, action: str, record: PluginRecord, reason: str, *, crashed: bool = False
    ) -> None:
        entry = AuditEntry(ctx=CallContext(), action=action, target=record.id, reason=reason)
        entry.outcome = "crashed" if crashed else "ok"
        self._parts.audit.append(entry)

    @contextmanager
    def _audited(self, action: str, plugin: PluginId, ctx: CallContext) -> Iterator[None]:
        start = time.perf_counter()
        entry = AuditEntry(ctx=ctx, action=action, target=plugin)
        try:
            yield
        except BaseException as error:
            entry.outcome, entry.reason = outcome_of(error), sentence(error)
            raise
        finally:
            entry.execution_ms = (time.perf_counter() - start) * 1000
            self._parts.audit.append(entry)


async def _end(plugin: PluginId, instance: PluginInstance) -> None:
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await instance.stop()
    except Exception:  # noqa: BLE001 - it is off all the same: nothing of it is registered
        _log.exception("stopping plugin %s failed", plugin)
