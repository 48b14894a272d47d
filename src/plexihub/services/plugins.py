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
    """List, enable, disable and reload plugins.

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

    def enable(self, name: str, *, with_dependencies: bool = False) -> Any:
        """Enable a plugin, and first what it needs, where asked.

        Raises:
            NotFoundError: No such plugin is installed.
            DependencyError: What it needs is missing, off or of another version.
            ConflictError: A plugin asks this of itself while it starts or stops.
            Veto: A handler of `plugin.enabling` refused.
        """
        plugin = self._registry.get(name).id
        work = self._lifecycle.enable(plugin, acting(), with_dependencies=with_dependencies)
        return plain.wait(work, self._loop)

    def disable(self, name: str, *, with_dependents: bool = False) -> Any:
        """Disable a plugin, another's or one's own; recorded with who did it.

        Raises:
            NotFoundError: No such plugin is installed.
            DependencyError: Running plugins need it, and are not to be disabled first.
            ConflictError: A plugin asks this of itself while it starts or stops.
            Veto: A handler of `plugin.disabling` refused.
        """
        plugin = self._registry.get(name).id
        work = self._lifecycle.disable(plugin, acting(), with_dependents=with_dependents)
        return plain.wait(work, self._loop)

    def reload(self, name: str) -> Any:
        """Let a running plugin run its files as they are now; its `context.state` stays.

        Raises:
            NotFoundError: No such plugin is installed.
            ConflictError: It does not run.
            Veto: A handler of `plugin.reloading` refused.
            PluginError: The new code does not load or start; the old goes on.
        """
        work = self._lifecycle.reload(self._registry.get(name).id, acting())
        return plain.wait(work, self._loop)
