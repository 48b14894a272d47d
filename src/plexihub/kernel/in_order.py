"""Doing something with many plugins at once, each as soon as those before it are done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from plexihub_sdk.ids import PluginId


async def in_order(
    before: Mapping[PluginId, frozenset[PluginId]], work: Callable[[PluginId], Awaitable[None]]
) -> None:
    """Do the work of each, at the same time where nothing waits for another.

    Args:
        before: For each, those whose work has to be done first; there is no cycle.
        work: Has its own deadline.
    """
    done = {name: asyncio.Event() for name in before}

    async def one(name: PluginId) -> None:
        try:
            for earlier in before[name]:
                await done[earlier].wait()
            await work(name)
        finally:
            done[name].set()

    async with asyncio.TaskGroup() as group:
        for name in before:
            group.create_task(one(name))
