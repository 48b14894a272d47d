"""One call into a sandboxed Python plugin, its cold start, and what an idle one holds."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import uvloop

from bench.case import Case
from bench.deno_roundtrip import ping_pong, round_trips
from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import Limits, SameForAll
from plexihub.kernel.ports import Json, PluginInstance, PluginSource
from plexihub.runtimes.process.launcher import Launcher
from plexihub.runtimes.process.runtime import ProcessRuntime

PLUGIN = """
def on_dashboard_load(context):
    return context


def on_data_fetch(context, plugin):
    plugin.api.call("nothing")
"""
#: A plugin that is called without a pause would be slowed.
UNSLOWED = Limits(cpu_percent=400.0)


async def _nothing(_ctx: CallContext, _method: str, _params: Mapping[str, Json]) -> Json:
    return None


def _memory_mb(pid: int | None, kind: str) -> float:
    """Read what a process holds, in MiB: `Private_Dirty` is its own, `Pss` with its share."""
    found = re.search(rf"{kind}: +(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


class _Starts:
    """Starts a plugin for each measurement."""

    def __init__(self, folder: Path, runner: asyncio.Runner, launcher: Launcher) -> None:
        self._run = runner.run
        path = folder / "echo.py"
        path.write_text(PLUGIN, encoding="utf-8")
        self._runtime = ProcessRuntime(_nothing, SameForAll(UNSLOWED), launcher=launcher)
        manifest = self._run(self._runtime.describe(path))
        self._source = PluginSource(root=folder, manifest=manifest, data_dir=folder)

    def start(self) -> PluginInstance:
        """Start one."""
        return self._run(self._runtime.start(self._source))

    def cold(self) -> float:
        """Start one, in milliseconds."""
        begin = time.perf_counter()
        started = self.start()
        taken = (time.perf_counter() - begin) * 1000
        self._run(started.stop())
        return taken

    def idle(self, kind: str) -> float:
        """Tell what one holds that is never called, in MiB."""
        started = self.start()
        held = _memory_mb(started.stats().pid, kind)
        self._run(started.stop())
        return held


def _held(starts: _Starts) -> list[Case]:
    group = "memory of an idle Python plugin"
    return [
        Case(
            group=group,
            name=name,
            sample=partial(starts.idle, kind),
            unit="MB",
            goal=goal,
            rounds=3,
            note=note,
        )
        for name, kind, goal, note in (
            ("private", "Private_Dirty", 2.0, ""),
            ("proportional", "Pss", 3.0, "with one plugin; the more there are, the less each"),
        )
    ]


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with (
        ping_pong() as peer,
        tempfile.TemporaryDirectory() as folder,
        closing(Launcher()) as launcher,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        starts = _Starts(Path(folder), runner, launcher)
        plugin = starts.start()
        group = "cold start of a Python plugin"
        try:
            yield [
                *round_trips(peer, plugin, runner, goal=60.0),
                Case(group=group, name="PlexiHub", sample=starts.cold, unit="ms", goal=5.0),
                *_held(starts),
            ]
        finally:
            runner.run(plugin.stop())
