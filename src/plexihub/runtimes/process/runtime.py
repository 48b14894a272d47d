"""Sandboxed Python: one process a plugin, forked from one that was warmed up, then confined.

The process sees the plugin's files as bytes and no others: no file system, no network, no
environment, no program. What a plugin does beyond computing, it asks the gateway for.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from plexihub.kernel.limits import LimitKeeper
from plexihub.kernel.ports import Dispatch
from plexihub.kernel.watch import WatchFor, nobody
from plexihub.runtimes._governor import Governor
from plexihub.runtimes._guest import GuestInstance
from plexihub.runtimes._package import Package
from plexihub.runtimes._sandboxed import Care, SandboxedRuntime
from plexihub.runtimes.process.archive import entry_of, pack
from plexihub.runtimes.process.confine.plan import Order
from plexihub.runtimes.process.launcher import Launcher
from plexihub_sdk.ids import PluginId

_MIB = 1024 * 1024
#: Writable memory that the process maps until a plugin is loaded, its files among it, generously.
_LOADING_MB = 128
#: A plugin of nothing, for measuring what the process holds without one.
_NOTHING = Path(__file__).with_name("nothing.py")


class ProcessRuntime(SandboxedRuntime):
    """Starts plugins written in Python.

    Args:
        dispatch: `gateway.dispatch`: what a plugin asks for goes there.
        keeper: Knows what each plugin may use, and is told of what comes to a limit.
        launcher: Starts the processes.
        watch: Answers who watches a plugin that is started.
    """

    name = "python"
    suffixes = (".py",)

    def __init__(
        self,
        dispatch: Dispatch,
        keeper: LimitKeeper | None = None,
        *,
        launcher: Launcher,
        governor: Governor | None = None,
        watch: WatchFor = nobody,
    ) -> None:
        super().__init__(dispatch, keeper, governor, watch)
        self._launcher = launcher

    def _entry(self, package: Package) -> str:
        return entry_of(package)

    def _nothing(self) -> Package:
        return Package(entry=_NOTHING, readable=_NOTHING)

    async def _spawn(
        self, package: Package, plugin: PluginId, folder: Path | None, care: Care
    ) -> GuestInstance:
        del folder
        archive = await asyncio.to_thread(pack, package)
        limits = self._governor.keeper.of(plugin)
        order = Order(
            kind="python",
            plan=await self._launcher.plan(),
            limits={
                "CORE": 0,
                "NOFILE": limits.descriptors,
                # The guest has no thread, and a plugin starts none.
                "NPROC": 1,
                "FSIZE": 0,
                "DATA": (_LOADING_MB + limits.memory_mb) * _MIB,
                "MEMLOCK": 0,
                "MSGQUEUE": 0,
            },
        )
        child = await self._launcher.start(order, archive)
        return GuestInstance(
            child,
            plugin,
            dispatch=self._dispatch,
            governor=self._governor,
            idle_mb=care.idle_mb,
            watcher=care.watcher,
        )
