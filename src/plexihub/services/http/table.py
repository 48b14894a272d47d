"""The service `api`: REST and WebSocket routes of plugins."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from plexihub.kernel import plain
from plexihub.kernel.context import acting, owner
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import AuditEntry, AuditSink, Undo
from plexihub.kernel.reloads import Reloads
from plexihub.services.http.open_sockets import OpenSockets
from plexihub.services.http.paths import Match, PathTable
from plexihub.services.http.typed import check_type
from plexihub.services.users.rights import is_permission
from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.routes import Auth, Handler, SocketHandler

_AUTHS = ("user", "admin", "anonymous")
#: The pages' own files; a route there would hide them.
_PAGES = ("/", "/healthz")
_FILES = ("/assets/", "/plugins/")
#: How a WebSocket route is named where routes are listed; its handshake is a GET.
SOCKET = "WS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A plugin's route.

    Args:
        method: Upper case; `WS` for a WebSocket.
        path: With `{names}`.
        call: The handler, made able to wait.
        auth: Who may call it.
        permission: What they need besides; empty for nothing.
        owner: Whose it is; None for the hub's own code.
        doc: The handler's docstring.
        body: The type its body must fit; None takes any.
        answer: The type of its answer, for those who read; None says nothing.
    """

    method: str
    path: str
    call: Callable[[Any], Any]
    auth: Auth
    owner: PluginId | None
    permission: str = ""
    doc: str = ""
    body: Any = None
    answer: Any = None

    @property
    def whose(self) -> str:
        """Name its owner in a sentence."""
        return f"the plugin {self.owner}" if self.owner else "the hub"

    def describe(self) -> dict[str, str]:
        """Tell what administrators see of it."""
        return {"method": self.method, "path": self.path, "auth": self.auth}


class RouteTable:
    """Routes that come with a plugin and go with it.

    Args:
        ownership: Whose the routes are.
        audit: Where each route that needs no sign-in is recorded.
        reloads: Which plugins are changing their code.
    """

    def __init__(
        self, ownership: Ownership, audit: AuditSink, reloads: Reloads | None = None
    ) -> None:
        self._ownership = ownership
        self._audit = audit
        self._reloads = reloads or Reloads()
        self._resting: dict[PluginId, PathTable[Route]] = {}
        self._routes: PathTable[Route] = PathTable()
        self._lines: PathTable[Route] = PathTable()
        self._all: dict[int, Route] = {}
        self._core: Callable[[str, str], bool] = lambda _method, _path: False
        #: The connections of WebSocket routes.
        self.sockets = OpenSockets()

    def reserve(self, is_taken: Callable[[str, str], bool]) -> None:
        """Say which methods and paths are the hub's own; `WS` asks for a WebSocket."""
        self._core = is_taken

    def register_route(  # noqa: PLR0913 - keyword-only choices of a plugin
        self,
        method: str,
        path: str,
        handler: Handler,
        *,
        auth: Auth = "user",
        permission: str = "",
        body: Any = None,
        answer: Any = None,
    ) -> Undo:
        """Answer `method path` with a handler, until the answered undo is called.

        Args:
            method: GET, POST, PUT, PATCH or DELETE.
            path: Below the hub's own prefix; `{name}` stands for one segment.
            handler: Takes a `Request`; plain, or a coroutine function.
            auth: `user` needs somebody signed in, `admin` an administrator; `anonymous` nobody,
                which is recorded and marked wherever the route is shown.
            permission: What the person needs besides, such as `admin:users` or the plugin's own
                `notes:moderate`; administrators have every one.
            body: A dataclass or `TypedDict`: what does not fit is refused, and what does is
                `request.data`.
            answer: A dataclass or `TypedDict`, shown in OpenAPI.

        Raises:
            InputError: The method, path, `auth` or a type cannot be.
            ConflictError: The route is the hub's own or another plugin's.
        """
        for kind, name in ((body, "body"), (answer, "answer")):
            if kind is not None:
                check_type(kind, name)
        route = Route(
            method=str(method).upper(),
            path=path,
            call=plain.adapted(handler),
            auth=auth,
            owner=owner.get(),
            permission=permission,
            doc=inspect.getdoc(handler) or "",
            body=body,
            answer=answer,
        )
        self._check(route)
        return self._keep(route, self._added(self._routes, route, route.method))

    def register_websocket(self, path: str, handler: SocketHandler, *, auth: Auth = "user") -> Undo:
        """Serve WebSocket connections to `path`, until the answered undo is called.

        Taking the route back closes its connections.

        Args:
            path: Below the hub's own prefix; `{name}` stands for one segment.
            handler: A coroutine function that takes a `WebSocket`; its end closes the connection.
            auth: As for `register_route`.

        Raises:
            InputError: The path, `auth` or handler cannot be.
            ConflictError: The path is the hub's own or another plugin's.
        """
        if not inspect.iscoroutinefunction(handler):
            raise InputError(
                "The handler of a WebSocket route must be a coroutine function.",
                where=path,
                next="Write `async def watch(self, line): ...`.",
            )
        route = Route(
            method=SOCKET,
            path=path,
            call=handler,
            auth=auth,
            owner=owner.get(),
            doc=inspect.getdoc(handler) or "",
        )
        self._check(route)
        remove = self._added(self._lines, route, "GET")

        def close() -> None:
            remove()
            self.sockets.end_route(route)

        return self._keep(route, close)

    def _check(self, route: Route) -> None:
        if route.auth not in _AUTHS:
            raise InputError(f"`auth` is one of: {', '.join(_AUTHS)}.", where="auth")
        if route.permission and (route.auth == "anonymous" or not is_permission(route.permission)):
            raise InputError(
                f"{route.permission!r} is no permission that a caller of this route can have.",
                where="permission",
                next="Name one such as `notes:moderate`, and leave `auth` as `user`.",
            )
        path = route.path
        if path in _PAGES or path.startswith(_FILES) or self._core(route.method, path):
            raise ConflictError(
                f"{route.method} {path} is the hub's own.",
                where=path,
                next="Choose another path, such as /api/v1/<plugin>/status.",
            )

    def _added(self, table: PathTable[Route], route: Route, method: str) -> Undo:
        taken = table.owner_of(method, route.path)
        if taken is not None:
            raise ConflictError(
                f"{route.method} {route.path} belongs to {taken.whose}.",
                where=route.path,
                next="Choose another path.",
            )
        return table.add(method, route.path, route)

    def _keep(self, route: Route, remove: Undo) -> Undo:
        self._all[id(route)] = route
        if route.auth == "anonymous":
            self._tell_open(route)

        def undo() -> None:
            remove()
            self._all.pop(id(route), None)
            self._rest(route)

        return self._ownership.note(undo)

    def _tell_open(self, route: Route) -> None:
        self._audit.append(
            AuditEntry(
                ctx=acting(),
                action="route.open",
                target=f"{route.method} {route.path}",
                reason="Anybody who reaches the hub may call this route; no sign-in is asked for.",
                details={"plugin": route.owner or "", "auth": route.auth},
            )
        )

    def _rest(self, route: Route) -> None:
        """Remember a route whose plugin is changing its code."""
        for plugin in [one for one in self._resting if not self._reloads.has(one)]:
            del self._resting[plugin]
        # A connection is closed by now; its page connects again.
        if route.method == SOCKET:
            return
        if route.owner is not None and self._reloads.has(route.owner):
            table = self._resting.setdefault(route.owner, PathTable())
            if table.owner_of(route.method, route.path) is None:
                table.add(route.method, route.path, route)

    async def awake(self, method: str, path: str) -> bool:
        """Wait for the plugin that had this route before it began to change its code.

        Answers whether there is one: then the route is to be looked for again.

        Raises:
            PluginUnavailableError: It takes too long.
        """
        for plugin, table in list(self._resting.items()):
            if self._reloads.has(plugin) and table.find(method, path) is not None:
                await self._reloads.wait(plugin)
                return True
        return False

    def find(self, method: str, path: str) -> Match[Route] | None:
        """Find the route of a call; None where the path is no plugin's."""
        return self._routes.find(method, path)

    def find_websocket(self, path: str) -> Match[Route] | None:
        """Find the WebSocket route of a path; None where there is none."""
        return self._lines.find("GET", path)

    def of(self, plugin: PluginId) -> list[dict[str, str]]:
        """List a plugin's routes: method, path and who may call them."""
        return [one.describe() for one in self._all.values() if one.owner == plugin]

    def __iter__(self) -> Iterator[Route]:
        return iter(list(self._all.values()))
