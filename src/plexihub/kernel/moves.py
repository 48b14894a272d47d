"""Who is in the middle of changing a plugin's state: a plugin that asks for what waits for itself.

A constructor that disables its own plugin would wait for the lock that its own start holds. It is
told so at once instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from plexihub_sdk.errors import ConflictError
from plexihub_sdk.ids import PluginId


@dataclass(slots=True)
class _Move:
    plugin: PluginId
    outer: _Move | None
    #: A task that a constructor leaves behind keeps its context, and is in nobody's way.
    is_over: bool = False


_innermost: ContextVar[_Move | None] = ContextVar("plexihub_move", default=None)


@asynccontextmanager
async def moving(plugin: PluginId, lock: asyncio.Lock) -> AsyncIterator[None]:
    """Hold the lock of a plugin's state.

    Raises:
        ConflictError: Whoever asks is itself part of a change of this plugin's state.
    """
    outer = _innermost.get()
    move = outer
    while move is not None:
        if move.plugin == plugin and not move.is_over:
            raise ConflictError(
                f"{plugin} is starting or stopping at this moment, and asks this itself.",
                where=plugin,
                next="Ask once it runs, from a handler.",
            )
        move = move.outer
    async with lock:
        mine = _Move(plugin, outer)
        token = _innermost.set(mine)
        try:
            yield
        finally:
            mine.is_over = True
            _innermost.reset(token)
