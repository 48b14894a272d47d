"""Which plugins are changing their code at this moment, for those who can wait that long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from plexihub_sdk.errors import PluginUnavailableError
from plexihub_sdk.ids import PluginId

WAIT_SECONDS = 10.0


class Reloads:
    """The plugins between their old code and the new."""

    def __init__(self) -> None:
        self._done: dict[PluginId, asyncio.Event] = {}

    @contextmanager
    def of(self, plugin: PluginId) -> Iterator[asyncio.Event]:
        """Say that a plugin is changing its code, while the block runs."""
        done = self._done[plugin] = asyncio.Event()
        try:
            yield done
        finally:
            del self._done[plugin]
            done.set()

    def has(self, plugin: str | None) -> bool:
        """Tell whether a plugin is changing its code."""
        return plugin in self._done

    async def wait(self, plugin: str) -> None:
        """Wait until a plugin has its new code, or its old one back.

        Raises:
            PluginUnavailableError: It takes too long.
        """
        done = self._done.get(PluginId(plugin))
        if done is None:
            return
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await done.wait()
        except TimeoutError:
            raise PluginUnavailableError(
                f"{plugin} is being reloaded.", where=plugin, next="Try again in a moment."
            ) from None
