"""One call into a sandboxed Python plugin, its cold start, and what an idle one holds."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import uvloop

from bench.case import Case
from bench.deno_roundtrip import ping_pong, round_trips
from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import Limits, SameForAll
from plexihub.kernel.ports import Json, PluginSource
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


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with (
        ping_pong() as peer,
        tempfile.TemporaryDirectory() as folder,
        closing(Launcher()) as launcher,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        path = Path(folder) / "echo.py"
        path.write_text(PLUGIN, encoding="utf-8")
        runtime = ProcessRuntime(_nothing, SameForAll(UNSLOWED), launcher=launcher)
        manifest = runner.run(runtime.describe(path))
        source = PluginSource(root=path.parent, manifest=manifest, data_dir=path.parent)
        plugin = runner.run(runtime.start(source))

        def cold() -> float:
            begin = time.perf_counter()
            started = runner.run(runtime.start(source))
            taken = (time.perf_counter() - begin) * 1000
            runner.run(started.stop())
            return taken

        def idle(kind: str) -> float:
            started = runner.run(runtime.start(source))
            held = _memory_mb(started.stats().pid, kind)
            runner.run(started.stop())
            return held

        memory = "memory of an idle Python plugin"
        try:
            yield [
                *round_trips(peer, plugin, runner, goal=60.0),
                Case(
                    group="cold start of a Python plugin",
                    name="PlexiHub",
                    sample=cold,
                    unit="ms",
                    goal=5.0,
                ),
                Case(
                    group=memory,
                    name="private",
                    sample=lambda: idle("Private_Dirty"),
                    unit="MB",
                    goal=2.0,
                    rounds=3,
                ),
                Case(
                    group=memory,
                    name="proportional",
                    sample=lambda: idle("Pss"),
                    unit="MB",
                    goal=3.0,
                    rounds=3,
                    note="with one plugin; the more there are, the less each",
                ),
            ]
        finally:
            runner.run(plugin.stop())
