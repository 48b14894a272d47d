"""Sandboxed TypeScript and JavaScript: one Deno process a plugin, without a permission.

The process may read the plugin's own files and nothing else: no network, no environment, no
program. What a plugin does beyond computing, it asks the gateway for.
"""

from __future__ import annotations

import contextlib
import resource
import secrets
from pathlib import Path

from plexihub.kernel.ports import Dispatch, PluginInstance, PluginRuntime, PluginSource
from plexihub.runtimes._framing import Hello, Ready
from plexihub.runtimes._guest import GuestInstance
from plexihub.runtimes._spawn import limit, spawn
from plexihub.runtimes.deno.flags import Limits, command, environment
from plexihub.runtimes.deno.location import find_guest
from plexihub.runtimes.deno.package import Package, manifest_of, open_installed, open_package
from plexihub_sdk.errors import ManifestError, PluginError, PluginLoadError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest


class DenoRuntime(PluginRuntime):
    """Starts plugins written in TypeScript or JavaScript.

    Args:
        dispatch: `gateway.dispatch`: what a plugin asks for goes there.
        deno: The program (`find_deno`).
        limits: What each plugin may use.
        data_root: The hub's data folder; an empty folder in it is where the processes stand.
    """

    name = "deno"
    tier = "sandboxed"

    def __init__(
        self, dispatch: Dispatch, deno: Path, limits: Limits | None = None, *, data_root: Path
    ) -> None:
        self._dispatch = dispatch
        self._deno = deno
        self._guest = find_guest()
        self._limits = limits or Limits()
        self._cwd = data_root / "empty"

    async def describe(self, path: Path) -> Manifest:
        """Read a plugin's manifest; its code is loaded in the sandbox to see what it exports.

        Raises:
            ManifestError: What it says of itself is wrong.
            PluginLoadError: The code cannot be read or does not compile.
        """
        package = open_package(path)
        instance, ready = await self._load(package, _name(package))
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
        package = open_installed(source.root, source.manifest)
        instance, ready = await self._load(package, source.manifest.id)
        try:
            manifest = manifest_of(package, ready)
            if manifest.id != source.manifest.id:
                raise ManifestError(
                    f"{source.manifest.id!r} was installed, and the code says {manifest.id!r}.",
                    where="id",
                    next="Install it again under its new id.",
                )
        except BaseException:
            await instance.stop()
            raise
        instance.hooks = tuple(name for name in manifest.hooks if name in ready.hooks)
        return instance

    async def _load(self, package: Package, plugin: PluginId) -> tuple[GuestInstance, Ready]:
        instance = self._spawn(package, plugin)
        hello = Hello(
            nonce=secrets.token_hex(16), entry=package.entry.as_uri(), plugin=plugin
        )
        try:
            return instance, await instance.greet(hello, self._limits.start_seconds)
        except BaseException as error:
            await instance.stop()
            if isinstance(error, PluginError) and not isinstance(error, PluginLoadError):
                raise PluginLoadError(error.message, where=str(package.entry)) from error
            raise

    def _spawn(self, package: Package, plugin: PluginId) -> GuestInstance:
        with contextlib.suppress(FileExistsError):
            self._cwd.mkdir(mode=0o555, parents=True)
        line = command(self._deno, self._guest, [package.readable], self._limits)
        try:
            child = spawn(line, env=environment(), cwd=self._cwd)
        except OSError as error:
            raise PluginLoadError(f"Deno cannot be started: {error}.", where=line[0]) from error
        limit(child, {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: self._limits.descriptors})
        return GuestInstance(
            child, plugin, dispatch=self._dispatch, call_seconds=self._limits.call_seconds
        )


def _name(package: Package) -> PluginId:
    return package.manifest.id if package.manifest else PluginId(package.entry.stem)
