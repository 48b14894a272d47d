"""One call into a Deno plugin, beside a ping-pong of two Python processes over a bare socketpair.

The floor sends and receives the same 100 bytes without frames, JSON or an event loop.
"""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import uvloop

from bench.case import Case, awaited, each
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import Json, PluginInstance, PluginSource
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.process.launcher import Launcher

PLUGIN = """
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
"""
SMALL = {"text": "x" * 89}  # 100 bytes as JSON
LARGE = {"text": "x" * 1_000_000}
MESSAGE = b"x" * 100


@contextmanager
def ping_pong() -> Iterator[socket.socket]:
    """Give one end of a pair whose other end is echoed by a process."""
    ours, theirs = socket.socketpair()
    if (pid := os.fork()) == 0:
        ours.close()
        while data := theirs.recv(65536):
            theirs.sendall(data)
        os._exit(0)
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        os.waitpid(pid, 0)


async def start(folder: Path, launcher: Launcher) -> PluginInstance:
    """Start the echoing plugin."""

    async def nothing(_ctx: CallContext, _method: str, _params: Mapping[str, Json]) -> Json:
        return None

    path = folder / "echo.ts"
    await asyncio.to_thread(path.write_text, PLUGIN)
    runtime = DenoRuntime(nothing, find_deno(), launcher=launcher, data_root=folder / "data")
    manifest = await runtime.describe(path)
    return await runtime.start(PluginSource(root=folder, manifest=manifest, data_dir=folder))


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with (
        ping_pong() as peer,
        tempfile.TemporaryDirectory() as folder,
        closing(Launcher()) as launcher,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        plugin = runner.run(start(Path(folder), launcher))
        try:
            yield round_trips(peer, plugin, runner, goal=70.0)
        finally:
            runner.run(plugin.stop())


def round_trips(
    peer: socket.socket, plugin: PluginInstance, runner: asyncio.Runner, *, goal: float
) -> list[Case]:
    """Make the cases of one plugin that echoes, and asks the gateway in `onDataFetch`."""

    def run(work: Coroutine[Any, Any, None]) -> None:
        runner.run(work)

    def bounce() -> None:
        peer.sendall(MESSAGE)
        peer.recv(65536)

    async def one_by_one(count: int, hook: str = "onDashboardLoad", payload: Any = SMALL) -> None:
        ctx = CallContext()
        for _ in range(count):
            await plugin.call_hook(hook, payload, ctx)

    async def together(count: int) -> None:
        await asyncio.gather(*(one_by_one(count // 32) for _ in range(32)))

    trip = "round trip, 100 bytes"
    many = "32 round trips at once, each"
    return [
        Case(group=trip, name="socketpair, two Pythons", sample=each(bounce, 5000), baseline=True),
        Case(group=trip, name="PlexiHub", sample=awaited(run, one_by_one, 5000), goal=goal),
        Case(
            group=trip,
            name="PlexiHub, calling back",
            sample=awaited(run, lambda count: one_by_one(count, "onDataFetch"), 2000),
            note="the hook asks the gateway for something before it answers",
        ),
        Case(group=many, name="PlexiHub", sample=awaited(run, together, 16_000), goal=1e6 / 60_000),
        Case(
            group="round trip, 1 MB both ways",
            name="PlexiHub",
            sample=awaited(run, lambda count: one_by_one(count, payload=LARGE), 30),
            goal=1500.0,
        ),
    ]
