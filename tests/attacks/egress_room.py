"""A hub with a plugin, a machine that it may call, and a canary that it may not."""

from __future__ import annotations

import asyncio
import base64
import itertools
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from plexihub.app import Hub
from plexihub.kernel.context import OPERATOR, Actor, CallContext
from plexihub.kernel.ports import StoredPlugin
from plexihub.services.guest.network import INLINE
from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import parse_manifest
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.support.machine import Machine

ADMIN = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"], deadline=float("inf"))


_NOBODY = PluginId("nobody")
_NUMBERS = itertools.count()


@dataclass
class Room:
    """A hub, a plugin in it, a machine it may call, and a canary that it may not."""

    hub: Hub
    good: Machine
    canary: Machine
    names: dict[str, list[str]] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    plugin: PluginId = _NOBODY

    async def resolve(self, host: str, _port: int) -> list[str]:
        """Answer a name's addresses; where there are several lists, another one each time."""
        self.looked_up.append(host)
        if host not in self.names:
            raise OSError(f"no such name: {host}")
        return self.names[host]

    def url(self, path: str = "/", host: str = "good.test") -> str:
        """Make an address on the machine that may be called."""
        return f"http://{host}:{self.good.port}{path}"

    async def fetch(self, url: str, *, seconds: float = 10.0, **more: Any) -> Any:
        """Fetch as the plugin does."""
        return await self.ask("network.fetch", {"url": url, **more}, seconds=seconds)

    async def ask(self, method: str, params: dict[str, Any], *, seconds: float = 10.0) -> Any:
        """Ask the gateway as the plugin does."""
        ctx = CallContext(
            actor=Actor("plugin", self.plugin),
            rights=ROLE_RIGHTS["member"],
            deadline=time.monotonic() + seconds,
        )
        return await self.hub.kernel.gateway.dispatch(ctx, method, params)

    async def refused(self, url: str, **more: Any) -> PlexiHubError:
        """Fetch what is refused, and see that nothing was reached."""
        heard = self.canary.heard
        with pytest.raises(PlexiHubError) as caught:
            await self.fetch(url, **more)
        await asyncio.sleep(0)
        assert self.canary.heard == heard
        return caught.value

    async def set(self, key: str, value: Any) -> None:
        """Change a setting."""
        await self.hub.kernel.config.change(key, value, ADMIN)

    async def grant(self, *hosts: str, **more: list[str]) -> PluginId:
        """Have another plugin with its own budget and grant."""
        self.plugin = PluginId(f"weather-{next(_NUMBERS)}")
        wanted: Any = {"name": "network:fetch", **({"hosts": list(hosts)} if hosts else {}), **more}
        manifest = parse_manifest(
            {"id": self.plugin, "version": "1.0.0", "entrypoint": "a.ts", "permissions": [wanted]}
        )
        stored = StoredPlugin(
            id=self.plugin,
            manifest=manifest,
            tier="sandboxed",
            runtime="deno",
            root=self.hub.folder.plugins / self.plugin,
            granted=manifest.permissions,
            scopes=manifest.scopes,
        )
        await self.hub.kernel.lifecycle.add(stored)
        return self.plugin

    @property
    def inline(self) -> int:
        """How many bytes of an answer come at once."""
        return INLINE

    async def read_all(self, fetched: dict[str, Any]) -> bytes:
        """Read an answer to its end."""
        found, is_done = _bytes(fetched), fetched["handle"] is None
        while not is_done:
            part = await self.ask("network.read", {"handle": fetched["handle"]})
            found, is_done = found + _bytes(part), part["done"]
        return found


def _bytes(part: dict[str, Any]) -> bytes:
    return base64.b64decode(part["body"]) if part["base64"] else part["body"].encode()
