"""The composition root: the only module that names concrete classes.

`Hub` is an ASGI application with a life: mount `hub.asgi` anywhere, and keep `async with hub:`
around the time in which it serves.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any, Self

from starlette.types import ASGIApp, Receive, Scope, Send

from plexihub import __version__
from plexihub.audit_pen import AUDIT_SETTINGS, audit_pen
from plexihub.builtin import bring_in
from plexihub.datadir import DataDir
from plexihub.guest_door import (
    hub_methods,
    outside_methods,
    own_methods,
    people_methods,
)
from plexihub.kernel.config import read_layers
from plexihub.kernel.context import CallContext, current
from plexihub.kernel.kernel import Kernel, Stores
from plexihub.options import DATA_VARIABLE, HubOptions
from plexihub.outside import Outside
from plexihub.runtimes.access import AccessBook
from plexihub.runtimes.process.launcher import Launcher
from plexihub.sandbox import PluginSandbox
from plexihub.services.actions import core_actions
from plexihub.services.backup import BackupSchedule, BackupService
from plexihub.services.database import Database
from plexihub.services.database.stores import DatabaseConfigStore, DatabasePluginStore
from plexihub.services.development import Development
from plexihub.services.events import EventService
from plexihub.services.files import FileService
from plexihub.services.guest import Bodies, Messages, Sandboxes
from plexihub.services.guest.revoked import End, end_with_permissions
from plexihub.services.http import (
    HttpParts,
    Listener,
    Listening,
    RouteTable,
    act_on_address,
    build_http,
    check_port,
    operator_app,
    serve,
)
from plexihub.services.isolation import IsolationService
from plexihub.services.leftovers import Leftovers
from plexihub.services.logs import LogMirror, follow_log_level
from plexihub.services.offers import OFFERED_BY, OfferTable
from plexihub.services.own_data import find_person, offer_own_data
from plexihub.services.permissions import PermissionDesk
from plexihub.services.plugin_log import TOPIC as LOG_TOPIC
from plexihub.services.plugin_log import PluginLog
from plexihub.services.plugins import PluginService
from plexihub.services.query import DataService, DataWrites
from plexihub.services.recordings import RecordingBook
from plexihub.services.records import connect_records
from plexihub.services.scheduler import Scheduler
from plexihub.services.storage import Keep
from plexihub.services.trail.opening import open_trail
from plexihub.services.ui import AdminNews, Interactions, LiveHub, UiRegistry, tell_pages
from plexihub.services.usage import UsageService
from plexihub.services.users import Sessions, UserManager
from plexihub.services.users.token import SETTING, settle_secret
from plexihub.settings import SETTINGS, database_setting
from plexihub.tiers import Tiers
from plexihub_sdk.errors import ConfigError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import NETWORK_FETCH, ROLE_RIGHTS, SANDBOX_RUN, UI_RENDER

__all__ = ("Hub", "HubOptions")

WEB_DIST = Path(__file__).parent / "web_dist"


class Hub:
    """A hub: kernel, runtimes, services and pages, put together.

    Args:
        options: What it must know.
    """

    def __init__(self, options: HubOptions) -> None:
        self.options = options
        self.folder = DataDir(options.data.absolute())
        self.launcher = Launcher()
        self._listener: Listener | None = None
        self._stack = AsyncExitStack()
        self._app: ASGIApp | None = None

    @property
    def address(self) -> str:
        """Where the hub's pages are now; empty where another application serves them."""
        return self._listener.address if self._listener is not None else ""

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
            stack.push_async_callback(self._opened_data().close)
            await self._open(stack)
            self._offer_services()
            self.isolation.begin()
            self._app = build_http(self._http_parts())
            if self.options.start_plugins:
                place = self._place()
                await self.isolation.prepare(now=self.options.listen)
                await self.outside.egress.warm_up()
                await self.kernel.start_plugins()
                await BackupSchedule(self.kernel, self.backup, self.scheduler).start()
                self.scheduler.begin()
                self.kernel.config.warn_of_unknown(ignored=(DATA_VARIABLE,))
                await self._listen(stack, place)
            self._stack = stack.pop_all()

    async def stop(self) -> None:
        """Stop every part, the last first. Safe to call twice."""
        await self._stack.aclose()
        self._app = self._listener = None

    def _build_kernel(self) -> Kernel:
        options = self.options
        layers = read_layers(options.settings_file, options.environ, options.flags)
        own = database_setting(self.folder.database_url)
        kernel = Kernel(
            self.folder.path,
            layers=layers,
            settings=(*SETTINGS, *AUDIT_SETTINGS, own),
            version=__version__,
            clock=options.clock,
        )
        config = kernel.config
        kernel.audit.write_with(audit_pen(self.folder.audit, config.get))
        for key, problem in config.unknown(ignored=(DATA_VARIABLE,)).items():
            # Other sections may be those of plugins, which are not started yet.
            if config.is_own(key):
                raise ConfigError(problem, where=str(options.settings_file))
        return kernel

    def _build(self) -> None:
        kernel = self.kernel = self._build_kernel()
        config = kernel.config
        self.isolation = IsolationService(kernel, self.launcher.probe)
        self.launcher.measured, self.launcher.admit = self.isolation.heard, self.isolation.admit
        self.database = Database(
            config.get("database.url"), kernel.events, kernel.ownership, kernel.audit
        )
        self.sessions = Sessions(
            self.database,
            kernel.events,
            kernel.audit,
            hooks=kernel.hooks,
            secret=lambda: str(config.get(SETTING)),
        )
        self.users = UserManager(
            self.database,
            self.sessions,
            hooks=kernel.hooks,
            bus=kernel.events,
            audit=kernel.audit,
        )
        self.live = LiveHub()
        self.news = AdminNews(self.live, self.database)
        self.outside = Outside(kernel, self.database, self.folder, self.news)
        self.ui = UiRegistry(
            kernel.ownership, self.live, kernel.registry.folder_of, kernel.calls.note_asked
        )
        self.routes = RouteTable(kernel.ownership, kernel.audit, kernel.lifecycle.reloads)
        self.keep = Keep(
            self.database,
            kernel.ownership,
            self.folder.plugin_data,
            kernel.limits.of,
            self.options.clock.now,
        )
        self.recordings = RecordingBook(self.folder.recordings, kernel)
        self.watch = self.options.watch or self.recordings.watch
        kernel.lifecycle.prepare_with(self.keep.prepare)
        self.access = AccessBook(kernel.audit, kernel.trust.granted)
        self.scheduler = self._scheduler()

    def _scheduler(self) -> Scheduler:
        kernel = self.kernel
        return Scheduler(
            self.database,
            kernel.ownership,
            kernel.audit,
            hooks=kernel.hooks,
            bus=kernel.events,
            clock=self.options.clock.now,
            is_ready=kernel.registry.is_enabled,
            memory=kernel.calls.memory_of,
            changed=partial(self.news.tell, "job.changed"),
        )

    async def _open(self, stack: AsyncExitStack) -> None:
        stack.push_async_callback(self.database.close)
        stack.callback(self.users.close)
        await self.database.start()
        plugins, settings = DatabasePluginStore(self.database), DatabaseConfigStore(self.database)
        kernel = self.kernel
        stack.callback(self.launcher.close)
        stack.push_async_callback(self.isolation.close)
        self.sandboxes = Sandboxes(self._box, self.kernel.limits.of)
        stack.push_async_callback(self.sandboxes.close)
        stack.callback(self.access.close)
        self.access.start()
        stack.push_async_callback(self.recordings.close)
        await self.recordings.start()
        stack.push_async_callback(kernel.stop)
        await kernel.start(Stores(plugins=plugins, config=settings))
        await self.outside.open(stack)
        await settle_secret(kernel.config, CallContext())
        kernel.events.subscribe("config.changed", self._follow_secret)
        kernel.approvals.ask_for_others(self.users.administrators_besides)
        kernel.approvals.changed = partial(self.news.tell, "plugin.permission.changed")
        stack.push_async_callback(self.news.close)
        stack.push_async_callback(self.scheduler.close)
        stack.push_async_callback(self.keep.close)
        stack.callback(self.live.close)
        stack.callback(self.routes.sockets.close)
        kernel.events.subscribe("plugin.removed", self._forget_limits)
        self.trail = await open_trail(kernel, self.folder.audit_index, stack)
        kernel.events.subscribe("plugin.removed", self.recordings.forget)
        self.logs = LogMirror(self.database, kernel.audit)
        if self.options.start_plugins:
            stack.push_async_callback(self.logs.close)
            await self.logs.start()
        self._open_author_tools(stack)
        self.usage = UsageService(kernel.registry, kernel.gateway.requests_of, self._tell_usage)
        stack.push_async_callback(self.usage.close)
        if self.options.start_plugins:
            self.usage.start()
        self.desk = PermissionDesk(kernel, self.database)
        await self.desk.open(stack, writes=self.options.start_plugins)
        self.tiers = Tiers(kernel, self.folder, self.launcher, access=self.access, watch=self.watch)
        self.tiers.open(stack, self.isolation)
        self.installer = self.tiers.installer
        self._build_archives()
        stack.push_async_callback(self.backup.close)
        await self.files.sweep()
        await bring_in(self.options.builtin, kernel.registry, kernel.lifecycle, plugins)
        await self.installer.settle(record.stored for record in kernel.registry)

    def _open_author_tools(self, stack: AsyncExitStack) -> None:
        is_dev = self.options.development
        self.plugin_log = PluginLog(partial(self.news.tell, LOG_TOPIC) if is_dev else None)
        stack.callback(self.plugin_log.stop)
        self.plugin_log.start()
        self.development = Development(self.news.tell) if is_dev else None

    def _build_archives(self) -> None:
        kernel = self.kernel
        self.backup = BackupService(
            self.folder,
            kernel,
            self.database,
            __version__,
            changed=partial(self.news.tell, "backup.changed"),
        )
        self.files = FileService(
            self.database,
            self.folder.files,
            hooks=kernel.hooks,
            bus=kernel.events,
            audit=kernel.audit,
            most_mb=partial(kernel.config.get, "files.max_mb"),
            room_mb=partial(kernel.config.get, "files.person_mb"),
        )

    async def _follow_secret(self, changed: dict[str, Any]) -> None:
        if changed["key"] == SETTING:
            await self.sessions.forget_all(current())
            await settle_secret(self.kernel.config, current())

    async def _forget_limits(self, removed: dict[str, Any]) -> None:
        await self.kernel.limits.forget(PluginId(str(removed["id"])), current())

    def _tell_usage(self, topic: str, data: Any, people: list[str]) -> None:
        self.live.tell(topic, data, users=people)

    def _close_lines(self) -> None:
        self.trail.end_followers()
        self.live.close()
        self.routes.sockets.close()

    def _box(self, plugin: str, timeout: float, memory_limit: int) -> PluginSandbox:
        # The tiers are made after the sandboxes, which are closed after them.
        return self.tiers.box(plugin, timeout, memory_limit)

    def _take_offers(self) -> None:
        kernel = self.kernel
        self.interactions = Interactions(kernel.hooks, kernel.direct)
        self.messages = Messages(kernel.services, kernel.broker)
        offers = self.offers = OfferTable(
            direct=kernel.direct,
            interactions=self.interactions,
            messages=self.messages,
            scheduler=self.scheduler,
            routes=self.routes,
            ui=self.ui,
        )
        kernel.offers = offers.connect

        async def extend(changed: dict[str, Any]) -> None:
            await offers.extend(kernel.registry.get(changed["id"]))

        kernel.events.subscribe("plugin.granted", extend)

    def _offer_services(self) -> None:
        kernel = self.kernel
        loop = asyncio.get_running_loop()
        self._take_offers()
        offered = {
            "events": EventService(
                kernel.events, kernel.hooks, kernel.ownership, core_actions(kernel, self.sessions)
            ),
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
            "files": self.files,
            "network": self.outside.network,
            "data": self.data,
            "interactions": self.interactions,
        }
        for name, service in offered.items():
            kernel.services.register(name, service)
        bodies = Bodies(kernel.events)
        for method in (
            *hub_methods(kernel, self.database, self.users, self.ui),
            *people_methods(kernel, (self.data, self._data_writes()), self.messages, self.files),
            *own_methods(self.keep, self.sandboxes),
            *outside_methods(self.outside.egress, bodies),
        ):
            kernel.gateway.register(method)
        self.keep.begin(kernel.events)
        self.sandboxes.listen(kernel.events)
        ends: dict[str, End] = {
            UI_RENDER: self.ui.forget_widgets,
            NETWORK_FETCH: bodies.drop_all,
            SANDBOX_RUN: self.sandboxes.end_all,
            **{one: partial(self.offers.withdraw, permission=one) for one in OFFERED_BY},
        }
        end_with_permissions(kernel.events, kernel.registry, kernel.broker.running, ends)
        self.live.listen(kernel.events)
        self.routes.sockets.listen(kernel.events)
        tell_pages(kernel.events, self.live)
        connect_records(self.database, kernel, self.sessions, self.installer.remove, self.scheduler)
        self.scheduler.listen(kernel.events)
        self.backup.listen()
        self.news.listen(kernel.events)
        follow_log_level(kernel.config, kernel.events)

    def _opened_data(self) -> DataService:
        kernel = self.kernel
        url = kernel.config.get("database.url")
        self.data = DataService.of(url, kernel.hooks, kernel.ownership, kernel.audit)
        self.data.read_own(self.keep.readables)
        return self.data

    def _data_writes(self) -> DataWrites:
        offer_own_data(self.data, self.users)
        return DataWrites(self.data, partial(find_person, self.users), self.kernel.audit)

    def _place(self) -> Listening:
        control = self.folder.control_socket
        if not self.options.listen:
            return Listening(control_socket=control)
        host, port = (self.kernel.config.get(f"server.{name}") for name in ("host", "port"))
        # Before a plugin is started: what cannot be reached must not begin to work.
        check_port(host, port)
        return Listening(control_socket=control, host=host, port=port)

    async def _listen(self, stack: AsyncExitStack, place: Listening) -> None:
        listener = await stack.enter_async_context(serve(self.asgi, self._close_lines, place))
        self._listener = listener
        if place.host is not None:
            act_on_address(self.kernel.config, listener)

    def _http_parts(self) -> HttpParts:
        return HttpParts(
            kernel=self.kernel,
            database=self.database,
            users=self.users,
            sessions=self.sessions,
            ui=self.ui,
            interactions=self.interactions,
            live=self.live,
            api=self.routes,
            static=WEB_DIST,
            version=__version__,
            name=lambda: str(self.kernel.config.get("hub.name")),
            installer=self.installer,
            scheduler=self.scheduler,
            backup=self.backup,
            data=self.data,
            files=self.files,
            access=self.access,
            logs=self.logs,
            trail=self.trail,
            usage=self.usage,
            hosts=self.outside.hosts,
            vault=self.outside.vault,
            isolation=self.isolation,
            plugin_log=self.plugin_log,
            development=self.development,
            desk=self.desk,
            recordings=self.recordings,
            leftovers=Leftovers(
                self.database,
                self.kernel.config,
                self.kernel.registry,
                self.kernel.audit,
                folders=self.folder.plugin_data,
                keep=self.keep,
            ),
        )
