"""A real hub with real plugins: what a test of the design's words does over and over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import httpx

from plexihub.kernel.audit import AuditRecord
from plexihub.kernel.context import Actor, CallContext
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.attacks.conftest import Target


@dataclass
class Stage:
    """A hub, and where plugins for it are written."""

    target: Target
    folder: Path

    def write(
        self,
        name: str,
        hooks: str,
        *,
        permissions: tuple[str | dict[str, Any], ...] = (),
        above: str = "",
        version: str = "1.0.0",
        listens: tuple[str, ...] = (),
    ) -> Path:
        """Write a plugin in TypeScript: a folder with its `plugin.json`.

        Args:
            name: Its id.
            hooks: Methods of its `hooks`.
            permissions: What it asks for.
            above: Lines before its default export.
            version: Its version.
            listens: Names in the manifest's `hooks`; those of its handlers where empty.
        """
        root = self.folder / name
        root.mkdir(parents=True, exist_ok=True)
        said: dict[str, Any] = {"id": name, "version": version, "entrypoint": "main.ts"}
        said["permissions"] = list(permissions)
        if listens:
            said["hooks"] = list(listens)
        (root / "plugin.json").write_text(json.dumps(said))
        code = f"{dedent(above)}\nexport default {{ hooks: {{\n{dedent(hooks)}\n}} }};\n"
        (root / "main.ts").write_text(code)
        return root

    async def add(self, name: str, hooks: str, **more: Any) -> str:
        """Write, install and enable a plugin with everything it asks for."""
        return await self.target.install(self.write(name, hooks, **more))

    def plugin_ctx(self, name: str) -> CallContext:
        """Make the context of a plugin that works for nobody."""
        return CallContext(actor=Actor("plugin", name), rights=ROLE_RIGHTS["member"])

    async def ask(self, name: str, method: str, /, **params: Any) -> Any:
        """Ask the gateway as a plugin."""
        gateway = self.target.hub.kernel.gateway
        return await gateway.dispatch(self.plugin_ctx(name), method, params)

    async def dashboard(self, person: httpx.AsyncClient) -> dict[str, Any]:
        """Load a dashboard as a person."""
        items = (await person.get("/api/v1/dashboards")).json()["items"]
        if not items:
            made = await person.post("/api/v1/dashboards", json={"title": "Ours"})
            items = [made.json()]
        answer = await person.get(f"/api/v1/dashboards/{items[0]['id']}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def shown(self, person: httpx.AsyncClient, plugin: str) -> list[dict[str, Any]]:
        """Answer the widgets of a plugin on a person's dashboard."""
        return [one for one in (await self.dashboard(person))["widgets"] if one["plugin"] == plugin]

    async def records(self, action: str, plugin: str) -> list[AuditRecord]:
        """Read a plugin's records of an action, the newest first."""
        return [one for one in await self.target.records(action) if one.actor.id == plugin]

    async def heard(self, action: str, plugin: str, *, least: int = 1) -> list[AuditRecord]:
        """Wait until a plugin has so many records of an action."""
        found: list[AuditRecord] = []
        async with asyncio.timeout(20):
            while len(found) < least:
                found = await self.records(action, plugin)
                await asyncio.sleep(0.02)
        return found


async def until(wanted: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not wanted():  # noqa: ASYNC110 - what is waited for belongs to the hub
            await asyncio.sleep(0.01)
