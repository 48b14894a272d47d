"""Plugins that may not run for now: stopped, enabled all the same, and started when they may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager

from plexihub.kernel.chronicle import Chronicle
from plexihub.kernel.plugins import PluginRecord
from plexihub_sdk.ids import PluginId

_RUNNING = frozenset({"enabled", "restarting"})


class Standby:
    """Stops plugins for a reason that is not theirs, and starts them again.

    Args:
        chronicle: Where it is told and recorded; it knows the plugins.
        lock: Gives a plugin's lock.
        stop: Stops a plugin, whose lock is held.
        start: Starts a plugin that is enabled, whose lock is held; never raises.
    """

    def __init__(
        self,
        chronicle: Chronicle,
        *,
        lock: Callable[[PluginRecord], AbstractAsyncContextManager[None]],
        stop: Callable[[PluginRecord], Awaitable[None]],
        start: Callable[[PluginRecord], Awaitable[None]],
    ) -> None:
        self._registry = chronicle.registry
        self._chronicle = chronicle
        self._lock = lock
        self._stop = stop
        self._start = start

    async def hold(self, plugin: PluginId, reason: str) -> bool:
        """Stop a plugin that runs; it is `failed`, with the reason. Answers whether it ran.

        Raises:
            ConflictError: It is starting or stopping, and asks this itself.
        """
        record = self._registry.find(plugin)
        if record is None:
            return False
        async with self._lock(record):
            if record.state not in _RUNNING:
                return False
            await self._stop(record)
            record.health.last_error = reason
            record.move("failed", reason)
        self._chronicle.note("plugin.hold", record)
        self._chronicle.tell("plugin.disabled", record)
        self._chronicle.tell_dependents(record)
        return True

    async def release(self, plugins: Iterable[PluginId]) -> None:
        """Start those of these plugins that are enabled and failed to run.

        Raises:
            ConflictError: One is starting or stopping, and asks this itself.
        """
        for plugin in plugins:
            record = self._registry.find(plugin)
            if record is None:
                continue
            async with self._lock(record):
                if record.state == "failed" and record.stored.enabled:
                    await self._start(record)
