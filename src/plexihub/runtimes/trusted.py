"""The trusted runtime: a plugin's Python code in the hub's own process, with the live services.

Nothing is withheld and little can be contained here: an administrator chose that. What is kept is
order: unique module names, the owner of every registration, errors that people can read (the
traceback goes to the log), and an end that leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import logging
import os
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from plexihub.kernel import plain
from plexihub.kernel.context import CallContext, as_plugin, current, entered, owner
from plexihub.kernel.locator import ServiceLocator
from plexihub.kernel.ports import (
    Exit,
    InstanceStats,
    Json,
    PluginInstance,
    PluginRuntime,
    PluginSource,
    Tier,
)
from plexihub.kernel.watched import must_pass
from plexihub.runtimes import _code
from plexihub.runtimes._code import CodeTree
from plexihub.runtimes._describe import describe
from plexihub.runtimes._explain import explained
from plexihub_sdk.errors import PluginLoadError
from plexihub_sdk.manifest import Manifest

START_SECONDS = 30.0
CLOSE_SECONDS = 5.0
#: Services without a method that waits: plain handlers that know only these are called directly.
NEVER_WAIT = frozenset({"api", "events", "live", "ui"})
_MEBIBYTE = 1024 * 1024
_numbers = itertools.count(1)


class TrustedContext:
    """What the plugin's constructor receives (`plexihub_sdk.plugin.PluginContext`)."""

    def __init__(self, source: PluginSource, locator: ServiceLocator, needs: plain.Needs) -> None:
        self.plugin_id = source.manifest.id
        self.data_dir = source.data_dir
        self.log = logging.getLogger(f"plexihub.plugin.{self.plugin_id}")
        self._locator = locator
        self._needs = needs

    def get_service(self, name: str) -> Any:
        """Answer the live service, the very object that the core uses.

        Raises:
            NotFoundError: No service has this name; the message lists those there are.
        """
        service = self._locator.get(name)
        if name not in NEVER_WAIT:
            self._needs.wait = True
        return service


class _Stage:
    """Where the plugin's own code runs: owner of what it registers, actor of what it does."""

    def __init__(self, manifest: Manifest) -> None:
        self.plugin_id = manifest.id
        self.needs = plain.Needs()
        self.log = logging.getLogger(f"plexihub.plugin.{manifest.id}")
        self._name = manifest.name

    @contextmanager
    def entered(self) -> Iterator[CallContext]:
        """Run what is inside as this plugin."""
        whose, needs = owner.set(self.plugin_id), plain.needs.set(self.needs)
        try:
            with entered(as_plugin(current(), self.plugin_id, self._name)) as ctx:
                yield ctx
        finally:
            plain.needs.reset(needs)
            owner.reset(whose)


class TrustedInstance(PluginInstance):
    """A plugin object in this process.

    Its handlers are registered with the live services by itself, so it has no `hooks` here.
    """

    def __init__(self, plugin: object, stage: _Stage, tree: CodeTree) -> None:
        self.ended = asyncio.get_running_loop().create_future()
        self._plugin = plugin
        self._stage = stage
        self._tree = tree
        self._stopping = False

    @property
    def plugin(self) -> Any:
        """The live object, for other trusted plugins that call its methods."""
        return self._plugin

    async def call_hook(self, name: str, payload: Mapping[str, Json], ctx: CallContext) -> Json:
        """Refuse: a trusted plugin's handlers are called where they were registered.

        Raises:
            RuntimeError: Always.
        """
        del payload, ctx
        msg = f"{self._stage.plugin_id} runs in the hub and declares no hook {name!r}"
        raise RuntimeError(msg)

    def stats(self) -> InstanceStats:
        """Tell the private memory of the hub, of which this plugin is a part."""
        return InstanceStats(memory_mb=_own_memory())

    async def stop(self) -> None:
        """Call the plugin's `close`, at most five seconds, and forget its modules."""
        if self._stopping:
            await asyncio.shield(self.ended)
            return
        self._stopping = True
        try:
            await self._close()
        finally:
            self._tree.unload()
            self.ended.set_result(Exit(expected=True, reason="It was stopped."))

    async def _close(self) -> None:
        close = getattr(self._plugin, "close", None)
        if not callable(close):
            return
        try:
            with self._stage.entered():
                async with asyncio.timeout(CLOSE_SECONDS):
                    await plain.call(close)
        except BaseException as error:
            if must_pass(error):
                raise
            self._stage.log.exception("close() of %s failed", self._stage.plugin_id)


class TrustedRuntime(PluginRuntime):
    """Runs folders with `plugin.json` and bare Python files inside the hub.

    Args:
        locator: Where plugins get their services.
    """

    name = "trusted"
    tier: Tier = "trusted"

    def __init__(self, locator: ServiceLocator) -> None:
        self._locator = locator

    async def describe(self, path: Path) -> Manifest:
        """Read the manifest and see that the entry point compiles; no code of it runs.

        Raises:
            ManifestError: What it says of itself is wrong.
            PluginLoadError: The code cannot be read or does not compile.
        """
        return await asyncio.to_thread(describe, path)

    async def start(self, source: PluginSource) -> TrustedInstance:
        """Import the plugin's code and make its object.

        Raises:
            PluginLoadError: It did not start; the message says where and why.
        """
        package = f"_plexihub_{source.manifest.id.replace('-', '_')}_{next(_numbers)}"
        tree = await asyncio.to_thread(
            _code.read_tree, source.root, source.manifest.entrypoint, package
        )
        await asyncio.to_thread(_make_private, source.data_dir)
        stage = _Stage(source.manifest)
        try:
            plugin = await self._build(tree, source, stage)
        except BaseException as error:
            tree.unload()
            if must_pass(error):
                raise
            stage.log.exception("%s did not start", stage.plugin_id)
            raise explained(error, source.root, START_SECONDS) from error
        return TrustedInstance(plugin, stage, tree)

    async def _build(self, tree: CodeTree, source: PluginSource, stage: _Stage) -> object:
        def make() -> object:
            plugin_class = _plugin_class(tree.load(), tree)
            context = TrustedContext(source, self._locator, stage.needs)
            kept = weakref.ref(context)
            plugin = plugin_class(context)
            del context
            if kept() is not None:  # it can still ask for a service that waits
                stage.needs.wait = True
            return plugin

        with stage.entered():
            async with asyncio.timeout(START_SECONDS):
                return await plain.run(make)


def _plugin_class(module: ModuleType, tree: CodeTree) -> Callable[[TrustedContext], object]:
    named = [
        value
        for name, value in vars(module).items()
        if inspect.isclass(value) and name.endswith("Plugin") and tree.owns(value.__module__)
    ]
    found = [value for value in dict.fromkeys(named) if _takes_context(value)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(value.__name__ for value in found)
    raise PluginLoadError(
        f"It has several plugin classes: {names}."
        if found
        else "It has no class named Plugin (or ending so) whose constructor takes a context.",
        where=Path(module.__file__ or "").name,
        next="Leave exactly one: class MyPlugin: def __init__(self, context): ...",
    )


def _takes_context(value: type) -> bool:
    try:
        inspect.signature(value).bind(object())
    except (TypeError, ValueError):
        return False
    return True


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise PluginLoadError(
            f"Its data folder cannot be made: {error.strerror}.", where=str(folder)
        ) from None


def _own_memory() -> float | None:
    """Read the hub's private resident memory in MiB; None where the system does not tell."""
    try:
        fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return None
    return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE") / _MEBIBYTE
