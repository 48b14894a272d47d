"""Sandboxed Python: one process a plugin, forked from one that was warmed up, then confined.

The process sees the plugin's files as bytes and no others: no file system, no network, no
environment, no program. What a plugin does beyond computing, it asks the gateway for.
"""

from __future__ import annotations

import asyncio
import os
import resource
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from plexihub.kernel.ports import Dispatch, PluginInstance, PluginRuntime, PluginSource
from plexihub.runtimes._framing import Hello, Ready
from plexihub.runtimes._guest import GuestInstance
from plexihub.runtimes._package import (
    Package,
    manifest_of,
    name_of,
    open_installed,
    open_package,
    same_plugin,
)
from plexihub.runtimes._spawn import Child, limit, spawn
from plexihub.runtimes.deno.flags import Limits
from plexihub.runtimes.process.archive import entry_of, pack
from plexihub_sdk.errors import PluginError, PluginLoadError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

SUFFIXES = (".py",)
_MIB = 1024 * 1024
#: Writable memory that the process maps until a plugin is loaded, generously.
_LOADING_MB = 128

_MAIN = """
import sys
sys.path.insert(0, sys.argv[1])
from plexihub_sdk.guest import main
import os
archive = open(sys.argv[2], "rb").read()
os.unlink(sys.argv[2])
main.warm_up()
main.run(0, archive)
"""


class ProcessRuntime(PluginRuntime):
    """Starts plugins written in Python.

    Args:
        dispatch: `gateway.dispatch`: what a plugin asks for goes there.
        limits: Tells what a plugin that starts now may use.
    """

    name = "python"
    tier = "sandboxed"

    def __init__(self, dispatch: Dispatch, limits: Callable[[], Limits] = Limits) -> None:
        self._dispatch = dispatch
        self._limits = limits

    async def describe(self, path: Path) -> Manifest:
        """Read a plugin's manifest; its code is loaded in the sandbox to see what hooks it has.

        Raises:
            ManifestError: What it says of itself is wrong.
            PluginLoadError: The code cannot be read or does not compile.
        """
        package = open_package(path, SUFFIXES)
        instance, ready = await self._load(package, name_of(package))
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
        package = open_installed(source.root, source.manifest, SUFFIXES)
        instance, ready = await self._load(package, source.manifest.id)
        try:
            manifest = same_plugin(source.manifest, manifest_of(package, ready))
        except BaseException:
            await instance.stop()
            raise
        instance.hooks = tuple(name for name in manifest.hooks if name in ready.hooks)
        return instance

    async def _load(self, package: Package, plugin: PluginId) -> tuple[GuestInstance, Ready]:
        limits = self._limits()
        archive = await asyncio.to_thread(pack, package)
        instance = GuestInstance(
            self._spawn(archive, limits),
            plugin,
            dispatch=self._dispatch,
            call_seconds=limits.call_seconds,
        )
        hello = Hello(nonce=secrets.token_hex(16), entry=entry_of(package), plugin=plugin)
        try:
            ready = await instance.greet(hello, limits.start_seconds)
            instance.bound_memory(limits.memory_mb * _MIB)
            return instance, ready  # noqa: TRY300 - whatever fails before, nothing is left of it
        except BaseException as error:
            await instance.stop()
            if isinstance(error, PluginError) and not isinstance(error, PluginLoadError):
                raise PluginLoadError(error.message, where=str(package.entry)) from error
            raise

    def _spawn(self, archive: bytes, limits: Limits) -> Child:
        with NamedTemporaryFile(delete=False) as file:
            file.write(archive)
        source = Path(__file__).parents[3]
        line = [os.path.realpath(sys.executable), "-I", "-S", "-c", _MAIN, str(source), file.name]
        child = spawn(line, env={}, cwd=Path("/"))
        limit(
            child,
            {
                resource.RLIMIT_CORE: 0,
                resource.RLIMIT_NOFILE: limits.descriptors,
                resource.RLIMIT_FSIZE: limits.file_mb * _MIB,
                resource.RLIMIT_DATA: (_LOADING_MB + limits.memory_mb) * _MIB,
            },
        )
        return child
