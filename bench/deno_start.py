"""Cold start of a Deno plugin, from nothing to its manifest, and what an idle one holds."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop

from bench.case import Case
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import Json, PluginInstance, PluginSource
from plexihub.runtimes._spawn import spawn
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.deno.flags import environment

PLUGIN = Path(__file__).parents[1] / "examples" / "sandboxed" / "hello-world.ts"
EMPTY = "Deno.stdout.writeSync(new Uint8Array([1]));"
SETTLE_SECONDS = 0.3


async def _nothing(_ctx: CallContext, _method: str, _params: Mapping[str, Json]) -> Json:
    return None


class _Starts:
    """Takes each measurement with a process of its own."""

    def __init__(self, folder: Path, runner: asyncio.Runner) -> None:
        self._run = runner.run
        self._folder = folder
        self._empty = folder / "empty.ts"
        self._empty.write_text(EMPTY, encoding="utf-8")
        self._runtime = DenoRuntime(_nothing, find_deno(), data_root=folder)
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

    def warm(self) -> float:
        """Start a plugin that was started before on this hub."""
        return self._run(self._timed(self._runtime.start(self._source)))

    def first(self) -> float:
        """Start a plugin for the first time."""
        with tempfile.TemporaryDirectory() as folder:
            runtime = DenoRuntime(_nothing, find_deno(), data_root=Path(folder))
            return self._run(self._timed(runtime.start(self._source)))

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
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        starts = _Starts(Path(folder), runner)
        group = "cold start of a Deno plugin"
        yield [
            Case(
                group=group,
                name="deno run, one line",
                sample=starts.bare,
                unit="ms",
                baseline=True,
                note="until its first byte, same cache and same confinement",
            ),
            Case(group=group, name="PlexiHub", sample=starts.warm, unit="ms", goal=45.0),
            Case(group=group, name="PlexiHub, first time", sample=starts.first, unit="ms"),
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
