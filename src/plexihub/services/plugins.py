"""The service `plugins`: what a trusted plugin may do with the other plugins."""

from __future__ import annotations

import asyncio
from typing import Any

from plexihub.kernel import plain
from plexihub.kernel.context import acting
from plexihub.kernel.lifecycle import Lifecycle
from plexihub.kernel.plugins.record import PluginRecord
from plexihub.kernel.plugins.registry import PluginRegistry


class PluginService:
    """List, enable and disable plugins.

    In plain code the methods do their work and answer; in `async` code they answer with something
    to await.
    """

    def __init__(
        self, registry: PluginRegistry, lifecycle: Lifecycle, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._registry = registry
        self._lifecycle = lifecycle
        self._loop = loop

    def list(self) -> list[PluginRecord]:
        """Answer every installed plugin."""
        return list(self._registry)

    def get(self, name: str) -> PluginRecord:
        """Answer one plugin; `hello_world` is another spelling of `hello-world`.

        Raises:
            NotFoundError: No such plugin is installed.
        """
        return self._registry.get(name)

    def enable(self, name: str) -> Any:
        """Enable a plugin.

        Raises:
            NotFoundError: No such plugin is installed.
            Veto: A handler of `plugin.enabling` refused.
        """
        work = self._lifecycle.enable(self._registry.get(name).id, acting())
        return plain.wait(work, self._loop)

    def disable(self, name: str) -> Any:
        """Disable a plugin, another's too; recorded with who did it.

        Raises:
            NotFoundError: No such plugin is installed.
            Veto: A handler of `plugin.disabling` refused.
        """
        work = self._lifecycle.disable(self._registry.get(name).id, acting())
        return plain.wait(work, self._loop)
