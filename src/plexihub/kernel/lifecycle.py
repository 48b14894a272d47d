"""A plugin's life: installed, enabled, restarting, quarantined, disabled, removed.

Every transition runs under the plugin's own lock, leaves an audit record and undoes itself when a
step fails. A plugin that does not start is `failed` with a reason; the hub and the others go on.
While it is down its hooks stay in the table and say so at once, so nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from plexihub.kernel.carrier import Carrier, Parts, Prepare, end
from plexihub.kernel.chronicle import Chronicle
from plexihub.kernel.context import CallContext, acting, current
from plexihub.kernel.in_order import in_order
from plexihub.kernel.moves import moving
from plexihub.kernel.outcome import sentence
from plexihub.kernel.plugins import PluginRecord, State
from plexihub.kernel.plugins import dependencies as needs
from plexihub.kernel.ports import (
    PluginInstance,
    PluginRuntime,
    PluginStore,
    StoredPlugin,
)
from plexihub.kernel.reloads import Reloads
from plexihub.kernel.standby import Standby
from plexihub.kernel.supervisor import Supervisor
from plexihub.kernel.swap import Swap
from plexihub_sdk.errors import (
    ConflictError,
    DependencyError,
    PluginLoadError,
)
from plexihub_sdk.ids import PluginId

__all__ = ("Lifecycle", "Parts")

_log = logging.getLogger(__name__)
STARTS_AT_ONCE = 4


class Lifecycle:
    """Moves plugins from state to state."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.reloads = Reloads()
        self._runtimes: dict[str, PluginRuntime] = {}
        self._locks: defaultdict[PluginId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._store: PluginStore | None = None
        self._supervisor = Supervisor(self, parts.tolerance)
        self._carrier = Carrier(parts, self.runtime, self._supervisor)
        self._chronicle = Chronicle(parts.events, parts.audit, parts.registry)
        self._swap = Swap(parts, self._carrier, self.reloads)
        self.standby = Standby(
            self._chronicle, lock=self._moving, stop=self._take_down, start=self._start_with_hub
        )

    def add_runtime(self, runtime: PluginRuntime) -> None:
        """Offer a way to run plugins, under its name.

        Raises:
            ConflictError: There is a runtime of this name already.
        """
        if runtime.name in self._runtimes:
            raise ConflictError(f"There is a runtime {runtime.name!r} already.", where=runtime.name)
        self._runtimes[runtime.name] = runtime

    def prepare_with(self, prepare: Prepare) -> None:
        """Have what manifests declare made ready, each time before a plugin's code runs."""
        self._parts.preparing.append(prepare)

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

    def find(self, plugin: PluginId) -> StoredPlugin | None:
        """Answer what is kept of a plugin; None where it is not installed."""
        record = self._parts.registry.find(plugin)
        return None if record is None else record.stored

    def get(self, plugin: PluginId) -> StoredPlugin:
        """Answer what is kept of a plugin.

        Raises:
            NotFoundError: It is not installed.
        """
        return self._parts.registry.get(plugin).stored

    async def add(self, stored: StoredPlugin) -> PluginRecord:
        """Take a new plugin in, disabled.

        Raises:
            ConflictError: There is a plugin of this id already.
            ManifestError: A range of versions is none.
            DependencyError: It and others would need each other.
            Veto: A `plugin.installing` handler refused.
        """
        record = PluginRecord(stored)
        stored.enabled = False
        with self._chronicle.audited("plugin.install", stored.id, acting()):
            self._check(stored)
            payload = {"version": stored.manifest.version, **_permissions(stored)}
            await self._ask("plugin.installing", record, acting(), payload)
            self._parts.registry.add(record)
            try:
                await self._save(record)
            except BaseException:
                self._parts.registry.remove(stored.id)
                raise
        self._chronicle.tell("plugin.installed", record)
        return record

    def _check(self, stored: StoredPlugin) -> None:
        needs.check_ranges(stored.manifest)
        needs.check_cycles(self._parts.registry, stored.manifest)

    async def enable(
        self, name: str, ctx: CallContext, *, with_dependencies: bool = False
    ) -> PluginRecord:
        """Start a plugin, now and at each start of the hub; a quarantined one is given a new row.

        Args:
            name: Its id.
            ctx: Who asks.
            with_dependencies: Whether to enable first what it needs and is off.

        Raises:
            NotFoundError: There is no such plugin.
            DependencyError: What it needs is missing, off or of another version.
            ConflictError: It is at this moment starting or stopping, and asks this itself.
            Veto: A `plugin.enabling` handler refused.
            PluginError: It did not start; it is `failed`, with the reason.
        """
        record = self._parts.registry.get(name)
        if with_dependencies:
            for needed in needs.needed_first(self._parts.registry, record):
                await self.enable(needed.id, ctx)
        async with self._moving(record):
            if record.state == "enabled":
                return record
            with self._chronicle.audited("plugin.enable", record.id, ctx):
                needs.check_cycles(self._parts.registry, record.stored.manifest)
                needs.check_needs(self._parts.registry, record.stored.manifest)
                await self._ask("plugin.enabling", record, ctx)
                await self._take_down(record)
                await self._bring_up(record, save=True)
        self._chronicle.tell("plugin.enabled", record, ctx)
        return record

    async def disable(
        self, name: str, ctx: CallContext, *, with_dependents: bool = False
    ) -> PluginRecord:
        """Stop a plugin and take back everything it registered.

        Args:
            name: Its id.
            ctx: Who asks.
            with_dependents: Whether to disable first the running plugins that need it.

        Raises:
            NotFoundError: There is no such plugin.
            DependencyError: Running plugins need it.
            ConflictError: It is at this moment starting or stopping, and asks this itself.
            Veto: A `plugin.disabling` handler refused.
        """
        record = self._parts.registry.get(name)
        if with_dependents:
            for one in needs.running_dependents(self._parts.registry, record.id):
                await self.disable(one.id, ctx)
        async with self._moving(record):
            if record.state == "disabled" and not record.stored.enabled:
                return record
            with self._chronicle.audited("plugin.disable", record.id, ctx), _leaving(record):
                self._refuse_if_needed(record)
                await self._ask("plugin.disabling", record, ctx)
                await self._put_out(record)
        self._chronicle.tell("plugin.disabled", record, ctx)
        return record

    def _refuse_if_needed(self, record: PluginRecord) -> None:
        running = needs.running_dependents(self._parts.registry, record.id)
        if running:
            names = ", ".join(one.id for one in running)
            raise DependencyError(
                f"{record.id} is needed by {names}.",
                where=record.id,
                next=f"Disable them as well: plexihub plugin disable {record.id} --with-dependents",
            )

    async def remove(self, name: str, ctx: CallContext) -> None:
        """Stop a plugin and forget it; its files are its installer's affair.

        Raises:
            NotFoundError: There is no such plugin.
            ConflictError: It comes with the hub, or is starting or stopping and asks this itself.
            DependencyError: Running plugins need it.
            Veto: A `plugin.removing` or `plugin.disabling` handler refused.
        """
        record = self._parts.registry.get(name)
        async with self._moving(record):
            with self._chronicle.audited("plugin.remove", record.id, ctx), _leaving(record):
                if record.stored.builtin:
                    raise ConflictError(
                        f"{record.id!r} comes with the hub and cannot be removed.",
                        where=record.id,
                        next="Disable it instead.",
                    )
                self._refuse_if_needed(record)
                await self._ask("plugin.removing", record, ctx)
                if record.state != "disabled":
                    await self._ask("plugin.disabling", record, ctx)
                    await self._put_out(record)
                await self._stored().remove(record.id)
                self._parts.registry.remove(record.id)
                if (runtime := self._runtimes.get(record.stored.runtime)) is not None:
                    await runtime.forget(record.id)
        self._locks.pop(record.id, None)
        self._chronicle.tell("plugin.removed", record, ctx)

    async def reload(self, name: str, ctx: CallContext) -> PluginRecord:
        """Let a running plugin run its files as they are now; what it keeps in `state` stays.

        Raises:
            NotFoundError: There is no such plugin.
            ConflictError: It does not run, or is starting or stopping and asks this itself.
            Veto: A `plugin.reloading` handler refused.
            PluginError: The new code does not load or start; the old goes on.
        """
        record = self._parts.registry.get(name)
        async with self._moving(record):
            with self._chronicle.audited("plugin.reload", record.id, ctx):
                if record.state != "enabled":
                    raise ConflictError(
                        f"{record.id} is {record.state}, so there is nothing to reload.",
                        where=record.id,
                        next=f"Enable it: plexihub plugin enable {record.id}",
                    )
                await self._ask("plugin.reloading", record, ctx)
                await self._exchange(record, record.stored)
        self._chronicle.tell("plugin.reloaded", record, ctx)
        self._chronicle.tell_dependents(record)
        return record

    async def upgrade(self, fresh: StoredPlugin, ctx: CallContext) -> PluginRecord:
        """Put another version in a plugin's place; data, tables and settings stay.

        Args:
            fresh: What is to be known of it; its files are in place. It is as enabled as before.
            ctx: Who asks.

        Raises:
            NotFoundError: There is no such plugin.
            ConflictError: It comes with the hub, or is starting or stopping and asks this itself.
            ManifestError: A range of versions is none.
            DependencyError: It and others would need each other, it lacks what it needs, or those
                that need it do not work with this version.
            Veto: A `plugin.upgrading` handler refused.
            PluginError: It does not start; the version before goes on.
        """
        record = self._parts.registry.get(fresh.id)
        before = record.stored.manifest.version
        versions = {"from_version": before, "to_version": fresh.manifest.version}
        async with self._moving(record):
            with self._chronicle.audited("plugin.upgrade", record.id, ctx, versions):
                if record.stored.builtin:
                    raise ConflictError(
                        f"{record.id!r} comes with the hub, and is upgraded with it.",
                        where=record.id,
                    )
                self._check(fresh)
                needs.check_successor(self._parts.registry, fresh.manifest)
                payload = {**versions, **_permissions(fresh)}
                await self._ask("plugin.upgrading", record, ctx, payload)
                fresh.enabled = record.stored.enabled
                fresh.quarantined = record.stored.quarantined
                await self._exchange(record, fresh)
        self._chronicle.tell("plugin.upgraded", record, ctx, versions)
        self._chronicle.tell_dependents(record)
        return record

    async def start_all(self) -> None:
        """Start every enabled plugin, a few at a time, each after those that it depends on.

        One that fails stops nothing but those that cannot do without it.
        """
        wanted = {
            one.id: one
            for one in self._parts.registry
            if one.stored.enabled and one.state == "disabled"
        }
        gate = asyncio.Semaphore(STARTS_AT_ONCE)

        async def start(plugin: PluginId) -> None:
            async with gate, self._moving(wanted[plugin]):
                await self._start_with_hub(wanted[plugin])

        await in_order(needs.start_order(wanted.values()), start)

    async def _start_with_hub(self, record: PluginRecord) -> None:
        try:
            with self._chronicle.audited("plugin.start", record.id, current()):
                await self._bring_up(record, save=False)
        except Exception as error:  # noqa: BLE001 - its state tells it; the others go on
            _log.warning("plugin %s did not start: %s", record.id, error)
        else:
            self._chronicle.tell("plugin.enabled", record)

    async def close(self) -> None:
        """Stop every plugin, before those that it needs; all start again with the hub."""
        await self._supervisor.close()
        records = {one.id: one for one in self._parts.registry}
        before = needs.start_order(records.values())
        after = {
            name: frozenset(one for one, those in before.items() if name in those)
            for name in before
        }

        async def close(plugin: PluginId) -> None:
            await self._close_one(records[plugin])

        await in_order(after, close)

    async def _close_one(self, record: PluginRecord) -> None:
        async with self._locks[record.id]:
            await self._take_down(record)
            if record.state in {"enabled", "restarting"}:
                record.move("disabled", "The hub is stopping.")

    # --- Steps; the plugin's lock is held in all of them ---

    @asynccontextmanager
    async def _moving(self, record: PluginRecord) -> AsyncIterator[None]:
        async with moving(record.id, self._locks[record.id]):
            yield

    async def _ask(
        self,
        hook: str,
        record: PluginRecord,
        ctx: CallContext,
        more: dict[str, Any] | None = None,
    ) -> None:
        payload = {"id": record.id, "tier": record.stored.tier, **(more or {})}
        await self._parts.hooks.call(hook, payload, ctx)

    async def _bring_up(self, record: PluginRecord, *, save: bool) -> None:
        async def keep() -> None:
            if save:
                await self._save(record, enabled=True)

        record.move("enabling")
        try:
            # In this state others cannot be disabled under its feet any more.
            needs.check_needs(self._parts.registry, record.stored.manifest)
            await self._carrier.bring_up(record, then=keep)
        except BaseException as error:
            record.carry(None)
            record.memory = {}
            record.health.last_error = sentence(error)
            record.move("failed", sentence(error))
            self._chronicle.tell("plugin.disabled", record)
            raise
        record.move("enabled")

    async def _exchange(self, record: PluginRecord, fresh: StoredPlugin) -> None:
        """Run the code of `fresh`, where the plugin runs, and keep it; else all is as before."""
        before = record.stored

        async def save() -> None:
            if fresh is not before:
                await self._stored().save(fresh)

        try:
            if record.state == "enabled":
                needs.check_needs(self._parts.registry, fresh.manifest)
                await self._swap.run(record, fresh, save)
            else:
                await save()
                record.stored = fresh
        finally:
            if record.state == "failed":
                self._chronicle.tell("plugin.disabled", record)

    async def _take_down(self, record: PluginRecord) -> None:
        await self._carrier.take_down(record)
        record.memory = {}

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
                await end(plugin, instance)
        self._chronicle.note("plugin.die", record, crashed=True)
        self._chronicle.tell("plugin.restarting", record)
        self._chronicle.tell_dependents(record)
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
            with self._chronicle.audited("plugin.restart", plugin, current()):
                await self._carrier.start(record)
            record.health.restarts += 1
            record.move("enabled")
        self._chronicle.tell("plugin.enabled", record)
        self._chronicle.tell_dependents(record)

    async def quarantine(self, plugin: PluginId, reason: str) -> None:
        """Give a plugin up until an administrator enables it again."""
        record = self._parts.registry.get(plugin)
        async with self._locks[plugin]:
            if record.state != "restarting":
                return
            await self._take_down(record)
            record.move("quarantined", reason)
            await self._save(record, enabled=True, quarantined=reason)
        self._chronicle.note("plugin.quarantine", record)
        self._chronicle.tell("plugin.quarantined", record)
        self._chronicle.tell_dependents(record)


@contextmanager
def _leaving(record: PluginRecord) -> Iterator[None]:
    record.is_leaving = True
    try:
        yield
    finally:
        record.is_leaving = False


def _permissions(stored: StoredPlugin) -> dict[str, Any]:
    return {"permissions": list(stored.manifest.permissions)}
