"""The watches of one hub: who runs under watch, what each did, and what each left behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import ExitStack
from typing import Any

from plexihub.kernel.ports import AuditSink, PluginSource
from plexihub.runtimes.access import hook, loop, threads
from plexihub.runtimes.access.usage import Usage
from plexihub.runtimes.access.watch import Watch
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)


class AccessBook:
    """Watches the trusted plugins of one hub.

    Args:
        audit: Where each kind of use is written down.
        granted: Tells a plugin's grants at this moment.
    """

    def __init__(self, audit: AuditSink, granted: Callable[[PluginId], Collection[str]]) -> None:
        self._audit = audit
        self._granted = granted
        self._stack = ExitStack()
        self._usages: dict[PluginId, Usage] = {}
        self._watches: dict[PluginId, list[Watch]] = {}
        self._left: dict[PluginId, list[str]] = {}

    def start(self) -> None:
        """Watch what is done through the running loop, and which threads are started."""
        self._stack.callback(loop.observe(asyncio.get_running_loop()))
        self._stack.callback(threads.observe())

    def close(self) -> None:
        """Leave the loop as it was, after every plugin has stopped. Safe to call twice."""
        self._stack.close()

    def watch(self, source: PluginSource, package: str) -> Watching:
        """Watch a plugin whose code is about to be loaded, as modules of this package."""
        plugin = source.manifest.id
        usage = self._usages.setdefault(plugin, Usage(plugin, self._audit))
        watch = Watch(
            plugin,
            package,
            folders=(source.root, source.data_dir),
            granted=lambda: self._granted(plugin),
            usage=usage,
        )
        self._left.pop(plugin, None)
        self._watches.setdefault(plugin, []).append(watch)
        return Watching(self, watch, hook.add(watch))

    def forget(self, plugin: PluginId) -> None:
        """Drop what is kept of a plugin that was removed."""
        for book in (self._usages, self._watches, self._left):
            book.pop(plugin, None)

    def ended(self, watch: Watch, left: list[str]) -> None:
        """Note that a plugin stopped, and what of it could not be ended."""
        if watch in (watches := self._watches.get(watch.plugin, [])):
            watches.remove(watch)
        if (usage := self._usages.get(watch.plugin)) is not None:
            usage.write()
        if left:
            self._left[watch.plugin] = left
            _log.warning(
                "%s left behind what cannot be ended from outside: %s; restart the hub to be rid "
                "of it",
                watch.plugin,
                ", ".join(left),
            )

    def describe(self, plugin: PluginId) -> dict[str, Any]:
        """Answer as JSON what a plugin did, what runs of it, and what it left when it stopped."""
        usage, watches = self._usages.get(plugin), self._watches.get(plugin, [])
        return {
            "did": usage.describe() if usage else [],
            "running": [one for watch in watches for one in watch.held.running()],
            "left": self._left.get(plugin, []),
        }


class Watching:
    """One start of a plugin under watch; whoever starts the plugin ends it."""

    def __init__(self, book: AccessBook, watch: Watch, unhook: Callable[[], None]) -> None:
        self._book = book
        self._watch = watch
        self._unhook = unhook

    async def end(self) -> None:
        """End what the plugin started and left, then watch it no more. Safe to call twice."""
        try:
            left = await self._watch.held.close()
        finally:
            self._unhook()
        self._book.ended(self._watch, left)
