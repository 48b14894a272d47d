"""Trusted plugins written by a test, in a hub of this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import httpx

from plexihub.app import Hub, HubOptions
from plexihub.kernel.audit.read import AuditQuery
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.ports import InstallRequest, StoredPlugin
from plexihub_sdk.permissions import ROLE_RIGHTS

#: Tests that take long must not find its deadline past.
CTX = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"], deadline=float("inf"))


def write_plugin(
    folder: Path,
    name: str,
    init: str = "",
    /,
    *,
    version: str = "1.0.0",
    methods: str = "",
    before: str = "",
    **fields: Any,
) -> Path:
    """Write a trusted plugin into `folder/name`, in place of one that is there; answer its folder.

    Args:
        folder: Where plugins are written.
        name: Its id.
        init: Lines of its constructor; `context` and `self` are there.
        version: Its version.
        methods: Further methods of its class.
        before: Lines before the class.
        **fields: More of its `plugin.json`.
    """
    root = folder / name
    root.mkdir(parents=True, exist_ok=True)
    manifest = {"id": name, "version": version, "entrypoint": "plugin.py", **fields}
    (root / "plugin.json").write_text(json.dumps(manifest))
    body = indent(dedent(init).strip() or "pass", " " * 8)
    text = f"{dedent(before)}\n\nclass MyPlugin:\n    def __init__(self, context):\n"
    text += f"        self.context = context\n{body}\n\n{indent(dedent(methods), ' ' * 4)}"
    (root / "plugin.py").write_text(text)
    return root


@dataclass
class Running:
    """A hub, its operator's client, and a folder for plugins."""

    hub: Hub
    client: httpx.AsyncClient
    folder: Path

    async def install(self, source: Path, **more: Any) -> StoredPlugin:
        """Install a trusted plugin, or upgrade it."""
        name = source.stem.replace("_", "-")
        request = InstallRequest(source=source, tier="trusted", consent=f"I trust {name}", **more)
        return await self.hub.installer.install(request, CTX)

    async def order(self, source: Path, **more: Any) -> httpx.Response:
        """Install a trusted plugin over HTTP, agreeing to the text that is shown."""
        order = {"source": str(source), "tier": "trusted"}
        shown = await self.post("/plugins/describe", **order)
        if shown.status_code != 200:
            return shown
        consent = shown.json()["consent"]
        agreed = {"consent": consent["phrase"], "consent_digest": consent["digest"]}
        return await self.post("/plugins", **order, **agreed, **more)

    async def reload(self, name: str) -> httpx.Response:
        """Reload a trusted plugin over HTTP, agreeing to its files as they are now."""
        consent = (await self.get(f"/plugins/{name}/access")).json()["consent"]
        agreed = {"consent": consent["phrase"], "consent_digest": consent["digest"]}
        return await self.post(f"/plugins/{name}/reload", **agreed)

    async def add(self, name: str, init: str = "", **more: Any) -> Path:
        """Write, install and enable a trusted plugin; answer where its installed files are."""
        stored = await self.install(write_plugin(self.folder, name, init, **more))
        await self.hub.kernel.lifecycle.enable(name, CTX)
        return stored.root

    async def post(self, path: str, **json_body: Any) -> httpx.Response:
        """POST as the operator."""
        return await self.client.post(f"/api/v1{path}", json=json_body or None)

    async def get(self, path: str) -> httpx.Response:
        """GET as the operator."""
        return await self.client.get(f"/api/v1{path}")

    def state(self, name: str) -> str:
        """Tell a plugin's state."""
        return self.hub.kernel.registry.get(name).state

    def plugin(self, name: str) -> Any:
        """Answer the live object of a trusted plugin."""
        instance: Any = self.hub.kernel.registry.get(name).instance
        return instance.plugin

    async def settle(self) -> None:
        """Wait until every event was heard."""
        await self.hub.kernel.events.settle()

    async def audited(self, action: str) -> list[tuple[str, str, str]]:
        """Answer actor, target and outcome of the newest records of an action."""
        found = await self.hub.kernel.audit.read(AuditQuery(action=action))
        return [(one.actor.id or one.actor.kind, one.target, one.outcome) for one in found]


def traces(hub: Hub) -> dict[str, Any]:
    """Tell everything that is registered anywhere, and by whom."""
    kernel = hub.kernel
    return {
        "hooks": kernel.hooks.names(),
        "events": {
            # The hub's own bridge from an event to the hook of its name stays.
            name: whose
            for name, them in kernel.events.names().items()
            if (whose := [one for one in them if one is not None])
        },
        "services": kernel.services.names(),
        "methods": [method.name for method in kernel.gateway.methods()],
        "routes": {
            record.id: sorted(map(str, hub.routes.of(record.id))) for record in kernel.registry
        },
        "ui": hub.ui.contributions_for(None),
        "models": [model.name for model in hub.database.models()],
        "owned": {record.id: kernel.ownership.count(record.id) for record in kernel.registry},
    }


@asynccontextmanager
async def hub_here(
    folder: Path, *, builtin: tuple[str, ...] = (), data: str = "data"
) -> AsyncIterator[Running]:
    """Run a hub in this process."""
    options = HubOptions(data=folder / data, settings_file=folder / "none.toml", builtin=builtin)
    async with Hub(options) as hub:
        transport = httpx.ASGITransport(hub.operator_asgi)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            yield Running(hub, client, folder / "sources")


async def until(wanted: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not wanted():  # noqa: ASYNC110 - what is waited for belongs to the hub
            await asyncio.sleep(0.01)
