"""What the runtimes of the sandbox do alike: find the files, load the plugin, check what it says.

A runtime of its own says how its process is started and what its plugins' files are called.
"""

from __future__ import annotations

import asyncio
import secrets
from abc import abstractmethod
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from plexihub.kernel.limits import LimitKeeper, SameForAll
from plexihub.kernel.ports import Dispatch, PluginInstance, PluginRuntime, PluginSource, Tier
from plexihub.kernel.watch import Watcher, WatchFor, nobody
from plexihub.runtimes._framing import Hello, Ready, Watched
from plexihub.runtimes._governor import Governor
from plexihub.runtimes._guest import GuestInstance
from plexihub.runtimes._package import (
    Package,
    manifest_of,
    name_of,
    open_installed,
    open_package,
    same_plugin,
)
from plexihub_sdk.errors import PluginError, PluginLoadError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

#: Who a plugin of nothing is, for measuring what a runtime holds without one; no id is like it.
EMPTY = PluginId(".empty")


@dataclass(frozen=True, slots=True)
class Care:
    """What surrounds a process that is started.

    Args:
        idle_mb: What the runtime holds without a plugin, in MiB, where that is known.
        watcher: Watches it; None where nobody does.
    """

    idle_mb: float | None = None
    watcher: Watcher | None = None


class SandboxedRuntime(PluginRuntime):
    """Starts plugins in processes of their own.

    Args:
        dispatch: `gateway.dispatch`: what a plugin asks for goes there.
        keeper: Knows what each plugin may use, and is told of what comes to a limit.
        governor: Holds its processes to that; one of its own where it is absent.
        watch: Answers who watches a plugin that is started.
    """

    tier: Tier = "sandboxed"
    #: Of its plugins' files.
    suffixes: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        dispatch: Dispatch,
        keeper: LimitKeeper | None = None,
        governor: Governor | None = None,
        watch: WatchFor = nobody,
    ) -> None:
        self._watch = watch
        self._dispatch = dispatch
        self._governor = governor or Governor(keeper or SameForAll())
        self._measuring = asyncio.Lock()
        self._idle_mb: float | None = None

    def watch_with(self, watch: WatchFor) -> None:
        """Ask another for who watches a plugin, from the next start on."""
        self._watch = watch

    @abstractmethod
    async def _spawn(
        self, package: Package, plugin: PluginId, folder: Path | None, care: Care
    ) -> GuestInstance:
        """Start the process of a plugin, whose code is not loaded yet.

        Args:
            package: Its files.
            plugin: Who it is.
            folder: What `_folder` gave.
            care: What is known of it, and who watches it.

        Raises:
            PluginLoadError: It cannot be started.
        """

    @abstractmethod
    def _entry(self, package: Package) -> str:
        """Answer by what name the process finds a plugin's entry point."""

    @abstractmethod
    def _nothing(self) -> Package:
        """Answer a plugin that does nothing."""

    def _folder(self, plugin: PluginId | None) -> AbstractContextManager[Path | str | None]:
        """Give what a process may need beside the files: kept for a plugin, else thrown away."""
        del plugin
        return nullcontext()

    async def describe(self, path: Path) -> Manifest:
        """Read a plugin's manifest; its code is loaded in the sandbox to see what hooks it has.

        Raises:
            ManifestError: What it says of itself is wrong.
            PluginLoadError: The code cannot be read or does not compile.
        """
        package = open_package(path, self.suffixes)
        with self._folder(None) as folder:
            instance, ready = await self._load(package, name_of(package), folder)
            try:
                return manifest_of(package, ready)
            finally:
                await instance.stop()

    async def start(self, source: PluginSource) -> PluginInstance:
        """Start a plugin.

        Raises:
            PluginLoadError: It did not start; nothing is left of the attempt.
            ManifestError: What it says of itself is not what was installed.
        """
        package = open_installed(source.root, source.manifest, self.suffixes)
        plugin = source.manifest.id
        with self._folder(plugin) as folder:
            watcher = self._watch(plugin)
            instance, ready = await self._load(package, plugin, folder, watcher)
        try:
            manifest = same_plugin(source.manifest, manifest_of(package, ready))
        except BaseException:
            await instance.stop()
            raise
        instance.hooks = tuple(name for name in manifest.hooks if name in ready.hooks)
        return instance

    async def forget(self, plugin: PluginId) -> None:
        """Forget what was counted of a plugin that was removed."""
        self._governor.forget(plugin)

    async def _load(
        self,
        package: Package,
        plugin: PluginId,
        folder: Path | str | None,
        watcher: Watcher | None = None,
    ) -> tuple[GuestInstance, Ready]:
        care = Care(await self._idle(), watcher)
        instance = await self._spawn(package, plugin, _path(folder), care)
        try:
            return instance, await self._greet(instance, package, plugin)
        except BaseException as error:
            await instance.stop()
            if isinstance(error, PluginError) and not isinstance(error, PluginLoadError):
                raise PluginLoadError(error.message, where=str(package.entry)) from error
            raise

    async def _greet(self, instance: GuestInstance, package: Package, plugin: PluginId) -> Ready:
        hello = Hello(
            nonce=secrets.token_hex(16),
            entry=self._entry(package),
            plugin=plugin,
            watch=_watched(instance.watcher),
        )
        ready = await instance.greet(hello, instance.limits.start_seconds)
        instance.bound_memory()
        return ready

    async def _idle(self) -> float:
        """Measure once what the runtime holds with a plugin that is empty, in MiB."""
        async with self._measuring:
            if self._idle_mb is None:
                with self._folder(None) as folder:
                    self._idle_mb = await self._measure(_path(folder))
            return self._idle_mb

    async def _measure(self, folder: Path | None) -> float:
        package = self._nothing()
        instance = await self._spawn(package, EMPTY, folder, Care())
        try:
            await self._greet(instance, package, EMPTY)
            return instance.resident_mb
        finally:
            await instance.stop()


def _watched(watcher: Watcher | None) -> Watched | None:
    if watcher is None:
        return None
    return Watched(now=watcher.now(), seen=watcher.played, coverage=watcher.coverage)


def _path(folder: Path | str | None) -> Path | None:
    return None if folder is None else Path(folder)
