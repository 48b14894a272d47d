"""A hub in memory: the real parts on a folder in memory, without a port and without a network.

The clock is told, other machines answer as declared, and each plugin runs in its real sandbox.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import httpx

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import OPERATOR, CallContext, entered
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.ports import InstallRequest
from plexihub.kernel.watch import Watcher
from plexihub.services.http.call import COOKIE
from plexihub.testing.answers import Answers, SentRequest
from plexihub.testing.clock import ToldClock
from plexihub.testing.person import Person
from plexihub.testing.plugin import LoadedPlugin
from plexihub.testing.records import records
from plexihub.testing.watch import TestWatcher
from plexihub_sdk.errors import InputError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import ROLE_RIGHTS

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
_SETTLE_SECONDS = 5.0
#: Runs of jobs that one step of the clock may make.
MOST_RUNS = 10_000
_PASSWORD = "correct horse battery staple"  # noqa: S105 - of a hub that lives for one test


class MemoryHub:
    """A hub for tests: `async with MemoryHub() as hub:`.

    Args:
        settings: Of the hub, by key.
    """

    def __init__(self, settings: dict[str, Any] | None = None) -> None:
        self.clock = ToldClock()
        #: What ran of each plugin, as its guest counts it.
        self.ran: dict[PluginId, list[Any]] = {}
        self.plugins: list[LoadedPlugin] = []
        self._answers = Answers()
        self._stack = AsyncExitStack()
        self._people: list[Person] = []
        self._folder = TemporaryDirectory(prefix="plexihub-test-", dir=_place())
        data = Path(self._folder.name)
        self.hub = Hub(
            HubOptions(
                data=data / "hub",
                settings_file=data / "none.toml",
                flags={"plugins.call_seconds": 10.0, **(settings or {})},
                clock=self.clock,
                watch=self._watch,
            )
        )

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            stack.callback(self._folder.cleanup)
            await stack.enter_async_context(self.hub)
            self.hub.outside.egress.connect_with(self._answers)
            stack.push_async_callback(self._close_people)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._stack.aclose()

    async def _close_people(self) -> None:
        for person in self._people:
            await person.close()

    @property
    def kernel(self) -> Kernel:
        """The kernel of the hub."""
        return self.hub.kernel

    def _watch(self, plugin: PluginId) -> Watcher:
        return TestWatcher(self.clock, self.ran.setdefault(plugin, []))

    # --- plugins and people ---

    async def load(self, folder: Path | str, *, grant: list[str] | None = None) -> LoadedPlugin:
        """Install and enable a plugin in the sandbox.

        Args:
            folder: The author's folder, or one file.
            grant: The permissions given; everything it asks for where absent.

        Raises:
            PackageError: The package is wrong.
            PluginError: It does not load.
        """
        path = await asyncio.to_thread(Path(folder).resolve)
        ctx = _operator()
        with entered(ctx):
            request = InstallRequest(source=path, grant=grant)
            stored = await self.hub.installer.install(request, ctx)
            for permission in stored.requests if grant is None else ():
                await self.kernel.approvals.approve(
                    stored.id, permission, ctx, digest=stored.digest
                )
            await self.kernel.lifecycle.enable(stored.id, ctx)
        plugin = LoadedPlugin(self.hub, stored.id, path)
        self.plugins.append(plugin)
        return plugin

    async def person(self, username: str = "ada", *, role: str = "member") -> Person:
        """Create a person, signed in; answers the one there is of this name.

        Raises:
            InputError: The name or the role cannot be.
        """
        for one in self._people:
            if one.username == username:
                return one
        ctx = _operator()
        user = await self.hub.users.create(ctx, username=username, password=_PASSWORD, role=role)
        token, session = await self.hub.sessions.create(ctx, user)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.hub.asgi),
            base_url="http://hub",
            cookies={COOKIE: token},
            headers={"x-csrf-token": session.csrf},
        )
        rights = ROLE_RIGHTS.get(role, ROLE_RIGHTS["member"])
        person = Person(user.id, username, rights, client)
        self._people.append(person)
        return person

    async def ask(self, hook: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Run a hook of the hub over every plugin, as the hub does, and answer its payload.

        Raises:
            Veto: A plugin refused.
        """
        return await self.kernel.hooks.call(hook, payload, _operator())

    # --- the clock ---

    async def advance(self, **duration: float) -> datetime:
        """Let time go by: every job that is due meanwhile runs, at its moment, one after the other.

        Args:
            **duration: `days`, `hours`, `minutes`, `seconds`, `milliseconds`.

        Raises:
            InputError: Time does not go backwards.
        """
        end = self.clock.now() + timedelta(**duration)
        if end < self.clock.now():
            raise InputError("Time does not go backwards.", where="duration")
        scheduler = self.hub.scheduler
        for _ in range(MOST_RUNS):
            due = scheduler.next_due()
            if due is None or due > end:
                break
            self.clock.move(due)
            scheduler.look()
            await scheduler.settle()
        self.clock.move(end)
        scheduler.wake()
        await self.settle()
        return self.clock.now()

    async def settle(self) -> None:
        """Wait until every event that was told has been heard.

        Raises:
            TimeoutError: Somebody still listens after five seconds.
        """
        await self.kernel.events.settle(_SETTLE_SECONDS)

    # --- other machines ---

    def answer(self, url: str, **answer: Any) -> None:
        """Declare what another machine answers: see `Answers.declare`."""
        self._answers.declare(url, **answer)

    @property
    def requests(self) -> list[SentRequest]:
        """What was sent to other machines so far."""
        return self._answers.requests

    # --- records ---

    async def audit(self, action: str = "", *, plugin: str = "") -> list[dict[str, Any]]:
        """Answer records of the audit, the oldest first.

        Args:
            action: Beginning of the action, such as `plugin.`.
            plugin: What a plugin did, and what was done to it.
        """
        return await records(self.hub, action, plugin=plugin)


def _operator() -> CallContext:
    return CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"])


def _place() -> Path | None:
    return _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
