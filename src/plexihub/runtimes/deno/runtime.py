"""Sandboxed TypeScript and JavaScript: one Deno process a plugin, without a permission.

The process may read the plugin's own files and nothing else: no network, no environment, no
program. What a plugin does beyond computing, it asks the gateway for. Deno's own permissions say
so, and around them the operating system (`runtimes/process`), which trusts Deno in nothing.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from plexihub.kernel.ports import Dispatch, PluginInstance, PluginRuntime, PluginSource
from plexihub.runtimes._framing import Hello, Ready
from plexihub.runtimes._guest import GuestInstance
from plexihub.runtimes.deno.flags import Limits, command, environment
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
#: Stacks of the threads that Deno starts later.
_THREADS_MB = 16
#: Writable memory that Deno maps (not: uses) until a plugin is loaded, generously.
_LOADING_MB = 768
#: Seeds of V8's hash tables come from here.
_RANDOM = "/dev/urandom"


class DenoRuntime(PluginRuntime):
    """Starts plugins written in TypeScript or JavaScript.

    Args:
        dispatch: `gateway.dispatch`: what a plugin asks for goes there.
        deno: The program (`find_deno`).
        limits: Tells what a plugin that starts now may use.
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
        limits: Callable[[], Limits] = Limits,
        *,
        launcher: Launcher,
        data_root: Path,
    ) -> None:
        self._dispatch = dispatch
        self._deno = deno
        self._guest = find_guest()
        self._limits = limits
        self._launcher = launcher
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
        """Delete the plugin's compiled modules."""
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
        limits = self._limits()
        instance = await self._spawn(package, plugin, cache, limits)
        hello = Hello(nonce=secrets.token_hex(16), entry=package.entry.as_uri(), plugin=plugin)
        try:
            ready = await instance.greet(hello, limits.start_seconds)
            instance.bound_memory((limits.memory_mb + _THREADS_MB) * _MIB)
            return instance, ready  # noqa: TRY300 - whatever fails before, nothing is left of it
        except BaseException as error:
            await instance.stop()
            if isinstance(error, PluginError) and not isinstance(error, PluginLoadError):
                raise PluginLoadError(error.message, where=str(package.entry)) from error
            raise

    async def _spawn(
        self, package: Package, plugin: PluginId, cache: Path, limits: Limits
    ) -> GuestInstance:
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
            child, plugin, dispatch=self._dispatch, call_seconds=limits.call_seconds
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
