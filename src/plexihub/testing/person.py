"""A person of a hub under test, who acts through the hub's own routes as a browser would."""

from __future__ import annotations

import uuid
from typing import Any

import httpx

from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.wire import decode_error


class Person:
    """A signed-in person.

    Args:
        id: Theirs.
        username: Theirs.
        rights: What they may do.
        client: Their browser.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - as people know it
        username: str,
        rights: frozenset[str],
        client: httpx.AsyncClient,
    ) -> None:
        self.id = id
        self.username = username
        self.rights = rights
        self._client = client

    async def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send any request to the hub's API.

        Args:
            method: `GET` and so on.
            path: Below `/api/v1`, such as `/channels`.
            **options: Those of httpx: `json`, `params`, `headers`.
        """
        return await self._client.request(method, f"/api/v1{path}", **options)

    async def act(self, action: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
        """Have an action done, as a button of a widget does; answers `result` and `metadata`.

        Raises:
            PlexiHubError: The hub or a plugin refused.
        """
        answer: dict[str, Any] = await self._json(
            "POST", "/actions", json={"action": action, "payload": payload}
        )
        return answer

    async def press(
        self, message: dict[str, Any], action: str, payload: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Press a button of a message.

        Args:
            message: As `post` or `messages` answered it.
            action: Of the button.
            payload: Of the button.

        Raises:
            PlexiHubError: The hub or a plugin refused.
        """
        body = {"action": action, "payload": payload or {}}
        answer: dict[str, Any] = await self._json(
            "POST", f"/chat/messages/{message['id']}/actions", json=body
        )
        return answer

    async def channel(self, name: str) -> str:
        """Answer the id of a channel of this name, made and joined where it is not there.

        Raises:
            PlexiHubError: The hub or a plugin refused.
        """
        for one in (await self._json("GET", "/chat/channels"))["items"]:
            if one["name"] == name:
                await self._json("POST", f"/chat/channels/{one['id']}/members")
                return str(one["id"])
        made = await self._json("POST", "/chat/channels", json={"name": name})
        return str(made["id"])

    async def post(self, text: str, channel: str = "general") -> dict[str, Any]:
        """Post a message into a channel of this name, and answer it.

        Raises:
            PlexiHubError: The hub or a plugin refused.
        """
        place = await self.channel(channel)
        body = {"text": text, "client_id": str(uuid.uuid4())}
        answer: dict[str, Any] = await self._json(
            "POST", f"/chat/channels/{place}/messages", json=body
        )
        return answer

    async def command(self, text: str, channel: str = "general") -> dict[str, Any]:
        """Run a slash command in a channel of this name, and answer what it answered.

        Raises:
            PlexiHubError: The hub or a plugin refused.
        """
        place = await self.channel(channel)
        answer: dict[str, Any] = await self._json(
            "POST", f"/chat/channels/{place}/commands", json={"text": text}
        )
        return answer

    async def messages(self, channel: str = "general") -> list[dict[str, Any]]:
        """Answer the messages of a channel of this name.

        Raises:
            PlexiHubError: The hub refused.
        """
        place = await self.channel(channel)
        found: list[dict[str, Any]] = (await self._json("GET", f"/chat/channels/{place}/messages"))[
            "items"
        ]
        return found

    async def _json(self, method: str, path: str, **options: Any) -> Any:
        answer = await self.request(method, path, **options)
        body = answer.json() if answer.content else {}
        if answer.is_error:
            raise _error(body, answer.status_code)
        return body

    async def close(self) -> None:
        """Close the browser."""
        await self._client.aclose()


def _error(body: Any, status: int) -> PlexiHubError:
    found = body.get("error") if isinstance(body, dict) else None
    if not isinstance(found, dict):
        return PlexiHubError(f"The hub answered {status}.")
    facts = {name: found.get(name, "") for name in ("where", "next", "permission")}
    made = decode_error({"code": found["code"], "message": found["message"], "data": facts})
    vars(made)["code"] = found["code"]
    return made
