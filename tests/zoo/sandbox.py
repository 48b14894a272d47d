"""Bad guests, one a file, and the sandbox they are put into."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import Breach, Limits, SameForAll
from plexihub.kernel.ports import Json, PluginInstance, PluginRuntime, PluginSource
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.process.launcher import Launcher
from plexihub.runtimes.process.runtime import ProcessRuntime
from plexihub_sdk.ids import PluginId
from tests.support.launcher import shared_launcher

ZOO = Path(__file__).parent


@dataclass(slots=True)
class Door:
    """Stands where the gateway is, and keeps what came through."""

    asked: list[tuple[CallContext, str, dict[str, Json]]] = field(default_factory=list)
    answer: Json = None
    error: Exception | None = None
    patience: float = 0.0

    async def dispatch(self, ctx: CallContext, method: str, params: Mapping[str, Json]) -> Json:
        """Answer as told."""
        self.asked.append((ctx, method, dict(params)))
        await asyncio.sleep(self.patience)
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass(slots=True)
class Sandbox:
    """Starts plugins and ends them again."""

    runtime: PluginRuntime
    door: Door
    data: Path
    keeper: StampingKeeper

    @asynccontextmanager
    async def running(self, path: Path) -> AsyncIterator[PluginInstance]:
        """Run the plugin at `path` inside of the block."""
        manifest = await self.runtime.describe(path)
        root = path.parent if path.suffix else path
        source = PluginSource(root=root, manifest=manifest, data_dir=self.data / "own")
        instance = await self.runtime.start(source)
        try:
            yield instance
        finally:
            await instance.stop()

    def bad(self, name: str) -> Any:
        """Run one of the zoo."""
        return self.running(self.file(name))

    def file(self, name: str) -> Path:
        """Answer the file of one of the zoo, in the runtime's language."""
        if self.runtime.name == "python":
            return ZOO / "python" / f"{name}.py"
        return ZOO / f"{name}.ts"


@dataclass(slots=True)
class StampingKeeper(SameForAll):
    """Keeps when it was told, too: what the hub did, before anybody who waits hears of it."""

    told_at: list[float] = field(default_factory=list)

    def note(self, plugin: PluginId, breach: Breach) -> None:
        """Keep it, with the time."""
        SameForAll.note(self, plugin, breach)
        self.told_at.append(time.monotonic())


def make_sandbox(
    data: Path, runtime: str = "deno", *, launcher: Launcher | None = None, **limits: Any
) -> Sandbox:
    """Build a sandbox that keeps its files in `data`."""
    launcher = launcher or shared_launcher()
    door = Door()
    keeper = StampingKeeper(Limits(**limits))
    made: PluginRuntime
    if runtime == "python":
        made = ProcessRuntime(door.dispatch, keeper, launcher=launcher)
    else:
        made = DenoRuntime(door.dispatch, find_deno(), keeper, launcher=launcher, data_root=data)
    return Sandbox(made, door, data, keeper)


def write(folder: Path, name: str, code: str) -> Path:
    """Write a plugin's file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
    return path
