"""A whole hub to attack: the real one, without a port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.audit import AuditQuery, AuditRecord
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.ports import InstallRequest, Tier
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.attacks.egress_room import Room
from tests.support.confined import Targets, aimed_at
from tests.support.machine import running_machine

PASSWORD = "correct horse battery"  # noqa: S105 - of people who live as long as a test


@dataclass
class Target:
    """The hub, and the ways in."""

    hub: Hub
    clients: list[httpx.AsyncClient]

    @property
    def operator_ctx(self) -> CallContext:
        """Make the context of whoever runs the hub."""
        return CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"])

    def client(self, **options: Any) -> httpx.AsyncClient:
        """Make a browser that nobody signed in with."""
        transport = httpx.ASGITransport(self.hub.asgi)
        client = httpx.AsyncClient(transport=transport, base_url="http://hub", **options)
        self.clients.append(client)
        return client

    def operator(self) -> httpx.AsyncClient:
        """Make a client of the control socket."""
        transport = httpx.ASGITransport(self.hub.operator_asgi)
        client = httpx.AsyncClient(transport=transport, base_url="http://hub")
        self.clients.append(client)
        return client

    async def person(self, username: str, role: str = "member") -> httpx.AsyncClient:
        """Create a person and answer their browser, signed in."""
        await self.hub.users.create(
            self.operator_ctx, username=username, password=PASSWORD, role=role
        )
        client = self.client()
        answer = await client.post(
            "/api/v1/session", json={"username": username, "password": PASSWORD}
        )
        client.headers["x-csrf-token"] = answer.json()["csrf"]
        return client

    async def install(self, source: Path, tier: Tier = "sandboxed") -> str:
        """Install and enable a plugin with everything it asks for; answers its id."""
        manifest = await self.hub.installer.describe(source, tier)
        consent = f"I trust {manifest.id}"
        request = InstallRequest(source=source, tier=tier, consent=consent)
        stored = await self.hub.installer.install(request, self.operator_ctx)
        await self.hub.kernel.lifecycle.enable(stored.id, self.operator_ctx)
        return stored.id

    async def records(self, action: str) -> list[AuditRecord]:
        """Read the audit's records of an action, the newest first."""
        return await self.hub.kernel.audit.read(AuditQuery(action=action))


@pytest.fixture
async def target(tmp_path: Path) -> AsyncIterator[Target]:
    """Run a hub on an empty folder."""
    async with Hub(HubOptions(data=tmp_path / "hub", settings_file=tmp_path / "none.toml")) as hub:
        target = Target(hub, [])
        try:
            yield target
        finally:
            for client in target.clients:
                await client.aclose()


@pytest.fixture
def canaries(tmp_path: Path) -> Iterator[Targets]:
    """Give what plugins are not to reach; afterwards nothing of it may have changed.

    A file that everybody may read and write, listeners on loopback and on an abstract socket, this
    process's memory, environment, limits, folder and signals.
    """
    folder = tmp_path / "canaries"
    folder.mkdir()
    with aimed_at(folder) as targets:
        yield targets


@pytest.fixture(scope="module")
async def egress_room(
    tmp_path_factory: pytest.TempPathFactory, anyio_backend: object
) -> AsyncIterator[Room]:
    """Run a hub and two machines for all attacks."""
    del anyio_backend
    folder = tmp_path_factory.mktemp("egress")
    async with AsyncExitStack() as stack:
        options = HubOptions(data=folder / "hub", settings_file=Path("none.toml"), builtin=())
        hub = await stack.enter_async_context(Hub(options))
        good = await stack.enter_async_context(running_machine())
        canary = await stack.enter_async_context(running_machine())
        room = Room(hub, good, canary)
        hub.outside.connector.resolve = room.resolve
        names = {"good.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]}
        room.names = {**names, "public.test": ["192.0.2.7"]}
        opened = [f"good.test:{good.port}", f"other.test:{good.port}"]
        await room.set("plugins.network.private", opened)
        yield room
