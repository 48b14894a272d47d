"""`PluginSandbox`: one plugin in a confined process, without a hub around it.

    async with PluginSandbox(timeout=5000, memory_limit=50) as sandbox:
        await sandbox.load(Path("plugin.ts"))
        answer = await sandbox.call("onActionExecute", {"action": "greet"})

The plugin reaches nothing but the methods that it is handed. A call that is late or an allocation
beyond the limit ends the process; the next call starts the plugin anew. Wishes for less isolation
than every sandboxed plugin has are refused, never ignored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import Limits, SameForAll
from plexihub.kernel.ports import InstanceStats, Json, PluginInstance, PluginSource
from plexihub.runtimes._governor import Governor
from plexihub.runtimes._pace import CpuWindow
from plexihub.runtimes._package import MANIFEST, read_manifest
from plexihub.runtimes._sandboxed import SandboxedRuntime
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.process.launcher import Launcher
from plexihub.runtimes.process.runtime import ProcessRuntime
from plexihub_sdk.errors import ConflictError, InputError, PermissionDenied
from plexihub_sdk.manifest import Manifest

__all__ = ("PluginSandbox",)

LONGEST_MS = 60_000
LEAST_MB, MOST_MB = 8, 4096
#: Processor time of a start that is nobody's, where others pay for the rest: what a runtime needs.
SHARED_START_SECONDS = 0.1
#: One method that a plugin may ask for: takes the parameters and answers JSON.
Answerer = Callable[[dict[str, Json]], Awaitable[Json]]


class PluginSandbox:
    """Runs one plugin, confined.

    Args:
        timeout: How long one call may take, in milliseconds, at most 60,000.
        memory_limit: Memory above what the runtime itself holds, in MB, from 8 to 4,096.
        network_isolation: Always True: a sandbox has no network.
        file_system_access: Always False: a sandbox reads its own plugin and nothing else.
        api: What the plugin finds below `plugin.api`, by the gateway's names (`events.emit`); it is
            denied everything else.
        deno: The Deno program; the one that came with the hub where it is absent.
        launcher: Starts the process; one of its own where it is absent.
        window: Counts its processor time together with that of others, starts included; where it
            is absent, each sandbox has a budget of its own.

    Raises:
        InputError: A limit is out of bounds, or less isolation is asked for.
        StartupError: Deno is not installed.
    """

    def __init__(  # noqa: PLR0913 - keyword-only options
        self,
        *,
        timeout: float = 5000,
        memory_limit: int = 50,
        network_isolation: bool = True,
        file_system_access: bool = False,
        api: Mapping[str, Answerer] | None = None,
        deno: Path | None = None,
        launcher: Launcher | None = None,
        window: CpuWindow | None = None,
    ) -> None:
        _require_walls(network_isolation=network_isolation, file_system_access=file_system_access)
        if not 1 <= timeout <= LONGEST_MS:
            raise InputError(f"`timeout` is from 1 to {LONGEST_MS} ms.", where="timeout")
        if type(memory_limit) is not int or not LEAST_MB <= memory_limit <= MOST_MB:
            raise InputError(
                f"`memory_limit` is a whole number from {LEAST_MB} to {MOST_MB} MB.",
                where="memory_limit",
            )
        self._limits = Limits(call_seconds=timeout / 1000, memory_mb=memory_limit)
        self._api = dict(api or {})
        self._deno = deno or find_deno()
        self._given = launcher
        self._window = window
        self._stack = AsyncExitStack()
        self._turn = asyncio.Lock()
        self._folder: Path | None = None
        self._runtimes: tuple[SandboxedRuntime, ...] = ()
        self._runtime: SandboxedRuntime | None = None
        self._source: PluginSource | None = None
        self._instance: PluginInstance | None = None

    async def __aenter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="sandbox-")))
        launcher = self._given
        if launcher is None:
            launcher = Launcher()
            self._stack.callback(launcher.close)
        governor = self._governor()
        self._runtimes = (
            DenoRuntime(
                self._dispatch,
                self._deno,
                launcher=launcher,
                data_root=self._folder,
                governor=governor,
            ),
            ProcessRuntime(self._dispatch, launcher=launcher, governor=governor),
        )
        self._stack.push_async_callback(self._end)
        return self

    def _governor(self) -> Governor:
        keeper = SameForAll(self._limits)
        if self._window is None:
            return Governor(keeper)
        return Governor(keeper, self._window, SHARED_START_SECONDS)

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End the plugin and delete what it was started with. Safe to call twice."""
        await self._stack.aclose()
        self._runtime = self._source = None
        self._runtimes = ()

    async def load(self, plugin: Path | str) -> Manifest:
        """Load a plugin, in the place of one that is there.

        Args:
            plugin: Its folder or file, in Python or TypeScript; or its source code in TypeScript,
                as text.

        Raises:
            ManifestError: What it says of itself is wrong.
            PluginLoadError: It does not load.
        """
        folder = self._entered()
        async with self._turn:
            await self._end()
            path = plugin if isinstance(plugin, Path) else folder / "code" / "code.ts"
            if isinstance(plugin, str):
                await asyncio.to_thread(_write, path, plugin)
            runtime = self._runtime = self._runtimes[await asyncio.to_thread(_is_python, path)]
            manifest = await runtime.describe(path)
            root = path.parent if path.is_file() else path
            self._source = PluginSource(root=root, manifest=manifest, data_dir=folder)
            self._instance = await runtime.start(self._source)
        return manifest

    async def call(
        self, hook: str, payload: Mapping[str, Json], ctx: CallContext | None = None
    ) -> Any:
        """Call a hook and answer what it returned.

        Args:
            hook: As the plugin spells it.
            payload: What it is handed.
            ctx: For whom, and until when at most.

        Raises:
            ConflictError: Nothing is loaded.
            PluginTimeoutError: No answer in time; the process was ended.
            PluginCrashedError: The process ended.
            PluginRaisedError: The plugin's code raised.
            Veto: It refused.
        """
        instance = await self._running()
        ctx = ctx or CallContext(deadline=float("inf"))
        return await instance.call_hook(hook, payload, ctx)

    def stats(self) -> InstanceStats:
        """Measure the plugin's process; without numbers where it does not run."""
        return InstanceStats() if self._instance is None else self._instance.stats()

    async def _running(self) -> PluginInstance:
        async with self._turn:
            if self._source is None or self._instance is None:
                raise ConflictError("Nothing is loaded in this sandbox.", next="Call load first.")
            if self._instance.ended.done() and self._runtime is not None:
                self._instance = await self._runtime.start(self._source)
            return self._instance

    def _entered(self) -> Path:
        if not self._runtimes or self._folder is None:
            raise RuntimeError("write `async with PluginSandbox(...) as sandbox:` around it")
        return self._folder

    async def _end(self) -> None:
        instance, self._instance = self._instance, None
        if instance is not None:
            await instance.stop()

    async def _dispatch(self, ctx: CallContext, method: str, params: Mapping[str, Json]) -> Json:
        del ctx
        answerer = self._api.get(method)
        if answerer is None:
            raise PermissionDenied(
                "sandbox", f"There is no {method!r} inside this sandbox.", where=method
            )
        return await answerer(dict(params))


def _require_walls(*, network_isolation: bool, file_system_access: bool) -> None:
    if network_isolation is not True:
        raise InputError(
            "A sandbox has no network.",
            where="network_isolation",
            next="Hand the plugin what it needs of the network as a method of its api.",
        )
    if file_system_access is not False:
        raise InputError(
            "A sandbox has no files.",
            where="file_system_access",
            next="Hand the plugin what it needs of files as a method of its api.",
        )


def _is_python(path: Path) -> bool:
    if path.is_dir() and (path / MANIFEST).is_file():
        path = Path(read_manifest(path / MANIFEST).entrypoint)
    return path.suffix in ProcessRuntime.suffixes


def _write(path: Path, code: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
