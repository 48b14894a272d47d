"""Sandboxed plugins written by a test, and the chat they are met in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import httpx

from plexihub_sdk.ids import new_id
from tests.attacks.conftest import Target

API = "/api/v1"
PERMISSIONS = ("commands:offer", "messages:write", "schedule:run", "http:serve", "ui:render")


def write_guest(folder: Path, name: str, hooks: str, /, before: str = "", **manifest: Any) -> Path:
    """Write a sandboxed plugin into `folder/name`, and answer its folder.

    Args:
        folder: Where plugins are written.
        name: Its id.
        hooks: TypeScript: the members of its `hooks`.
        before: TypeScript before that.
        **manifest: More of its `plugin.json`; it asks for everything that this slice has.
    """
    root = folder / name
    root.mkdir(parents=True, exist_ok=True)
    whole = {
        "id": name,
        "version": "1.0.0",
        "entrypoint": "main.ts",
        "permissions": list(PERMISSIONS),
        **manifest,
    }
    (root / "plugin.json").write_text(json.dumps(whole))
    inner = indent(dedent(hooks).strip(), "    ")
    text = f"{dedent(before)}\nexport default {{\n  hooks: {{\n{inner}\n  }},\n}};\n"
    (root / "main.ts").write_text(text)
    return root


@dataclass
class Room:
    """A channel of ada, who administers, in which bob is; eve is not."""

    target: Target
    folder: Path
    people: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    channel: str = ""

    async def open(self) -> Room:
        """Make the people and the channel."""
        for name, role in (("ada", "admin"), ("bob", "member"), ("eve", "member")):
            self.people[name] = await self.target.person(name, role)
        self.channel = (await self.post("ada", "/chat/channels", name="room"))["id"]
        await self.post("bob", f"/chat/channels/{self.channel}/members")
        return self

    async def guest(self, name: str, hooks: str, before: str = "", **manifest: Any) -> str:
        """Write, install and enable a sandboxed plugin; answers its id."""
        return await self.target.install(write_guest(self.folder, name, hooks, before, **manifest))

    async def call(self, who: str, method: str, path: str, **body: Any) -> httpx.Response:
        """Call the hub as a person."""
        return await self.people[who].request(method, API + path, json=body or None)

    async def post(self, who: str, path: str, **body: Any) -> Any:
        """POST as a person; it must succeed."""
        answer = await self.call(who, "POST", path, **body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def type(self, who: str, text: str) -> httpx.Response:
        """Type a slash command in the channel."""
        return await self.call(who, "POST", f"/chat/channels/{self.channel}/commands", text=text)

    async def say(self, who: str, text: str) -> Any:
        """Write a message in the channel."""
        path = f"/chat/channels/{self.channel}/messages"
        return await self.post(who, path, text=text, client_id=new_id())

    async def messages(self, who: str = "ada") -> list[Any]:
        """Read the messages of the channel."""
        answer = await self.people[who].get(f"{API}/chat/channels/{self.channel}/messages")
        return list(answer.json()["items"])

    async def click(self, who: str, message: str, **clicked: Any) -> httpx.Response:
        """Click a button in a message."""
        return await self.call(who, "POST", f"/chat/messages/{message}/actions", **clicked)
