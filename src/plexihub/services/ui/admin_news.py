"""Tells the open pages of those who may see it that something changed, so that they ask again.

Only the topic goes out, and the key of a setting: what changed is read over the REST interface,
which asks who is calling. Changes that come fast (a job's progress) are gathered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from plexihub.kernel.background import Background
from plexihub.kernel.events import EventBus
from plexihub.kernel.ports import Undo
from plexihub.services.database import Database, Role, User
from plexihub.services.ui.live import LiveHub
from plexihub.services.users.rights import ADMIN, rights
from plexihub_sdk.permissions import SYSTEM_CONFIG

GATHER_SECONDS = 0.3


class AdminNews:
    """Gathers topics and publishes each once.

    Args:
        live: The open pages.
        database: Knows who administers the hub, and what roles allow.
    """

    def __init__(self, live: LiveHub, database: Database) -> None:
        self._live = live
        self._people = database.rows(User)
        self._roles = database.rows(Role)
        self._loop = asyncio.get_running_loop()
        self._background = Background()
        self._topics: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False

    def tell(self, topic: str) -> None:
        """Say that what is behind a topic changed; cheap, and callable from any thread."""
        if topic not in self._topics and not self._is_closed:
            self._loop.call_soon_threadsafe(self._note, topic)

    def listen(self, bus: EventBus) -> Undo:
        """Publish `config.changed` with the key alone, to those who may see settings."""

        async def tell(changed: Mapping[str, Any]) -> None:
            told = {"key": str(changed.get("key", ""))}  # a plugin may tell the event, too
            self._live.publish("config.changed", told, users=await self._holders(SYSTEM_CONFIG))

        return bus.subscribe("config.changed", tell)

    def _note(self, topic: str) -> None:
        if self._is_closed or topic in self._topics:
            return
        self._topics.add(topic)
        if self._timer is None:
            self._timer = self._loop.call_later(GATHER_SECONDS, self._send)

    def _send(self) -> None:
        self._timer = None
        topics, self._topics = self._topics, set()
        self._background.spawn(self._publish(topics), name="news for administrators")

    async def _publish(self, topics: set[str]) -> None:
        admins = await self._people.find({"role": ADMIN, "is_active": True})
        for topic in sorted(topics):
            self._live.publish(topic, {}, users=[one.id for one in admins])

    async def _holders(self, right: str) -> list[str]:
        """Answer the ids of those who have a right now, by their role or of their own."""
        given = {role.name: role.permissions for role in await self._roles.find()}
        return [
            one.id
            for one in await self._people.find({"is_active": True})
            if right in rights(one.role, given.get(one.role), one.permissions)
        ]

    async def close(self) -> None:
        """Tell nothing any more."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        await self._background.close()
