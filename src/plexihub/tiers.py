"""What carries plugins: the three runtimes, what installs into them, and plugins' own sandboxes.

Part of the composition root: it names concrete classes, and puts together what belongs together.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

from plexihub.datadir import DataDir
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.watch import WatchFor
from plexihub.marketplace.install import Installer
from plexihub.marketplace.validation import Validation
from plexihub.runtimes._pace import CpuWindow
from plexihub.runtimes.access import AccessBook
from plexihub.runtimes.apart import run_apart
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.process.launcher import Launcher
from plexihub.runtimes.process.runtime import ProcessRuntime
from plexihub.runtimes.trusted import TrustedRuntime
from plexihub.sandbox import PluginSandbox
from plexihub.services.isolation import IsolationService
from plexihub.settings import DENO_READY


class Tiers:
    """The runtimes of both tiers.

    Args:
        kernel: Whose plugins they carry.
        folder: Where plugins are installed.
        launcher: Starts the processes.
        access: What trusted plugins do outside of the services.
        watch: Answers who watches a plugin that is started.
    """

    def __init__(
        self,
        kernel: Kernel,
        folder: DataDir,
        launcher: Launcher,
        *,
        access: AccessBook,
        watch: WatchFor,
    ) -> None:
        self._kernel = kernel
        self._launcher = launcher
        #: One budget of processor time for all sandboxes that a plugin ever makes.
        self.box_windows: dict[str, CpuWindow] = {}
        dispatch, limits = kernel.gateway.dispatch, kernel.limits
        self.deno = DenoRuntime(
            dispatch,
            find_deno(kernel.config.get("plugins.deno")),
            limits,
            launcher=launcher,
            data_root=folder.path,
            home=folder.plugins,
            ready=partial(kernel.config.get, DENO_READY),
            watch=watch,
        )
        carriers = (
            TrustedRuntime(kernel.services, access),
            ProcessRuntime(dispatch, limits, launcher=launcher, watch=watch),
            self.deno,
        )
        for runtime in carriers:
            kernel.lifecycle.add_runtime(runtime)
        self.installer = Installer(
            folder.plugins,
            {runtime.name: runtime for runtime in carriers},
            kernel.lifecycle,
            kernel.audit,
            Validation(run_apart, kernel.config.get),
            standing=lambda: kernel.approvals.standing,
        )

    def open(self, stack: AsyncExitStack, isolation: IsolationService) -> None:
        """Keep processes ready from now on, and leave their end on the stack."""
        pool = self.deno.pool
        stack.push_async_callback(pool.close)
        isolation.ready = lambda: len(pool.pids)
        self._kernel.events.subscribe("config.changed", lambda _: pool.resize())

    def box(self, plugin: str, timeout: float, memory_limit: int) -> PluginSandbox:
        """Make a sandbox for further code of a plugin.

        Args:
            plugin: Whose.
            timeout: Of a call, in milliseconds.
            memory_limit: In MiB.
        """
        return PluginSandbox(
            timeout=timeout,
            memory_limit=memory_limit,
            deno=find_deno(self._kernel.config.get("plugins.deno")),
            launcher=self._launcher,
            window=self.box_windows.setdefault(plugin, CpuWindow()),
        )
