"""A hub behind its web door, without a server: calls go straight into the application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.types import ASGIApp

from plexihub.datadir import DataDir
from plexihub.kernel.consent import Preview
from plexihub.kernel.context import CallContext
from plexihub.kernel.isolation import Layer
from plexihub.kernel.kernel import Kernel, Stores
from plexihub.kernel.ports import InstallRequest, StoredPlugin, Tier
from plexihub.marketplace.inventory import Verdict
from plexihub.runtimes.access import AccessBook
from plexihub.services.backup import BackupService
from plexihub.services.database import Database, DatabaseConfigStore, DatabasePluginStore
from plexihub.services.development import Development
from plexihub.services.egress import HostBook, Vault
from plexihub.services.files import FileService
from plexihub.services.http import HttpParts, RouteTable, build_http, operator_app
from plexihub.services.isolation import IsolationService
from plexihub.services.leftovers import Leftovers
from plexihub.services.logs import LogMirror
from plexihub.services.permissions import PermissionDesk
from plexihub.services.plugin_log import PluginLog
from plexihub.services.query import DataService
from plexihub.services.recordings import RecordingBook
from plexihub.services.scheduler import Scheduler
from plexihub.services.storage import Keep
from plexihub.services.trail import Trail
from plexihub.services.ui import Interactions, LiveHub, UiRegistry
from plexihub.services.usage import UsageService
from plexihub.services.users import Passwords, Sessions, UserManager
from plexihub.settings import SETTINGS
from plexihub_sdk.errors import PackageError
from plexihub_sdk.ids import PluginId

PASSWORD = "correct horse"  # noqa: S105


class InstallsNothing:
    """An installer that notes its orders and takes in the plugin it was prepared with."""

    def __init__(self, kernel: Kernel) -> None:
        """Install into a kernel."""
        self.kernel = kernel
        self.orders: list[tuple[InstallRequest, str]] = []
        self.package: StoredPlugin | None = None

    async def preview(self, source: Path, tier: Tier, sha256: str | None = None) -> Preview:
        """Tell of the prepared plugin."""
        del tier, sha256
        if self.package is None:
            raise PackageError("There is no such package.", where=str(source))
        return Preview(self.package.manifest, None)

    async def consent_of(self, _plugin: StoredPlugin) -> None:
        """Ask for no consent."""

    async def install(self, request: InstallRequest, ctx: CallContext) -> StoredPlugin:
        """Take the prepared plugin in."""
        self.orders.append((request, ctx.actor.kind))
        if self.package is None:
            raise PackageError("There is no such package.", where=str(request.source))
        return (await self.kernel.lifecycle.add(self.package)).stored

    async def verify(self, plugin: PluginId) -> Verdict:
        """Find its files as they were."""
        digest = self.kernel.lifecycle.get(plugin).digest
        return Verdict(digest, digest)

    async def rollback(self, plugin: PluginId, _ctx: CallContext) -> StoredPlugin:
        """Answer what there is: no version before is kept."""
        return self.kernel.lifecycle.get(plugin)

    async def remove(self, plugin: PluginId, ctx: CallContext) -> None:
        """Remove it; there are no files."""
        await self.kernel.lifecycle.remove(plugin, ctx)


@dataclass
class Web:
    """The application and everything behind it."""

    kernel: Kernel
    parts: HttpParts
    installer: InstallsNothing
    app: ASGIApp
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, app: ASGIApp | None = None, base: str = "http://hub") -> httpx.AsyncClient:
        """Make a browser: it keeps its cookies."""
        transport = httpx.ASGITransport(app or self.app)
        client = httpx.AsyncClient(transport=transport, base_url=base)
        self.clients.append(client)
        return client

    def operator(self) -> httpx.AsyncClient:
        """Make a client of the control socket."""
        return self.client(operator_app(self.app))

    async def person(self, username: str, role: str = "member") -> Any:
        """Create a person."""
        return await self.parts.users.create(
            CallContext(), username=username, password=PASSWORD, role=role
        )

    async def signed_in(self, username: str, role: str = "member") -> httpx.AsyncClient:
        """Make a browser in which a person, created now, is signed in."""
        await self.person(username, role)
        client = self.client()
        await sign_in(client, username)
        return client


async def sign_in(client: httpx.AsyncClient, username: str) -> dict[str, Any]:
    """Sign a browser in."""
    answer = await client.post("/api/v1/session", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    client.headers["x-csrf-token"] = body["csrf"]
    return body


def code(answer: httpx.Response) -> tuple[int, str]:
    """Tell status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


def _sessions(kernel: Kernel, database: Database) -> Sessions:
    return Sessions(
        database,
        kernel.events,
        kernel.audit,
        hooks=kernel.hooks,
        secret=lambda: str(kernel.config.get("security.token_secret")),
    )


def _users(kernel: Kernel, database: Database, sessions: Sessions) -> UserManager:
    return UserManager(
        database,
        sessions,
        hooks=kernel.hooks,
        bus=kernel.events,
        audit=kernel.audit,
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
    )


def _files(kernel: Kernel, database: Database, folder: Path) -> FileService:
    return FileService(
        database,
        folder,
        hooks=kernel.hooks,
        bus=kernel.events,
        audit=kernel.audit,
        most_mb=lambda: int(kernel.config.get("files.max_mb")),
        room_mb=lambda: int(kernel.config.get("files.person_mb")),
    )


async def _no_launcher() -> list[Layer]:
    """Try nothing: there is no launcher here."""
    return []


def _parts(
    kernel: Kernel, database: Database, folder: Path, installer: InstallsNothing
) -> HttpParts:
    sessions = _sessions(kernel, database)
    live = LiveHub()
    live.listen(kernel.events)
    name: Callable[[], str] = lambda: str(kernel.config.get("hub.name"))  # noqa: E731
    return HttpParts(
        kernel=kernel,
        database=database,
        users=_users(kernel, database, sessions),
        sessions=sessions,
        ui=UiRegistry(kernel.ownership, live),
        interactions=Interactions(kernel.hooks, kernel.direct),
        live=live,
        api=RouteTable(kernel.ownership, kernel.audit),
        static=folder / "web",
        version="1.2.3",
        name=name,
        installer=installer,
        scheduler=Scheduler(
            database, kernel.ownership, kernel.audit, hooks=kernel.hooks, bus=kernel.events
        ),
        backup=BackupService(DataDir(folder), kernel, database, "1.2.3"),
        data=DataService(None, kernel.hooks, kernel.ownership, kernel.audit),
        files=_files(kernel, database, folder / "files"),
        leftovers=Leftovers(
            database,
            kernel.config,
            kernel.registry,
            kernel.audit,
            folders=folder / "plugin-data",
            keep=Keep(database, kernel.ownership, folder / "plugin-data", kernel.limits.of),
        ),
        access=AccessBook(kernel.audit, kernel.trust.granted),
        logs=LogMirror(database, kernel.audit),
        plugin_log=PluginLog(),
        trail=Trail(kernel.audit, folder / "audit-index" / "index.db"),
        development=Development(lambda _topic: None),
        usage=UsageService(
            kernel.registry,
            kernel.gateway.requests_of,
            lambda topic, data, people: live.tell(topic, data, users=people),
        ),
        recordings=RecordingBook(folder / "recordings", kernel),
        hosts=HostBook(database, kernel.audit, lambda: None),
        vault=Vault(database, kernel.audit, folder / "secrets.key"),
        isolation=IsolationService(kernel, _no_launcher),
        desk=PermissionDesk(kernel, database),
    )


@pytest.fixture
async def web(url: str, tmp_path: Path, anyio_backend: object) -> AsyncIterator[Web]:
    """A whole hub without plugins."""
    kernel = Kernel(tmp_path, settings=SETTINGS, version="1.2.3")
    database = Database(url, kernel.events, kernel.ownership)
    await database.start()
    await kernel.start(
        Stores(plugins=DatabasePluginStore(database), config=DatabaseConfigStore(database))
    )
    installer = InstallsNothing(kernel)
    parts = _parts(kernel, database, tmp_path, installer)
    web = Web(kernel, parts, installer, build_http(parts))
    yield web
    for client in web.clients:
        await client.aclose()
    parts.users.close()
    await parts.trail.close()
    await kernel.stop()
    await database.close()
