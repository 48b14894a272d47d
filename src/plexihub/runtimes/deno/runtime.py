"""Sandboxed TypeScript and JavaScript: one Deno process a plugin, without a permission.

The process may read the plugin's own files and nothing else: no network, no environment, no
program. What a plugin does beyond computing, it asks the gateway for. Deno's own permissions say
so, and around them the operating system (`runtimes/process`), which trusts Deno in nothing.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from plexihub.kernel.limits import LimitKeeper, SameForAll
from plexihub.kernel.ports import Dispatch, PluginInstance, PluginRuntime, PluginSource
from plexihub.runtimes._framing import Hello, Ready
from plexihub.runtimes._governor import Governor
from plexihub.runtimes._guest import GuestInstance
from plexihub.runtimes.deno.flags import command, environment
from plexihub.runtimes.deno.location import find_guest
from plexihub.runtimes.deno.package import (
    Package,
    manifest_of,
    open_installed,
    open_package,
    same_plugin,
)
from plexihub.runtimes.process.confine.plan import Bind, Order
from plexihub.runtimes.process.elf import needed_files
from plexihub.runtimes.process.launcher import Launcher
from plexihub_sdk.errors import PluginError, PluginLoadError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

_MIB = 1024 * 1024
#: Writable memory that Deno maps (not: uses) until a plugin is loaded, generously.
_LOADING_MB = 768
#: Seeds of V8's hash tables come from here.
_RANDOM = "/dev/urandom"
#: A plugin of nothing, for measuring what Deno holds without one; no plugin has an id like it.
_NOTHING = "nothing.ts"
_EMPTY = PluginId(".empty")


class DenoRuntime(PluginRuntime):
    """Starts plugins written in TypeScript or JavaScript.

    Args:
        dispatch: `gateway.dispatch`: what a plugin asks for goes there.
        deno: The program (`find_deno`).
        keeper: Knows what each plugin may use, and is told of what comes to a limit.
        launcher: Starts the processes.
        data_root: The hub's data folder; `deno/` in it holds a cache for each plugin where the
            machine cannot give it one in memory.
    """

    name = "deno"
    tier = "sandboxed"

    def __init__(
        self,
        dispatch: Dispatch,
        deno: Path,
        keeper: LimitKeeper | None = None,
        *,
        launcher: Launcher,
        data_root: Path,
    ) -> None:
        self._dispatch = dispatch
        self._deno = deno
        self._guest = find_guest()
        self._governor = Governor(keeper or SameForAll())
        self._launcher = launcher
        self._measuring = asyncio.Lock()
        self._idle_mb: float | None = None
        self._caches = data_root / "deno"

    async def describe(self, path: Path) -> Manifest:
        """Read a plugin's manifest; its code is loaded in the sandbox to see what it exports.

        Raises:
            ManifestError: What it says of itself is wrong.
            PluginLoadError: The code cannot be read or does not compile.
        """
        package = open_package(path)
        self._caches.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="describe-", dir=self._caches) as cache:
            instance, ready = await self._load(package, _name(package), Path(cache))
            try:
                return manifest_of(package, ready)
            finally:
                await instance.stop()

    async def forget(self, plugin: PluginId) -> None:
        """Delete the plugin's compiled modules, and what was counted of it."""
        self._governor.forget(plugin)
        await asyncio.to_thread(shutil.rmtree, self._caches / plugin, ignore_errors=True)

    async def start(self, source: PluginSource) -> PluginInstance:
        """Start a plugin.

        Raises:
            PluginLoadError: It did not start; nothing is left of the attempt.
            ManifestError: What it says of itself is not what was installed.
        """
        package = open_installed(source.root, source.manifest)
        plugin = source.manifest.id
        instance, ready = await self._load(package, plugin, self._caches / plugin)
        try:
            manifest = same_plugin(source.manifest, manifest_of(package, ready))
        except BaseException:
            await instance.stop()
            raise
        instance.hooks = tuple(name for name in manifest.hooks if name in ready.hooks)
        return instance

    async def _load(
        self, package: Package, plugin: PluginId, cache: Path
    ) -> tuple[GuestInstance, Ready]:
        idle = await self._idle()
        instance = await self._spawn(package, plugin, cache, idle)
        hello = Hello(nonce=secrets.token_hex(16), entry=package.entry.as_uri(), plugin=plugin)
        try:
            ready = await instance.greet(hello, instance.limits.start_seconds)
            instance.bound_memory()
            return instance, ready  # noqa: TRY300 - whatever fails before, nothing is left of it
        except BaseException as error:
            await instance.stop()
            if isinstance(error, PluginError) and not isinstance(error, PluginLoadError):
                raise PluginLoadError(error.message, where=str(package.entry)) from error
            raise

    async def _idle(self) -> float:
        """Measure once what Deno holds with a plugin that is empty, in MiB."""
        async with self._measuring:
            if self._idle_mb is None:
                self._caches.mkdir(parents=True, exist_ok=True)
                with TemporaryDirectory(prefix="empty-", dir=self._caches) as cache:
                    self._idle_mb = await self._measure_empty(Path(cache))
            return self._idle_mb

    async def _measure_empty(self, cache: Path) -> float:
        nothing = self._guest / _NOTHING
        instance = await self._spawn(Package(entry=nothing, readable=nothing), _EMPTY, cache)
        try:
            hello = Hello(secrets.token_hex(16), nothing.as_uri(), _EMPTY)
            await instance.greet(hello, instance.limits.start_seconds)
            instance.bound_memory()
            return instance.resident_mb
        finally:
            await instance.stop()

    async def _spawn(
        self, package: Package, plugin: PluginId, cache: Path, idle_mb: float | None = None
    ) -> GuestInstance:
        limits = self._governor.keeper.of(plugin)
        line = command(self._deno, self._guest, [package.readable], limits)
        plan = await self._launcher.plan()
        try:
            binds = await asyncio.to_thread(self._binds, package, None if "root" in plan else cache)
        except OSError as error:
            raise PluginLoadError(f"Deno cannot be started: {error}.", where=line[0]) from error
        order = Order(
            kind="deno",
            plan=plan,
            argv=tuple(line),
            env=environment(cache),
            binds=binds,
            scratch=str(cache),
            scratch_mb=limits.file_mb,
            limits={
                "CORE": 0,
                "NOFILE": limits.descriptors,
                "NPROC": limits.threads,
                "FSIZE": limits.file_mb * _MIB,
                "DATA": (_LOADING_MB + limits.memory_mb) * _MIB,
                "MEMLOCK": 0,
                "MSGQUEUE": 0,
            },
        )
        child = await self._launcher.start(order)
        return GuestInstance(
            child, plugin, dispatch=self._dispatch, governor=self._governor, idle_mb=idle_mb
        )

    def _binds(self, package: Package, cache: Path | None) -> tuple[Bind, ...]:
        if cache is not None:
            cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        code = [self._deno, *needed_files(self._deno)]
        return (
            *(Bind(path=str(path), runs=True) for path in code),
            Bind(path=_RANDOM, device=True),
            *(Bind(path=str(path)) for path in (self._guest, package.readable)),
        )


def _name(package: Package) -> PluginId:
    return package.manifest.id if package.manifest else PluginId(package.entry.stem)
