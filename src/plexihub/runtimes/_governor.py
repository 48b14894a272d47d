"""Holds processes to their processor time and memory, from outside.

A process that uses nothing is looked at twice a second, by one reading of its clock: 300 of them
cost less than a thousandth of a core. One that works is looked at more often; its memory is read
only where it used processor time, for nothing grows without.

Over its pace a process is stopped and continued (SIGSTOP, SIGCONT), over its memory it is ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable

from plexihub.kernel.limits import Breach, LimitKeeper
from plexihub.runtimes._liveness import cpu_seconds, held_mb
from plexihub.runtimes._pace import FREE_SHARE, WINDOW_SECONDS, CpuWindow, budget_of
from plexihub.runtimes._spawn import Child
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)
IDLE_SECONDS = 0.5
BUSY_SECONDS = 0.02
#: How long a slowed process runs before it is looked at again.
SLICE_SECONDS = 0.01
#: A stop shorter than this is not worth its two signals.
_SHORTEST_STOP = 0.005
_LONGEST_STOP = 1.0
#: A process that used less of a look's interval is not busy.
_BUSY_SHARE = 0.05
#: Below this rate a process waits until its window is freer.
_LEAST_RATE = 0.001
#: What the runtime itself uses to start; what a plugin uses beyond while it loads is its own.
START_SECONDS = 0.5
#: What a process may map beyond its memory, used or not: stacks of threads that it starts later.
SPARE_MB = 16
#: How long a process may hold some of that.
GRACE_SECONDS = 0.5
#: A plugin is reported as slowed once it has been stopped for so long.
_TOLD_AFTER = 0.25


class Watch:
    """One process under watch.

    Args:
        governor: Looks at it while it is idle.
        child: Its number and handle, valid until `close`.
        plugin: Whose it is.
        on_over: Told once that it holds more memory than it may; ends it.
        idle_mb: What its runtime holds without a plugin, in MiB, where that is known.
    """

    def __init__(
        self,
        governor: Governor,
        *,
        child: Child,
        plugin: PluginId,
        on_over: Callable[[Breach], None],
        idle_mb: float | None = None,
    ) -> None:
        self._governor = governor
        self._pid, self._pidfd = child.pid, child.pidfd
        self._plugin = plugin
        self._on_over = on_over
        self._window = governor.window_of(plugin)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._interval = BUSY_SECONDS
        self._looked_at = time.monotonic()
        self._counted = 0.0
        self._credit = governor.start_seconds
        self._stopped_at: float | None = None
        self._stopped_since_told = 0.0
        self._closed = False
        self._over_since: float | None = None
        self._allowed_mb = governor.keeper.of(plugin).memory_mb
        #: What the runtime holds when it idles, in MiB; None until that is known.
        self.baseline_mb = idle_mb
        #: Memory of the last look, in MiB.
        self.resident_mb = 0.0
        self.slowed_seconds = 0.0
        self._look_in(BUSY_SECONDS)

    @property
    def held_mb(self) -> float | None:
        """Memory above the baseline at the last look, in MiB."""
        return None if self.baseline_mb is None else max(0.0, self.resident_mb - self.baseline_mb)

    def begin(self) -> None:
        """Count everything from now on: the plugin is loaded.

        Where nobody knows what its runtime holds without a plugin, that is what it holds now.
        """
        self._credit = 0.0
        with contextlib.suppress(OSError):
            self._count(time.monotonic())
            self.resident_mb = held_mb(self._pid)
        if self.baseline_mb is None:
            self.baseline_mb = self.resident_mb

    def wake(self) -> None:
        """Look soon: it was given work. Costs next to nothing where it is being looked at."""
        if self._timer is None and not self._closed:
            self._interval = BUSY_SECONDS
            self._governor.idle.discard(self)
            self._look_in(BUSY_SECONDS)

    def close(self) -> None:
        """Watch no more; a stopped process goes on. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._governor.idle.discard(self)
        with contextlib.suppress(OSError):
            self._count(time.monotonic())
        self._go_on()

    # --- looking ---

    def _look_in(self, seconds: float) -> None:
        self._timer = self._loop.call_later(seconds, self.look)

    def look(self) -> None:
        """See what it used since the last look, and act on it."""
        self._timer = None
        if self._closed:
            return
        now = time.monotonic()
        elapsed = now - self._looked_at
        try:
            used = self._count(now)
            if used > 0 or self._over_since is not None:
                self.resident_mb = held_mb(self._pid)
        except OSError:
            return  # it is gone: its end is noticed elsewhere
        if not self._is_over(now):
            self._pace(now, used, elapsed)

    def is_working(self) -> bool:
        """Tell whether an idle process began to work; costs one reading of its clock."""
        try:
            return cpu_seconds(self._pid) - self._counted > IDLE_SECONDS * _BUSY_SHARE
        except OSError:
            return False

    def _count(self, now: float) -> float:
        total = cpu_seconds(self._pid)
        used, self._counted, self._looked_at = total - self._counted, total, now
        free = min(used, self._credit)
        self._credit -= free
        self._window.add(now, used - free)
        return used

    def _is_over(self, now: float) -> bool:
        held, allowed = self.held_mb, self._allowed_mb
        if held is None or held <= allowed:
            self._over_since = None
            return False
        self._over_since = self._over_since or now
        # The operating system refuses to map more: a plugin may hear of it, and give some back.
        if held <= allowed + SPARE_MB and now - self._over_since < GRACE_SECONDS:
            return False
        reason = f"used {held:.0f} MB of memory, {allowed} MB are allowed, and was stopped"
        self._on_over(
            Breach(limit="memory_mb", measured=held, allowed=allowed, did="killed", reason=reason)
        )
        return True

    # --- pacing ---

    def _pace(self, now: float, used: float, elapsed: float) -> None:
        percent = self._governor.keeper.of(self._plugin).cpu_percent
        budget, so_far = budget_of(percent), self._window.used(now)
        rate = self._window.rate(now, budget)
        is_busy = used > elapsed * _BUSY_SHARE
        if rate < 1 and is_busy:
            pause = _LONGEST_STOP if rate < _LEAST_RATE else used / rate - elapsed
            if pause > _SHORTEST_STOP:
                self._stop(min(pause, _LONGEST_STOP), percent, so_far)
                return
        if is_busy:
            # Soon enough that it cannot pass what is free between two looks.
            left = budget * FREE_SHARE - so_far
            self._interval = min(BUSY_SECONDS, max(left, _SHORTEST_STOP))
        else:
            self._interval *= 2
        if self._over_since is not None:
            self._interval = BUSY_SECONDS
        if self._interval < IDLE_SECONDS:
            self._look_in(self._interval)
        else:
            self._governor.rest(self)

    def _stop(self, seconds: float, percent: float, so_far: float) -> None:
        try:
            signal.pidfd_send_signal(self._pidfd, signal.SIGSTOP)
        except ProcessLookupError:
            return  # it is gone: its end is noticed elsewhere
        except OSError as error:
            self._tell_unheld(error)
            return
        self._stopped_at = time.monotonic()
        self._timer = self._loop.call_later(seconds, self._resume)
        self._stopped_since_told += seconds
        if self._stopped_since_told >= _TOLD_AFTER:
            self._stopped_since_told = 0.0
            self._tell_slowed(percent, so_far)

    def _tell_unheld(self, error: OSError) -> None:
        # Without a timer, and not among the idle: nothing is tried again until it is given work.
        _log.error(
            "the processor time of %s cannot be held, its process takes no signal: %s",
            self._plugin,
            error,
        )

    def _tell_slowed(self, percent: float, so_far: float) -> None:
        share = so_far / WINDOW_SECONDS * 100
        reason = (
            f"used {so_far:.2f} s of processor time within {WINDOW_SECONDS:.0f} s and wants more;"
            f" {budget_of(percent):.2f} s are allowed, so it is slowed down"
        )
        self._governor.keeper.note(
            self._plugin,
            Breach(
                limit="cpu_percent", measured=share, allowed=percent, did="slowed", reason=reason
            ),
        )

    def _resume(self) -> None:
        self._timer = None
        now = time.monotonic()
        budget = budget_of(self._governor.keeper.of(self._plugin).cpu_percent)
        if self._window.rate(now, budget) < _LEAST_RATE:
            self._timer = self._loop.call_later(IDLE_SECONDS, self._resume)
            return
        self._go_on()
        self._looked_at = now
        self._interval = BUSY_SECONDS
        self._look_in(SLICE_SECONDS)

    def _go_on(self) -> None:
        if self._stopped_at is None:
            return
        self.slowed_seconds += time.monotonic() - self._stopped_at
        self._stopped_at = None
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGCONT)


class Governor:
    """Watches the processes of one runtime.

    It has one timer, and that only while a process rests: nobody has to close it.

    Args:
        keeper: Knows each plugin's limits, and is told of what comes to them.
        window: Counts the processor time of all of them as one's; one for each where absent.
        start_seconds: Processor time of a start that is not counted.
    """

    def __init__(
        self,
        keeper: LimitKeeper,
        window: CpuWindow | None = None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        self.keeper = keeper
        self.start_seconds = start_seconds
        self._shared = window
        self.idle: set[Watch] = set()
        self._windows: dict[PluginId, CpuWindow] = {}
        self._timer: asyncio.TimerHandle | None = None

    def watch(
        self,
        child: Child,
        plugin: PluginId,
        on_over: Callable[[Breach], None],
        idle_mb: float | None,
    ) -> Watch:
        """Watch a process that just started, until the watch is closed."""
        return Watch(self, child=child, plugin=plugin, on_over=on_over, idle_mb=idle_mb)

    def window_of(self, plugin: PluginId) -> CpuWindow:
        """Answer what a plugin used of late; it outlives each of its processes."""
        return self._shared or self._windows.setdefault(plugin, CpuWindow())

    def forget(self, plugin: PluginId) -> None:
        """Forget what a removed plugin used."""
        self._windows.pop(plugin, None)

    def rest(self, watch: Watch) -> None:
        """Look at a process with the other idle ones."""
        self.idle.add(watch)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._tick)

    def _tick(self) -> None:
        self._timer = None
        for watch in [one for one in self.idle if one.is_working()]:
            self.idle.discard(watch)
            watch.look()
        if self.idle:
            self._timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._tick)
