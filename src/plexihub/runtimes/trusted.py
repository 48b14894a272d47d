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
import re
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
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
    LoadedPlugin,
    PluginInstance,
    PluginRuntime,
    PluginSource,
    Saved,
    Tier,
)
from plexihub.kernel.survey import Survey
from plexihub.kernel.watched import must_pass
from plexihub.runtimes import _code
from plexihub.runtimes._code import CodeTree
from plexihub.runtimes._describe import describe
from plexihub.runtimes._explain import explained
from plexihub.runtimes._survey import survey
from plexihub.runtimes.access import AccessBook
from plexihub.runtimes.access.book import Watching
from plexihub_sdk.errors import InputError, PluginLoadError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

START_SECONDS = 30.0
CLOSE_SECONDS = 5.0
#: Services without a method that waits: plain handlers that know only these are called directly.
NEVER_WAIT = frozenset({"api", "events", "live", "ui"})
_SERVICE = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_MEBIBYTE = 1024 * 1024
_numbers = itertools.count(1)


class TrustedContext:
    """What the plugin's constructor receives (`plexihub_sdk.plugin.PluginContext`)."""

    def __init__(self, source: PluginSource, locator: ServiceLocator, needs: plain.Needs) -> None:
        self.plugin_id = source.manifest.id
        self.data_dir = source.data_dir
        self.log = logging.getLogger(f"plexihub.plugin.{self.plugin_id}")
        self.state = source.state
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

    def provide(self, name: str, service: Any) -> None:
        """Offer an object to other trusted plugins, until this one is disabled.

        Raises:
            InputError: The name has other characters than letters, digits, `-` and `_`.
            ConflictError: The name is the hub's own or another plugin's.
        """
        if not isinstance(name, str) or not _SERVICE.match(name):
            raise InputError(
                f"{name!r} cannot be the name of a service.",
                where="provide",
                next="Use letters, digits, `-` and `_`.",
            )
        token = owner.set(self.plugin_id)
        try:
            full = f"{self.plugin_id}/{name}"
            undo = self._locator.register(name, service)
            try:
                self._locator.register(full, service)
            except BaseException:
                undo()
                raise
            for told in (name, full):
                self._locator.get("events").emit(
                    "service.provided", {"name": told, "plugin": self.plugin_id}
                )
        finally:
            owner.reset(token)

    def when_available(self, name: str, callback: Callable[[Any], Any]) -> None:
        """Call `callback(service)` now, where it is there, and each time it is provided anew."""

        def provided(told: Any) -> Any:
            if isinstance(told, Mapping) and told.get("name") == name and self._locator.has(name):
                return callback(self.get_service(name))
            return None

        token = owner.set(self.plugin_id)
        try:
            self._locator.get("events").on("service.provided", provided)
            if self._locator.has(name):
                callback(self.get_service(name))
        finally:
            owner.reset(token)


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

    def __init__(self, plugin: object, stage: _Stage, code: LoadedCode) -> None:
        self.ended = asyncio.get_running_loop().create_future()
        self._plugin = plugin
        self._stage = stage
        self._code = code
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
        """Call the plugin's `close`, at most five seconds, end what it left, forget its modules."""
        if self._stopping:
            await asyncio.shield(self.ended)
            return
        self._stopping = True
        try:
            await self._close()
        finally:
            await self._code.discard()
            self.ended.set_result(Exit(expected=True, reason="It was stopped."))

    def again(self) -> LoadedCode:
        """Keep its code, to be started once more: its files may be others by now."""
        return self._code

    async def save_state(self) -> Saved | None:
        """Ask the plugin's `save_state`, at most five seconds; None where it has none.

        Raises:
            PluginLoadError: It failed.
        """
        save = getattr(self._plugin, "save_state", None)
        if not callable(save):
            return None
        try:
            with self._stage.entered():
                async with asyncio.timeout(CLOSE_SECONDS):
                    return Saved(await plain.call(save))
        except BaseException as error:
            if must_pass(error):
                raise
            raise explained(error, self._code.source.root, CLOSE_SECONDS) from error

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
        access: Watches what plugins do outside of them; nobody does where absent.
    """

    name = "trusted"
    tier: Tier = "trusted"

    def __init__(self, locator: ServiceLocator, access: AccessBook | None = None) -> None:
        self._locator = locator
        self._access = access

    async def describe(self, path: Path) -> Manifest:
        """Read the manifest and see that the entry point compiles; no code of it runs.

        Raises:
            ManifestError: What it says of itself is wrong.
            PluginLoadError: The code cannot be read or does not compile.
        """
        return await asyncio.to_thread(describe, path)

    async def survey(self, path: Path) -> Survey:
        """Read what the plugin's source uses; no code of it runs."""
        return await asyncio.to_thread(survey, path)

    async def start(self, source: PluginSource) -> TrustedInstance:
        """Import the plugin's code and make its object.

        Raises:
            PluginLoadError: It did not start; the message says where and why.
        """
        loaded = await self._read(source)
        return await loaded.start()

    async def load(self, source: PluginSource) -> LoadedCode:
        """Import the plugin's code, and make no object of it yet.

        Raises:
            PluginLoadError: It does not load; the message says where and why.
        """
        loaded = await self._read(source)
        await loaded.try_import()
        return loaded

    async def _read(self, source: PluginSource) -> LoadedCode:
        package = f"_plexihub_{source.manifest.id.replace('-', '_')}_{next(_numbers)}"
        tree = await asyncio.to_thread(
            _code.read_tree, source.root, source.manifest.entrypoint, package
        )
        await asyncio.to_thread(_make_private, source.data_dir)
        return LoadedCode(source, tree, self._locator, self._access)

    async def forget(self, plugin: PluginId) -> None:
        """Forget what a plugin that was removed did."""
        if self._access is not None:
            self._access.forget(plugin)


class LoadedCode(LoadedPlugin):
    """A plugin's code in memory.

    Args:
        source: What its object is made with.
        tree: The modules.
        locator: Where it gets its services.
        access: Watches what it does; nobody does where absent.
    """

    def __init__(
        self,
        source: PluginSource,
        tree: CodeTree,
        locator: ServiceLocator,
        access: AccessBook | None,
    ) -> None:
        self.source = source
        self.tree = tree
        self._locator = locator
        self._access = access
        self._watching: Watching | None = None

    async def try_import(self) -> None:
        """Import the modules.

        Raises:
            PluginLoadError: One cannot be imported.
        """
        stage = _Stage(self.source.manifest)
        async with self._watched(stage):
            with stage.entered():
                async with asyncio.timeout(START_SECONDS):
                    await plain.run(lambda: _plugin_class(self.tree.load(), self.tree))

    async def start(self, saved: Saved | None = None) -> TrustedInstance:
        """Make the plugin's object, and hand it what the one before it saved.

        Raises:
            PluginLoadError: It cannot be made; the message says where and why.
        """
        stage = _Stage(self.source.manifest)
        async with self._watched(stage):
            instance = TrustedInstance(await self._build(stage), stage, self)
            try:
                await self._restore(instance.plugin, saved, stage)
            except BaseException:
                await instance.stop()
                raise
        return instance

    @asynccontextmanager
    async def _watched(self, stage: _Stage) -> AsyncIterator[None]:
        if self._access is not None and self._watching is None:
            self._watching = self._access.watch(self.source, self.tree.package)
        try:
            yield
        except BaseException as error:
            await self.discard()
            if must_pass(error):
                raise
            stage.log.exception("%s did not start", stage.plugin_id)
            raise explained(error, self.source.root, START_SECONDS) from error

    async def discard(self) -> None:
        """End what the code started and left, and forget the modules."""
        watching, self._watching = self._watching, None
        try:
            if watching is not None:
                await watching.end()
        finally:
            self.tree.unload()

    async def _build(self, stage: _Stage) -> object:
        def make() -> object:
            plugin_class = _plugin_class(self.tree.load(), self.tree)
            context = TrustedContext(self.source, self._locator, stage.needs)
            kept = weakref.ref(context)
            plugin = plugin_class(context)
            del context
            if kept() is not None:  # it can still ask for a service that waits
                stage.needs.wait = True
            return plugin

        with stage.entered():
            async with asyncio.timeout(START_SECONDS):
                return await plain.run(make)

    async def _restore(self, plugin: object, saved: Saved | None, stage: _Stage) -> None:
        restore = getattr(plugin, "restore_state", None)
        if saved is None or not callable(restore):
            return
        with stage.entered():
            async with asyncio.timeout(CLOSE_SECONDS):
                await plain.call(restore, saved.value)


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
