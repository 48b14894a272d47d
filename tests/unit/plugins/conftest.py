"""A hub without its web door: real kernel, database, people, and plugins in the trusted runtime."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from plexihub.kernel.context import ANONYMOUS, Actor, CallContext, entered
from plexihub.kernel.kernel import Kernel, Stores
from plexihub.kernel.plugins import PluginRecord
from plexihub.kernel.ports import PluginRuntime, StoredPlugin
from plexihub.marketplace.install import Installer
from plexihub.marketplace.validation import MODE, REFUSED, Validation
from plexihub.runtimes.apart import run_apart
from plexihub.runtimes.deno.location import find_deno
from plexihub.runtimes.deno.runtime import DenoRuntime
from plexihub.runtimes.process.runtime import ProcessRuntime
from plexihub.runtimes.trusted import TrustedRuntime
from plexihub.services.actions import core_actions
from plexihub.services.database import Database, DatabaseConfigStore, DatabasePluginStore, User
from plexihub.services.events import EventService
from plexihub.services.files import FileService
from plexihub.services.http.table import RouteTable
from plexihub.services.plugins import PluginService
from plexihub.services.query import DataService
from plexihub.services.records import connect_records
from plexihub.services.scheduler import Scheduler
from plexihub.services.ui import AdminNews, Interactions, LiveHub, UiRegistry, tell_pages
from plexihub.services.users import Passwords, Sessions, UserManager, person
from plexihub_sdk.errors import AuthenticationError, NotFoundError, PermissionDenied
from plexihub_sdk.permissions import ROLE_RIGHTS
from plexihub_sdk.routes import Person, Request, Response
from tests.support.launcher import shared_launcher

ROOT = Path(__file__).parents[3]
BUILTIN = ROOT / "src" / "plexihub_plugins"
EXAMPLES = ROOT / "examples" / "trusted"
PASSWORD = "correct horse battery"  # noqa: S105 - of people who live as long as a test


class HeardLive(LiveHub):
    """The live service, with a list of what it told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, Any]] = []
        self.audiences: list[frozenset[str] | None] = []

    def publish(self, topic: str, data: Any, *, users: Iterable[str] | None = None) -> None:
        """Note and tell."""
        self.told.append((topic, data))
        users = None if users is None else frozenset(users)
        self.audiences.append(users)
        super().publish(topic, data, users=users)


@dataclass
class HeldClock:
    """The scheduler's clock, which moves when a test says so."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        """Tell what time it is."""
        return self.now


@dataclass
class World:
    """The parts that tests reach for."""

    kernel: Kernel
    database: Database
    users: UserManager
    routes: RouteTable
    live: HeardLive
    installer: Installer
    clock: HeldClock
    scheduler: Scheduler

    @property
    def core(self) -> CallContext:
        """Make the core's context, for one call."""
        return CallContext()

    def pushed(self, topic: str, *path: str) -> list[Any]:
        """Answer what open pages were told of a topic, or one part of each."""
        found = [data for one, data in self.live.told if one == topic]
        for name in path:
            found = [data[name] for data in found]
        return found

    async def add(self, path: Path) -> PluginRecord:
        """Take in and enable a trusted plugin where its files are."""
        manifest = await self.kernel.lifecycle.runtime(TrustedRuntime.name).describe(path)
        root = path.parent if path.suffix else path
        stored = StoredPlugin(
            id=manifest.id,
            manifest=manifest,
            tier="trusted",
            runtime=TrustedRuntime.name,
            root=root,
        )
        await self.kernel.lifecycle.add(stored)
        return await self.kernel.lifecycle.enable(manifest.id, self.core)

    async def join(self, username: str, *, role: str = "member") -> Person:
        """Create somebody."""
        return person(
            await self.users.create(self.core, username=username, password=PASSWORD, role=role)
        )

    async def call(
        self,
        method: str,
        path: str,
        who: str | None,
        /,
        *,
        body: Any = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """Call a plugin's route as somebody, and answer the JSON it sends.

        Who may call it is decided here as at the web door: by what is stored of the person now.
        """
        found = self.routes.find(method, path)
        if found is None or found.value is None:
            raise NotFoundError("There is no such route.", where=path)
        user = await self.users.find(who) if who else None
        if user is None and found.value.auth != "anonymous":
            raise AuthenticationError("Sign in first.", where=path)
        if found.value.auth == "admin" and (user is None or user.role != "admin"):
            raise PermissionDenied("admin", where=path)
        request = Request(
            method=method,
            path=path,
            params=found.params,
            query=query or {},
            json=body,
            person=person(user) if user else None,
        )
        with entered(_context_of(user)):
            answer = found.value.call(request)
            answer = await answer if hasattr(answer, "__await__") else answer
        return json.loads(json.dumps(answer.json if isinstance(answer, Response) else answer))


def _context_of(user: User | None) -> CallContext:
    if user is None:
        return CallContext(actor=ANONYMOUS)
    return CallContext(actor=Actor("user", user.id, user.username), rights=ROLE_RIGHTS[user.role])


@pytest.fixture
async def world(anyio_backend: object, tmp_path: Path) -> AsyncIterator[World]:
    """Run a hub on a folder of its own."""
    kernel = Kernel(tmp_path)
    url = f"sqlite+aiosqlite:///{tmp_path / 'hub.db'}"
    database = Database(url, kernel.events, kernel.ownership, kernel.audit)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await database.start()
        stores = Stores(plugins=DatabasePluginStore(database), config=DatabaseConfigStore(database))
        stack.push_async_callback(kernel.stop)
        await kernel.start(stores)
        world = _assembled(kernel, database, tmp_path)
        stack.callback(world.users.close)
        stack.push_async_callback(world.scheduler.close)
        yield world


def _people(kernel: Kernel, database: Database) -> tuple[Sessions, UserManager]:
    hooks, audit, bus = kernel.hooks, kernel.audit, kernel.events
    sessions = Sessions(database, bus, audit, hooks=hooks, secret=lambda: "of a test")
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    users = UserManager(database, sessions, hooks=hooks, bus=bus, audit=audit, passwords=cheap)
    return sessions, users


def _scheduler(kernel: Kernel, database: Database, clock: HeldClock) -> Scheduler:
    return Scheduler(
        database,
        kernel.ownership,
        kernel.audit,
        hooks=kernel.hooks,
        bus=kernel.events,
        clock=clock,
        is_ready=kernel.registry.is_enabled,
        memory=kernel.calls.memory_of,
    )


def _assembled(kernel: Kernel, database: Database, folder: Path) -> World:
    runtimes: tuple[PluginRuntime, ...] = (
        TrustedRuntime(kernel.services),
        ProcessRuntime(kernel.gateway.dispatch, launcher=shared_launcher()),
        DenoRuntime(
            kernel.gateway.dispatch, find_deno(), launcher=shared_launcher(), data_root=folder
        ),
    )
    for runtime in runtimes:
        kernel.lifecycle.add_runtime(runtime)
    validation = Validation(run_apart, {MODE: "block", REFUSED: []}.__getitem__)
    named = {one.name: one for one in runtimes}
    installer = Installer(folder / "plugins", named, kernel.lifecycle, kernel.audit, validation)
    sessions, users = _people(kernel, database)
    routes, live = RouteTable(kernel.ownership, kernel.audit), HeardLive()
    clock = HeldClock()
    scheduler = _scheduler(kernel, database, clock)
    services = {
        "database": database,
        "users": users,
        "sessions": sessions,
        "hooks": kernel.hooks,
        "events": EventService(
            kernel.events, kernel.hooks, kernel.ownership, core_actions(kernel, sessions)
        ),
        "plugins": PluginService(kernel.registry, kernel.lifecycle, asyncio.get_running_loop()),
        "api": routes,
        "ui": UiRegistry(kernel.ownership, live, kernel.registry.folder_of, kernel.calls.note),
        "live": live,
        "scheduler": scheduler,
        "data": DataService(None, kernel.hooks, kernel.ownership, kernel.audit),
        "interactions": Interactions(kernel.hooks, kernel.direct),
    }
    services["files"] = FileService(
        database,
        folder / "files",
        hooks=kernel.hooks,
        bus=kernel.events,
        audit=kernel.audit,
        most_mb=lambda: 1,
        room_mb=lambda: 0,
    )
    for name, service in services.items():
        kernel.services.register(name, service)
    tell_pages(kernel.events, live)
    AdminNews(live, database).listen(kernel.events)
    connect_records(database, kernel, sessions, installer.remove, scheduler)
    return World(kernel, database, users, routes, live, installer, clock, scheduler)
