"""The chat as people use it, for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from plexihub_sdk.ids import new_id
from tests.unit.plugins.conftest import World

ROOT = "/api/v1/chat"


@dataclass
class Talk:
    """One channel, of ada who administers, with grace and tomas in it."""

    world: World
    channel: str

    async def call(self, method: str, path: str, who: str | None, body: Any = None) -> Any:
        """Call a route below the chat."""
        return await self.world.call(method, f"{ROOT}/{path}", who, body=body)

    async def post(self, who: str, text: str, below: Any = None) -> Any:
        """Post a message, or answer one."""
        body = {
            "text": text,
            "client_id": new_id(),
            "thread_id": below["id"] if below is not None else None,
        }
        return await self.call("POST", f"channels/{self.channel}/messages", who, body)

    async def page(self, who: str = "ada") -> list[Any]:
        """Read the newest messages of the channel."""
        found = await self.call("GET", f"channels/{self.channel}/messages", who)
        return list(found["items"])

    async def react(self, who: str, message: Any, emoji: str, *, method: str = "PUT") -> Any:
        """Put an emoji to a message, or take it back."""
        return await self.call(method, f"messages/{message['id']}/reactions/{emoji}", who)

    async def edit(self, who: str, message: Any, text: str) -> Any:
        """Change a message."""
        return await self.call("PATCH", f"messages/{message['id']}", who, {"text": text})

    async def delete(self, who: str, message: Any) -> None:
        """Delete a message."""
        await self.call("DELETE", f"messages/{message['id']}", who)

    async def type(self, who: str, text: str) -> Any:
        """Send a slash command."""
        return await self.call("POST", f"channels/{self.channel}/commands", who, {"text": text})

    def on(self, name: str, handler: Callable[[Any], Any]) -> None:
        """Register for a hook or an event, as the core."""
        self.world.kernel.services.get("events").on(name, handler)

    def record(self, *names: str) -> list[tuple[str, Any]]:
        """Note what hooks and events of these names bring, as it was then."""
        heard: list[tuple[str, Any]] = []

        def note(name: str, data: dict[str, Any]) -> None:
            heard.append((name, {**data}))

        for name in names:
            self.on(name, partial(note, name))
        return heard

    async def settle(self) -> None:
        """Wait until everybody has heard everything."""
        await self.world.kernel.events.settle()
