"""Bringing back what died, with patience and an end to it.

A death is an instance that ended without being told to, or a restart that failed. Each is followed
by a restart: the first at once, the next after 0.2 s, 0.4 s and so on up to 30 s, shaken a little
so that many do not come back together. Too many within a window of time, and the plugin is
quarantined until an administrator enables it again.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Protocol

from plexihub.kernel.background import Background
from plexihub.kernel.ports import Exit, PluginInstance
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)
MAX_DELAY = 30.0
_JITTER = 0.25
_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How much dying is borne.

    Args:
        deaths: This many within the window, and the plugin is quarantined.
        window_seconds: Deaths longer ago are forgotten.
        first_delay: Seconds before the second restart in the window; each further one waits twice
            as long. The first comes at once.
    """

    deaths: int = 3
    window_seconds: float = 300.0
    first_delay: float = 0.2


@dataclass(frozen=True, slots=True)
class Deaths:
    """The moments of the deaths that still count, oldest first."""

    moments: tuple[float, ...] = ()

    def and_one(self, moment: float, window_seconds: float) -> Deaths:
        """Count one more, and forget those before the window."""
        recent = (one for one in self.moments if moment - one <= window_seconds)
        return Deaths((*recent, moment))

    def __len__(self) -> int:
        return len(self.moments)


class Patient(Protocol):
    """What the supervisor asks of the lifecycle."""

    async def fell(self, plugin: PluginId, instance: PluginInstance | None, reason: str) -> bool:
        """Note a death; answers False where the instance is not the plugin's any more."""

    async def revive(self, plugin: PluginId) -> None:
        """Start it again; nothing happens where it is no longer wanted.

        Raises:
            Exception: It did not start.
        """

    async def quarantine(self, plugin: PluginId, reason: str) -> None:
        """Give it up until an administrator says otherwise."""


class Supervisor:
    """Watches the instances of every plugin."""

    def __init__(
        self,
        patient: Patient,
        tolerance: Callable[[], Tolerance],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._patient = patient
        self._tolerance = tolerance
        self._clock = clock
        self._deaths: dict[PluginId, Deaths] = {}
        self._tending: dict[PluginId, asyncio.Task[None]] = {}
        self._background = Background(limit=1000)
        self._closed = False

    def watch(self, plugin: PluginId, instance: PluginInstance) -> None:
        """Tend the plugin when this instance ends unexpectedly."""
        # In a context of its own: whoever enabled the plugin may have been in a transaction.
        instance.ended.add_done_callback(
            lambda future: self._ended(plugin, instance, future), context=Context()
        )

    def _ended(
        self, plugin: PluginId, instance: PluginInstance, future: asyncio.Future[Exit]
    ) -> None:
        if self._closed or future.cancelled():
            return
        error = future.exception()
        end = Exit(expected=False, reason=str(error)) if error else future.result()
        if not end.expected:
            work = self._tend(plugin, instance, end.reason)
            self._tending[plugin] = self._background.spawn(work, name=f"supervise {plugin}")

    async def _tend(self, plugin: PluginId, instance: PluginInstance | None, reason: str) -> None:
        while await self._patient.fell(plugin, instance, reason):
            delay = self._judge(plugin)
            if delay is None:
                count = len(self._deaths[plugin])
                last = f" it {reason}" if reason[:1].islower() else f": {reason}"
                await self._patient.quarantine(
                    plugin, f"It died {count} times {self._within()}. The last time{last}"
                )
                return
            await asyncio.sleep(delay)
            try:
                await self._patient.revive(plugin)
            except Exception as error:  # noqa: BLE001 - whatever hinders a start is a death too
                instance, reason = None, str(error) or type(error).__name__
            else:
                return

    def _judge(self, plugin: PluginId) -> float | None:
        """Answer the delay of the next restart; None where it is enough."""
        borne = self._tolerance()
        deaths = self._deaths.get(plugin, Deaths()).and_one(self._clock(), borne.window_seconds)
        self._deaths[plugin] = deaths
        if len(deaths) >= borne.deaths:
            return None
        if len(deaths) == 1:
            return 0.0
        shake = 1 + random.uniform(-_JITTER, _JITTER)  # noqa: S311 - spreads load, guards nothing
        return float(min(MAX_DELAY, borne.first_delay * 2 ** (len(deaths) - 2)) * shake)

    def _within(self) -> str:
        seconds = self._tolerance().window_seconds
        if seconds < 2 * _MINUTE:
            return f"within {seconds:g} s"
        return f"within {seconds / _MINUTE:.0f} minutes"

    def forget(self, plugin: PluginId) -> None:
        """Bring it back no more, and forget its deaths."""
        self._deaths.pop(plugin, None)
        task = self._tending.pop(plugin, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    async def close(self) -> None:
        """Bring nothing back any more."""
        self._closed = True
        await self._background.close()
