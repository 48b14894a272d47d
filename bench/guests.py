"""Sandboxed plugins for measuring, of either runtime, started and stopped alike."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import uvloop

from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import Limits, SameForAll
from plexihub.kernel.ports import Json, PluginInstance, PluginSource
from plexihub.runtimes._liveness import cpu_seconds
from plexihub.runtimes._sandboxed import SandboxedRuntime
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.process.launcher import Launcher
from plexihub.runtimes.process.runtime import ProcessRuntime

LANGUAGES = ("Python", "Deno")
#: Each echoes in `onDashboardLoad`, and asks the gateway in `onDataFetch`.
_CODE = {
    "Python": """
def on_dashboard_load(context):
    return context


def on_data_fetch(context, plugin):
    plugin.api.call("nothing")
""",
    "Deno": """
export default {
  id: "echo",
  version: "1.0.0",
  hooks: {
    onDashboardLoad: (context: unknown) => context,
    onDataFetch: async (_context: unknown, plugin: { api: { call(name: string): unknown } }) => {
      await plugin.api.call("nothing");
      return null;
    },
  },
};
""",
}
#: A plugin that is called without a pause would be slowed.
UNSLOWED = Limits(cpu_percent=400.0)


async def _nothing(_ctx: CallContext, _method: str, _params: Mapping[str, Json]) -> Json:
    return None


def memory_mb(pid: int | None, kind: str) -> float:
    """Read what a process holds, in MiB.

    Args:
        pid: Its number.
        kind: `Private_Dirty` is its own, `Pss` its own and its part of what is shared.
    """
    found = re.search(rf"{kind}: +(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


@dataclass(frozen=True, slots=True)
class Guests:
    """Starts one plugin of a language, as often as asked."""

    run: asyncio.Runner
    launcher: Launcher
    runtime: SandboxedRuntime
    source: PluginSource

    def start(self) -> PluginInstance:
        """Start one."""
        return self.run.run(self.runtime.start(self.source))

    def stop(self, *guests: PluginInstance) -> None:
        """Stop some."""

        async def all_of_them() -> None:
            await asyncio.gather(*(guest.stop() for guest in guests))

        self.run.run(all_of_them())

    def cold(self) -> float:
        """Start one, in milliseconds."""
        begin = perf_counter()
        started = self.start()
        taken = (perf_counter() - begin) * 1000
        self.stop(started)
        return taken

    def claimed(self) -> float:
        """Start one in a process that was ready, in milliseconds."""
        if isinstance(self.runtime, DenoRuntime):
            self.run.run(self._full(self.runtime))
        return self.cold()

    async def _full(self, runtime: DenoRuntime) -> None:
        while len(runtime.pool.pids) < runtime.pool.size:  # noqa: ASYNC110 - filled elsewhere
            await asyncio.sleep(0.01)

    def cold_processor_time(self) -> float:
        """Start one, in milliseconds of processor time; other programs disturb that least."""
        before = process_time() + self._launcher_seconds()
        started = self.start()
        taken = process_time() + self._launcher_seconds() - before
        taken += cpu_seconds(started.stats().pid or 0)
        self.stop(started)
        return taken * 1000

    def _launcher_seconds(self) -> float:
        return cpu_seconds(self.launcher.pid) if self.launcher.pid is not None else 0.0


@contextmanager
def guests(
    language: str, *, without: frozenset[str] = frozenset(), ready: int = 0
) -> Iterator[Guests]:
    """Give a runtime with a plugin that echoes.

    Args:
        language: Of `LANGUAGES`.
        without: Layers of the confinement that are left out.
        ready: How many processes of Deno are to be ready.
    """
    with (
        TemporaryDirectory() as name,
        closing(Launcher(without=without)) as launcher,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        folder, data = Path(name) / "plugin", Path(name) / "data"
        folder.mkdir()
        runtime: SandboxedRuntime
        keeper = SameForAll(UNSLOWED)
        if language == "Python":
            path = folder / "echo.py"
            runtime = ProcessRuntime(_nothing, keeper, launcher=launcher)
        else:
            path = folder / "echo.ts"
            runtime = DenoRuntime(
                _nothing,
                find_deno(),
                keeper,
                launcher=launcher,
                data_root=data,
                home=folder,
                ready=lambda: ready,
            )
        path.write_text(_CODE[language], encoding="utf-8")
        manifest = runner.run(runtime.describe(path))
        yield Guests(
            runner, launcher, runtime, PluginSource(root=folder, manifest=manifest, data_dir=folder)
        )
        if isinstance(runtime, DenoRuntime):
            runner.run(runtime.pool.close())
