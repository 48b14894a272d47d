"""The composition root: the only module that names concrete classes.

`Hub` is an ASGI application with a life: mount `hub.asgi` anywhere, and keep `async with hub:`
around the time in which it serves.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

from starlette.types import ASGIApp, Receive, Scope, Send

from plexihub import __version__
from plexihub.builtin import bring_in
from plexihub.datadir import DataDir
from plexihub.kernel.config import read_layers
from plexihub.kernel.context import CallContext
from plexihub.kernel.kernel import Kernel, Stores
from plexihub.marketplace.install import Installer
from plexihub.options import DATA_VARIABLE, HubOptions
from plexihub.runtimes.deno import DenoRuntime, Limits, find_deno
from plexihub.runtimes.trusted import TrustedRuntime
from plexihub.services.backup import BackupService
from plexihub.services.database import Database
from plexihub.services.database.stores import DatabaseConfigStore, DatabasePluginStore
from plexihub.services.events import EventService
from plexihub.services.guest import guest_methods
from plexihub.services.http import (
    HttpParts,
    Listening,
    RouteTable,
    build_http,
    check_port,
    operator_app,
    serve,
)
from plexihub.services.plugins import PluginService
from plexihub.services.scheduler import Scheduler
from plexihub.services.ui import LiveHub, UiRegistry
from plexihub.services.users import Sessions, UserManager
from plexihub.settings import SETTINGS
from plexihub_sdk.errors import ConfigError
from plexihub_sdk.permissions import ROLE_RIGHTS

__all__ = ("Hub", "HubOptions")

_log = logging.getLogger(__name__)
WEB_DIST = Path(__file__).parent / "web_dist"


class Hub:
    """A hub: kernel, runtimes, services and pages, put together.

    Args:
        options: What it must know.
    """

    def __init__(self, options: HubOptions) -> None:
        self.options = options
        self.folder = DataDir(options.data.absolute())
        self.address = ""
        self._stack = AsyncExitStack()
        self._app: ASGIApp | None = None

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection; mountable at any prefix of another ASGI application."""
        if self._app is None:
            raise RuntimeError("the hub is not running: keep `async with hub:` around your server")
        await self._app(scope, receive, send)

    async def operator_asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection of whoever runs this process: the operator, with every right."""
        await operator_app(self.asgi)(scope, receive, send)

    async def is_empty(self) -> bool:
        """Whether nobody was created yet."""
        return not await self.users.list()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop()

    async def ask(self, hook: str, payload: dict[str, Any], *, role: str) -> dict[str, Any]:
        """Let plugins change what an embedding application is about to do.

        Args:
            hook: Of the catalogue, or the application's own.
            payload: What is about to happen; changed in place.
            role: `admin` or `member`: a plugin does nothing that this person may not do.

        Raises:
            Veto: A plugin refused.
        """
        ctx = CallContext(rights=ROLE_RIGHTS[role])
        return await self.kernel.hooks.call(hook, payload, ctx)

    async def start(self) -> None:
        """Start every part, in order; a part that fails stops those before it.

        Raises:
            StartupError: The data folder, the database or Deno cannot be used.
            ConfigError: A setting is unknown or refused.
        """
        async with AsyncExitStack() as stack:
            self.folder.prepare()
            stack.enter_context(self.folder.locked())
            self.folder.sweep()
            self._build()
            await self._open(stack)
            self._offer_services()
            self._app = build_http(self._http_parts())
            if self.options.start_plugins:
                place = self._place()
                await self.kernel.start_plugins()
                self.scheduler.begin()
                self._warn_of_unknown_settings()
                self.address = await stack.enter_async_context(serve(self.asgi, self.live, place))
            self._stack = stack.pop_all()

    async def stop(self) -> None:
        """Stop every part, the last first. Safe to call twice."""
        await self._stack.aclose()
        self._app = None

    def _build(self) -> None:
        options = self.options
        layers = read_layers(options.settings_file, options.environ, options.flags)
        self.kernel = Kernel(
            self.folder.path, layers=layers, settings=SETTINGS, version=__version__
        )
        config = self.kernel.config
        for key, problem in config.unknown(ignored=(DATA_VARIABLE,)).items():
            # Other sections may be those of plugins, which are not started yet.
            if config.is_own(key):
                raise ConfigError(problem, where=str(options.settings_file))
        kernel = self.kernel
        self.database = Database(self.folder.database_url, kernel.events, kernel.ownership)
        self.sessions = Sessions(self.database, kernel.events, kernel.audit)
        self.users = UserManager(
            self.database,
            self.sessions,
            hooks=kernel.hooks,
            bus=kernel.events,
            audit=kernel.audit,
        )
        self.live = LiveHub()
        self.ui = UiRegistry(kernel.ownership, self.live, kernel.registry.folder_of)
        self.routes = RouteTable(kernel.ownership)
        self.scheduler = Scheduler(
            self.database,
            kernel.ownership,
            kernel.audit,
            is_ready=kernel.registry.is_enabled,
            memory=kernel.calls.memory_of,
        )

    async def _open(self, stack: AsyncExitStack) -> None:
        stack.push_async_callback(self.database.close)
        stack.callback(self.users.close)
        await self.database.start()
        plugins, settings = DatabasePluginStore(self.database), DatabaseConfigStore(self.database)
        kernel = self.kernel
        stack.push_async_callback(kernel.stop)
        await kernel.start(Stores(plugins=plugins, config=settings))
        stack.push_async_callback(self.scheduler.close)
        stack.callback(self.live.close)
        self.installer = self._installer()
        self.backup = BackupService(self.folder, self.kernel, self.database, __version__)
        stack.push_async_callback(self.backup.close)
        await bring_in(self.options.builtin, kernel.registry, kernel.lifecycle, plugins)

    def _warn_of_unknown_settings(self) -> None:
        for problem in self.kernel.config.unknown(ignored=(DATA_VARIABLE,)).values():
            _log.warning("%s", problem)

    def _installer(self) -> Installer:
        kernel = self.kernel
        trusted, deno = TrustedRuntime(kernel.services), self._deno()
        for runtime in (trusted, deno):
            kernel.lifecycle.add_runtime(runtime)
        runtimes = {trusted.name: trusted, deno.name: deno}
        return Installer(self.folder.plugins, runtimes, kernel.lifecycle, kernel.audit)

    def _deno(self) -> DenoRuntime:
        config = self.kernel.config
        limits = Limits(
            call_seconds=config.get("plugins.call_seconds"),
            memory_mb=config.get("plugins.memory_mb"),
        )
        return DenoRuntime(
            self.kernel.gateway.dispatch,
            find_deno(config.get("plugins.deno")),
            limits,
            data_root=self.folder.path,
        )

    def _offer_services(self) -> None:
        kernel = self.kernel
        loop = asyncio.get_running_loop()
        offered = {
            "events": EventService(kernel.events, kernel.hooks, kernel.ownership),
            "hooks": kernel.hooks,
            "database": self.database,
            "users": self.users,
            "sessions": self.sessions,
            "ui": self.ui,
            "live": self.live,
            "api": self.routes,
            "plugins": PluginService(kernel.registry, kernel.lifecycle, loop),
            "scheduler": self.scheduler,
            "backup": self.backup,
        }
        for name, service in offered.items():
            kernel.services.register(name, service)
        for method in guest_methods(kernel.events, self.ui):
            kernel.gateway.register(method)
        self.live.listen(kernel.events)
        self.scheduler.listen(kernel.events)
        self.backup.listen()
        self._set_log_level()
        kernel.events.subscribe("config.changed", lambda _changed: self._set_log_level())

    def _set_log_level(self) -> None:
        logging.getLogger("plexihub").setLevel(str(self.kernel.config.get("log.level")).upper())

    def _place(self) -> Listening:
        control = self.folder.control_socket
        if not self.options.listen:
            return Listening(control_socket=control)
        host, port = (self.kernel.config.get(f"server.{name}") for name in ("host", "port"))
        # Before a plugin is started: what cannot be reached must not begin to work.
        check_port(host, port)
        return Listening(control_socket=control, host=host, port=port)

    def _http_parts(self) -> HttpParts:
        return HttpParts(
            kernel=self.kernel,
            database=self.database,
            users=self.users,
            sessions=self.sessions,
            ui=self.ui,
            live=self.live,
            api=self.routes,
            static=WEB_DIST,
            version=__version__,
            name=lambda: str(self.kernel.config.get("hub.name")),
            installer=self.installer,
            scheduler=self.scheduler,
            backup=self.backup,
        )
