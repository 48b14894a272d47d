"""The service `api`: REST routes of plugins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plexihub.kernel import plain
from plexihub.kernel.context import owner
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub.services.http.paths import Match, PathTable
from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.routes import Auth, Handler

_AUTHS = ("user", "admin", "anonymous")
#: The pages' own files; a route there would hide them.
_PAGES = ("/", "/healthz")
_FILES = ("/assets/", "/plugins/")


@dataclass(frozen=True, slots=True)
class Route:
    """A plugin's route.

    Args:
        method: Upper case.
        path: With `{names}`.
        call: The handler, made able to wait.
        auth: Who may call it.
        owner: Whose it is; None for the hub's own code.
    """

    method: str
    path: str
    call: Callable[[Any], Any]
    auth: Auth
    owner: PluginId | None


class RouteTable:
    """Routes that come with a plugin and go with it."""

    def __init__(self, ownership: Ownership) -> None:
        self._ownership = ownership
        self._routes: PathTable[Route] = PathTable()
        self._all: dict[int, Route] = {}
        self._core: Callable[[str, str], bool] = lambda _method, _path: False

    def reserve(self, is_taken: Callable[[str, str], bool]) -> None:
        """Say which methods and paths are the hub's own."""
        self._core = is_taken

    def register_route(
        self, method: str, path: str, handler: Handler, *, auth: Auth = "user"
    ) -> Undo:
        """Answer `method path` with a handler, until the answered undo is called.

        Args:
            method: GET, POST, PUT, PATCH or DELETE.
            path: Below the hub's own prefix; `{name}` stands for one segment.
            handler: Takes a `Request`; plain, or a coroutine function.
            auth: `user` needs somebody signed in, `admin` an administrator; `anonymous` nobody.

        Raises:
            InputError: The method, path or `auth` cannot be.
            ConflictError: The route is the hub's own or another plugin's.
        """
        if auth not in _AUTHS:
            raise InputError(f"`auth` is one of: {', '.join(_AUTHS)}.", where="auth")
        method = method.upper()
        if path in _PAGES or path.startswith(_FILES) or self._core(method, path):
            raise ConflictError(f"{method} {path} is the hub's own.", where=path)
        route = Route(method, path, plain.adapted(handler), auth, owner.get())
        remove = self._add(route)
        self._all[id(route)] = route

        def undo() -> None:
            remove()
            self._all.pop(id(route), None)

        return self._ownership.note(undo)

    def _add(self, route: Route) -> Undo:
        taken = self._routes.owner_of(route.method, route.path)
        if taken is not None:
            raise ConflictError(
                f"{route.method} {route.path} belongs to {taken.owner or 'the hub'}.",
                where=route.path,
                next="Choose another path.",
            )
        return self._routes.add(route.method, route.path, route)

    def find(self, method: str, path: str) -> Match[Route] | None:
        """Find the route of a call; None where the path is no plugin's."""
        return self._routes.find(method, path)

    def of(self, plugin: PluginId) -> list[str]:
        """List a plugin's routes, an open one marked as such."""
        return [
            f"{one.method} {one.path}" + (" (anonymous)" if one.auth == "anonymous" else "")
            for one in self._all.values()
            if one.owner == plugin
        ]
