"""Cold start of a Deno plugin, from nothing to its manifest, and what an idle one holds."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import uvloop

from bench.case import Case
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import Json, PluginInstance, PluginSource
from plexihub.runtimes._spawn import spawn
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.deno.flags import environment
from plexihub.runtimes.process.launcher import Launcher

PLUGIN = Path(__file__).parents[1] / "examples" / "sandboxed" / "hello-world.ts"
EMPTY = "Deno.stdout.writeSync(new Uint8Array([1]));"
SETTLE_SECONDS = 0.3


async def _nothing(_ctx: CallContext, _method: str, _params: Mapping[str, Json]) -> Json:
    return None


class _Starts:
    """Takes each measurement with a process of its own."""

    def __init__(self, folder: Path, runner: asyncio.Runner, launcher: Launcher) -> None:
        self._run = runner.run
        self._folder = folder
        self._empty = folder / "empty.ts"
        self._empty.write_text(EMPTY, encoding="utf-8")
        self._runtime = DenoRuntime(_nothing, find_deno(), launcher=launcher, data_root=folder)
        manifest = self._run(self._runtime.describe(PLUGIN))
        self._source = PluginSource(root=PLUGIN.parent, manifest=manifest, data_dir=folder)

    def bare(self) -> float:
        """Start Deno with a script that writes one byte."""
        begin = time.perf_counter()
        child = spawn(
            [str(find_deno()), "run", "--quiet", "--no-config", str(self._empty)],
            env=environment(self._folder / "bare"),
            cwd=self._folder,
        )
        child.pipe.setblocking(True)
        child.pipe.recv(1)
        taken = (time.perf_counter() - begin) * 1000
        child.kill()
        child.reap()
        child.pipe.close()
        return taken

    def confined(self) -> float:
        """Start a plugin, with every layer that this machine holds."""
        return self._run(self._timed(self._runtime.start(self._source)))

    def memory(self) -> float:
        """Tell the private memory of an idle plugin, in MiB."""
        return self._run(self._idle())

    @staticmethod
    async def _timed(start: Any) -> float:
        begin = time.perf_counter()
        instance: PluginInstance = await start
        taken = (time.perf_counter() - begin) * 1000
        await instance.stop()
        return taken

    async def _idle(self) -> float:
        instance = await self._runtime.start(self._source)
        await instance.call_hook("onDashboardLoad", {}, CallContext())
        await asyncio.sleep(SETTLE_SECONDS)
        memory = instance.stats().memory_mb
        await instance.stop()
        return memory or 0.0


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Launcher()) as launcher,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        starts = _Starts(Path(folder), runner, launcher)
        group = "cold start of a Deno plugin"
        yield [
            Case(
                group=group,
                name="deno run, one line",
                sample=starts.bare,
                unit="ms",
                baseline=True,
                note="until its first byte, with a cache on disk and without confinement",
            ),
            Case(group=group, name="PlexiHub", sample=starts.confined, unit="ms", goal=45.0),
            Case(
                group="memory of an idle Deno plugin",
                name="PlexiHub",
                sample=starts.memory,
                unit="MB",
                goal=9.0,
                rounds=3,
                note="anonymous resident memory",
            ),
        ]
