"""Sandboxed TypeScript and JavaScript: one Deno process a plugin, without a permission.

The process may read the plugin's own files and nothing else: no network, no environment, no
program. What a plugin does beyond computing, it asks the gateway for. Deno's own permissions say
so, and around them the operating system (`runtimes/process`), which trusts Deno in nothing.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from plexihub.kernel.limits import LimitKeeper, Limits
from plexihub.kernel.ports import Dispatch
from plexihub.kernel.watch import WatchFor, nobody
from plexihub.runtimes._framing import File
from plexihub.runtimes._governor import Governor
from plexihub.runtimes._guest import GuestInstance
from plexihub.runtimes._package import Package
from plexihub.runtimes._sandboxed import EMPTY, Care, SandboxedRuntime
from plexihub.runtimes._spawn import Child
from plexihub.runtimes.deno.compiled import CompiledModules
from plexihub.runtimes.deno.flags import command, environment
from plexihub.runtimes.deno.location import find_guest
from plexihub.runtimes.deno.luggage import pack
from plexihub.runtimes.deno.pool import Fit, Pool
from plexihub.runtimes.process.confine.plan import Bind, Order, Plan, without_needy
from plexihub.runtimes.process.elf import needed_files
from plexihub.runtimes.process.launcher import Launcher
from plexihub_sdk.errors import PluginLoadError
from plexihub_sdk.ids import PluginId

_MIB = 1024 * 1024
#: Writable memory that Deno maps (not: uses) until a plugin is loaded, generously.
_LOADING_MB = 768
#: Seeds of V8's hash tables come from here.
_RANDOM = "/dev/urandom"
#: A plugin of nothing, for measuring what Deno holds without one.
_NOTHING = "nothing.ts"
#: Beside the plugins, in a file system that only the process sees.
_OWN_CACHE = ".deno"


class DenoRuntime(SandboxedRuntime):
    """Starts plugins written in TypeScript or JavaScript.

    Args:
        dispatch: `gateway.dispatch`: what a plugin asks for goes there.
        deno: The program (`find_deno`).
        keeper: Knows what each plugin may use, and is told of what comes to a limit.
        launcher: Starts the processes.
        data_root: The hub's data folder; `deno/` in it holds a cache for each plugin where the
            machine cannot give it one in memory.
        home: Folder of the installed plugins; those in there may get a process that was ready.
        ready: How many processes are to be ready, asked each time.
        watch: Answers who watches a plugin that is started.
    """

    name = "deno"
    suffixes = (".ts", ".js", ".mts", ".mjs")

    def __init__(  # noqa: PLR0913 - keyword-only options
        self,
        dispatch: Dispatch,
        deno: Path,
        keeper: LimitKeeper | None = None,
        *,
        launcher: Launcher,
        data_root: Path,
        governor: Governor | None = None,
        home: Path | None = None,
        ready: Callable[[], int] = lambda: 0,
        watch: WatchFor = nobody,
    ) -> None:
        super().__init__(dispatch, keeper, governor, watch)
        self._deno = deno
        self._guest = find_guest()
        self._launcher = launcher
        self._caches = data_root / "deno"
        self._compiled = CompiledModules(self._caches)
        self._home = None if home is None else home.resolve()
        self.pool = Pool(self._start_for_nobody, ready)

    async def forget(self, plugin: PluginId) -> None:
        """Delete the plugin's compiled modules, and what was counted of it."""
        await super().forget(plugin)
        await asyncio.to_thread(shutil.rmtree, self._caches / plugin, ignore_errors=True)

    def _entry(self, package: Package) -> str:
        return package.entry.as_uri()

    def _nothing(self) -> Package:
        nothing = self._guest / _NOTHING
        return Package(entry=nothing, readable=nothing)

    def _folder(self, plugin: PluginId | None) -> AbstractContextManager[Path | str | None]:
        if plugin is not None:
            return nullcontext(self._caches / plugin)
        self._caches.mkdir(parents=True, exist_ok=True)
        return TemporaryDirectory(prefix="describe-", dir=self._caches)

    async def _spawn(
        self, package: Package, plugin: PluginId, folder: Path | None, care: Care
    ) -> GuestInstance:
        plan = await self._launcher.plan()
        cache = folder or self._caches / plugin
        counts = care.watcher is not None and care.watcher.coverage
        if not counts and (claimed := await self._claim(package, plugin, plan)) is not None:
            child, files = claimed
            return self._guest_of(child, plugin, care, files)
        order = await self._order(package, plugin, cache, plan, counts=counts)
        compiled = None
        if "root" in plan:  # else its cache is a folder, which lasts
            compiled = await self._compiled.content(self._run_nothing)
        return self._guest_of(await self._launcher.start(order, compiled), plugin, care)

    # --- processes that are ready before somebody needs them ---

    async def _claim(
        self, package: Package, plugin: PluginId, plan: Plan
    ) -> tuple[Child, tuple[File, ...]] | None:
        """Take a process that is ready, and the files that it is to be handed."""
        home = self._home
        if home is None or "root" not in plan or not package.readable.is_relative_to(home):
            return None
        fit = _fit(plan, self._governor.keeper.of(EMPTY))
        self.pool.retire(fit)
        if _fit(plan, self._governor.keeper.of(plugin)) != fit:
            return None
        await self._launcher.check(plan)
        try:
            files = await asyncio.to_thread(pack, package)
        except OSError as error:
            raise PluginLoadError(f"It cannot be read: {error}.", where=str(home)) from error
        child = None if files is None else self.pool.take(fit)
        return None if child is None or files is None else (child, files)

    async def _start_for_nobody(self) -> tuple[Child, Fit]:
        plan = await self._launcher.plan()
        if self._home is None or "root" not in plan:
            raise PluginLoadError("A process without a root of its own sees one plugin only.")
        limits = self._governor.keeper.of(EMPTY)
        line = command(self._deno, self._guest, [self._home], limits, writable=self._home)
        # All that is in there lies in the process's own memory, and is gone with it.
        cache = self._home / _OWN_CACHE
        order = replace(
            self._order_of(line, limits, plan, cache),
            binds=await asyncio.to_thread(self._binds, None, None),
            scratch=str(self._home),
            seeds=str(cache),
        )
        compiled = await self._compiled.content(self._run_nothing)
        return await self._launcher.start(order, compiled), _fit(plan, limits)

    async def _run_nothing(self, cache: Path) -> None:
        """Fill a folder with what Deno keeps of the hub's own modules."""
        plan = without_needy(await self._launcher.plan() - {"root"})
        package = self._nothing()
        order = await self._order(package, EMPTY, cache, plan)
        instance = self._guest_of(await self._launcher.start(order), EMPTY, Care())
        try:
            await self._greet(instance, package, EMPTY)
        finally:
            await instance.stop()

    def _guest_of(
        self, child: Child, plugin: PluginId, care: Care, files: tuple[File, ...] = ()
    ) -> GuestInstance:
        return GuestInstance(
            child,
            plugin,
            dispatch=self._dispatch,
            governor=self._governor,
            idle_mb=care.idle_mb,
            watcher=care.watcher,
            files=files,
        )

    async def _order(
        self, package: Package, plugin: PluginId, cache: Path, plan: Plan, *, counts: bool = False
    ) -> Order:
        limits = self._governor.keeper.of(plugin)
        line = command(self._deno, self._guest, [package.readable], limits, counts=counts)
        try:
            binds = await asyncio.to_thread(self._binds, package, None if "root" in plan else cache)
        except OSError as error:
            raise PluginLoadError(f"Deno cannot be started: {error}.", where=line[0]) from error
        # Node's modules, of which the inspector is one, look where the program is.
        links = (("/proc/self/exe", line[0]),) if counts else ()
        return replace(self._order_of(line, limits, plan, cache), binds=binds, links=links)

    def _order_of(self, line: list[str], limits: Limits, plan: Plan, cache: Path) -> Order:
        return Order(
            kind="deno",
            plan=plan,
            argv=tuple(line),
            env=environment(cache),
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

    def _binds(self, package: Package | None, cache: Path | None) -> tuple[Bind, ...]:
        if cache is not None:
            cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        code = [self._deno, *needed_files(self._deno)]
        return (
            *(Bind(path=str(path), runs=True) for path in code),
            Bind(path=_RANDOM, device=True),
            *(Bind(path=str(path)) for path in (self._guest, *_readable(package))),
        )


def _readable(package: Package | None) -> tuple[Path, ...]:
    return () if package is None else (package.readable,)


def _fit(plan: Plan, limits: Limits) -> Fit:
    """Name what Deno is told at its start, and cannot be told again."""
    return Fit(plan, (limits.memory_mb, limits.descriptors, limits.threads, limits.file_mb))
