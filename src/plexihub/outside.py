"""What reaches out of the hub: its own network service, and the egress gateway of plugins.

Part of the composition root: it names concrete classes, and puts together what belongs together.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from plexihub import __version__
from plexihub.datadir import DataDir
from plexihub.kernel.kernel import Kernel
from plexihub.services.database import Database
from plexihub.services.egress import Connector, Egress, HostBook, Policy, Vault
from plexihub.services.network import NetworkService, Watching
from plexihub.services.ui import AdminNews
from plexihub_sdk.ids import PluginId


class Outside:
    """The parts that reach out.

    Args:
        kernel: Hooks, events, settings, audit and permissions.
        database: Keeps hosts and secrets.
        folder: Where the key of the secrets is.
        news: Tells administrators' pages.
    """

    def __init__(
        self, kernel: Kernel, database: Database, folder: DataDir, news: AdminNews
    ) -> None:
        setting = kernel.config.get
        self._events = kernel.events
        self.network = NetworkService(kernel.hooks, kernel.events, kernel.audit, __version__)
        self.hosts = HostBook(database, kernel.audit, partial(news.tell, "plugin.hosts.changed"))
        self.vault = Vault(database, kernel.audit, folder.secrets_key)
        policy = Policy(setting, kernel.broker.scope, self.hosts)
        self.connector = Connector(policy.is_opened)
        self.egress = Egress(
            policy,
            self.vault,
            Watching(kernel.hooks, kernel.events, kernel.audit),
            setting=setting,
            connector=self.connector,
            version=__version__,
        )

    async def open(self, stack: AsyncExitStack) -> None:
        """Start what has to run, and leave its end on the stack."""
        stack.push_async_callback(self.network.close)
        stack.push_async_callback(self.egress.close)
        await self.hosts.start()
        self._events.subscribe("plugin.removed", self._forget)
        for gone in ("plugin.disabled", "plugin.quarantined"):
            self._events.subscribe(gone, self._forget_asked)

    async def _forget(self, changed: dict[str, Any]) -> None:
        await self.hosts.forget_all(PluginId(changed["id"]))
        await self.vault.forget_all(PluginId(changed["id"]))

    def _forget_asked(self, changed: dict[str, Any]) -> None:
        self.hosts.forget_asked(changed["id"])
