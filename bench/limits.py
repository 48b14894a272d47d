"""How far over its limits a plugin gets, and how soon the hub is rid of it and has it back.

The floor beside the deadline is a process of nothing that is killed and waited for.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import uvloop

from bench.case import Case
from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import Limits, SameForAll
from plexihub.kernel.ports import PluginInstance, PluginSource
from plexihub.runtimes._sandboxed import SandboxedRuntime
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.process.launcher import Launcher
from plexihub.runtimes.process.runtime import ProcessRuntime
from plexihub_sdk.errors import PluginError
from tests.limits.greedy import (
    EATERS,
    PYTHON_EATERS,
    Peaks,
    Stopwatch,
    pid_of,
    plugin,
    python_plugin,
)
from tests.zoo.sandbox import Door

ROUNDS = 3
LATE = "after the deadline of a call"
CALL_SECONDS = 0.3
WINDOW_SECONDS = 10.0
IDLE_PLUGINS = 40


class _Guests:
    """Plugins of one runtime that want too much."""

    def __init__(
        self, language: str, folder: Path, run: asyncio.Runner, launcher: Launcher
    ) -> None:
        self.language = language
        self._folder = folder
        self._run = run.run
        self.keeper = SameForAll()
        self._busy = self._ready = 0
        self._runtime: SandboxedRuntime
        door = Door().dispatch
        if language == "Python":
            self._runtime = ProcessRuntime(door, self.keeper, launcher=launcher)
        else:
            self._runtime = DenoRuntime(
                door,
                find_deno(),
                self.keeper,
                launcher=launcher,
                data_root=folder,
                home=folder,
                ready=lambda: self._ready,
            )

    def _written(self, name: str, body: str) -> Path:
        write = python_plugin if self.language == "Python" else plugin
        return write(self._folder, name, body)

    @property
    def eaters(self) -> dict[str, str]:
        """What fills the memory, by its kind."""
        return PYTHON_EATERS if self.language == "Python" else EATERS

    async def start(self, name: str, body: str) -> PluginInstance:
        return await self._runtime.start(await self._source(name, body))

    async def _source(self, name: str, body: str) -> PluginSource:
        path = self._written(name, body)
        manifest = await self._runtime.describe(path)
        return PluginSource(root=path.parent, manifest=manifest, data_dir=self._folder)

    @property
    def _endless(self) -> str:
        return "while True: pass" if self.language == "Python" else "while (true);"

    def overshoot(self, kind: str) -> float:
        """Tell how many MiB beyond its fifty a process came to hold."""
        self.keeper.limits = Limits(cpu_percent=400.0, call_seconds=20.0)
        return self._run(self._overshoot(kind))

    async def _overshoot(self, kind: str) -> float:
        guest = await self.start("eater", self.eaters[kind])
        with Peaks([pid_of(guest)]) as peaks, suppress(PluginError):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        await guest.stop()
        return peaks.grown_mb - self.keeper.limits.memory_mb

    def share(self) -> float:
        """Tell which share of a core a busy plugin had over ten seconds, in percent."""
        self.keeper.limits = Limits(call_seconds=60.0)
        return self._run(self._share())

    async def _share(self) -> float:
        # Each measurement is of a plugin that nobody knows yet.
        self._busy += 1
        guest = await self.start(f"busy-{self._busy}", self._endless)
        call = asyncio.create_task(guest.call_hook("onDashboardLoad", {}, CallContext()))
        watch = Stopwatch([pid_of(guest)])
        await asyncio.sleep(WINDOW_SECONDS)
        share = watch.shares()[0]
        call.cancel()
        await guest.stop()
        return share

    def killed(self) -> float:
        """Tell the milliseconds from the deadline until the process is gone."""
        return self._run(self._late(again=False))

    def again(self) -> float:
        """Tell the milliseconds from the deadline until a fresh process has answered."""
        return self._run(self._late(again=True))

    def again_from_the_pool(self) -> float:
        """Tell the same where a process was ready."""
        self._ready = 1
        try:
            return self.again()
        finally:
            self._ready = 0
            self._run(self._settled())

    async def _settled(self) -> None:
        """Wait until as many processes are ready as are to be."""
        if isinstance(self._runtime, DenoRuntime):
            self._runtime.pool.resize()
            while len(self._runtime.pool.pids) != self._ready:  # noqa: ASYNC110 - see there
                await asyncio.sleep(0.01)

    async def _late(self, *, again: bool) -> float:
        self.keeper.limits = Limits(call_seconds=CALL_SECONDS)
        source = await self._source("hangs", self._endless)
        guest = await self._runtime.start(source)
        await self._settled()
        deadline = time.perf_counter() + CALL_SECONDS
        with suppress(PluginError):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        await guest.ended
        if again:
            fresh = await self._runtime.start(source)
            await fresh.call_hook("onDataFetch", {}, CallContext())
            taken = time.perf_counter() - deadline
            await fresh.stop()
        else:
            taken = time.perf_counter() - deadline
        await guest.stop()
        return taken * 1000

    def watching(self) -> float:
        """Tell what the hub pays for watching an idle plugin, in µs of processor time a second."""
        self.keeper.limits = Limits()
        return self._run(self._watching())

    async def _watching(self) -> float:
        guests = [await self.start(f"idle-{n}", "return {}") for n in range(IDLE_PLUGINS)]
        await asyncio.sleep(2)
        before = time.process_time()
        await asyncio.sleep(4)
        used = time.process_time() - before
        for guest in guests:
            await guest.stop()
        return used / 4 / IDLE_PLUGINS * 1e6


def _bare_kill() -> float:
    if (pid := os.fork()) == 0:
        signal.pause()
    begin = time.perf_counter()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return (time.perf_counter() - begin) * 1000


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Launcher()) as launcher,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        made = [_Guests(one, Path(folder), runner, launcher) for one in ("Deno", "Python")]
        yield [
            Case(group=LATE, name="kill and wait", sample=_bare_kill, unit="ms", baseline=True),
            *(case for guests in made for case in _cases(guests)),
        ]


def _cases(guests: _Guests) -> list[Case]:
    name = guests.language
    return [
        *(
            Case(
                group=f"memory of {name} beyond the 50 MB, highest ever seen",
                name=kind,
                sample=lambda kind=kind: guests.overshoot(kind),  # type: ignore[misc]
                unit="MB",
                rounds=ROUNDS,
            )
            for kind in guests.eaters
        ),
        Case(
            group="processor time of a busy plugin over 10 s",
            name=name,
            sample=guests.share,
            unit="%",
            goal=10.0,
            rounds=ROUNDS,
        ),
        Case(group=LATE, name=f"{name} is gone", sample=guests.killed, unit="ms", goal=20.0),
        Case(
            group=LATE,
            name=f"another {name} answers",
            sample=guests.again,
            unit="ms",
            goal=60.0,
            note="without the supervisor, whose first restart comes at once",
        ),
        *_ready_cases(guests),
        Case(
            group="watching one of 40 idle plugins, processor time a second",
            name=name,
            sample=guests.watching,
            unit="µs",
            rounds=1,
        ),
    ]


def _ready_cases(guests: _Guests) -> Iterator[Case]:
    if guests.language == "Deno":
        yield Case(
            group=LATE,
            name="another Deno answers that was ready",
            sample=guests.again_from_the_pool,
            unit="ms",
            goal=60.0,
        )
