"""What runs by a permission at this moment, so that it ends as soon as that is taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

from plexihub_sdk.errors import PermissionDenied


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    plugin: str
    permission: str
    scope: asyncio.Timeout


class Running:
    """The calls that run by a permission; as many as the doors let in at one time."""

    def __init__(self) -> None:
        self._held: set[_Held] = set()

    @asynccontextmanager
    async def until_revoked(self, plugin: str, permission: str, where: str) -> AsyncIterator[None]:
        """Run a block until it is done, or until the plugin loses the permission.

        Args:
            plugin: Whose call.
            permission: By which it was let in.
            where: The method or handler.

        Raises:
            PermissionDenied: The permission was taken back meanwhile.
        """
        held = _Held(plugin, permission, asyncio.timeout(None))
        self._held.add(held)
        try:
            async with held.scope:
                yield
        except TimeoutError:
            if not held.scope.expired():
                raise
            raise PermissionDenied(
                permission,
                f"The permission {permission!r} was taken back meanwhile.",
                where=where,
                next="Ask an administrator to grant it.",
            ) from None
        finally:
            self._held.discard(held)

    def end(self, plugin: str, granted: Collection[str]) -> None:
        """End what runs by a permission that a plugin has no more; on the event loop.

        Args:
            plugin: Whose.
            granted: What it still has.
        """
        now = asyncio.get_running_loop().time()
        for held in list(self._held):
            if held.plugin == plugin and held.permission not in granted:
                held.scope.reschedule(now)
