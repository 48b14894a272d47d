"""The hub as an ASGI application that works at any prefix.

A call becomes a `Call` with a context of its own: who acts is what the session's cookie says, or
the operator where it came by the control socket. Core routes come first, then plugins', then pages.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from plexihub.kernel.context import (
    ANONYMOUS,
    OPERATOR,
    CallContext,
    entered,
)
from plexihub.services.http.action import Buttons
from plexihub.services.http.answer import Answer, send_answer
from plexihub.services.http.call import SAFE, Call, cookie_of
from plexihub.services.http.client import client_of
from plexihub.services.http.deadline import Deadlines
from plexihub.services.http.errors import (
    MethodNotAllowedError,
    error_answer,
    unknown_answer,
)
from plexihub.services.http.live import FORBIDDEN, FULL, UNAUTHENTICATED, Line, may_connect
from plexihub.services.http.openapi_route import with_description
from plexihub.services.http.parts import HttpParts
from plexihub.services.http.passage import Passage
from plexihub.services.http.paths import Match, PathTable
from plexihub.services.http.plugin_call import PluginCalls, authorize
from plexihub.services.http.plugin_file import FILES, plugin_file, plugin_of
from plexihub.services.http.routes import core_routes
from plexihub.services.http.security import check_origin, check_token, strict_transport
from plexihub.services.http.shield import Shield, headers_of
from plexihub.services.http.socket_call import SocketCalls
from plexihub.services.http.static import Pages
from plexihub.services.http.table import SOCKET, Route
from plexihub.services.users import TooManyRequestsError
from plexihub_sdk.errors import (
    AuthenticationError,
    LimitExceededError,
    NotFoundError,
    PermissionDenied,
    PlexiHubError,
    PluginTimeoutError,
)
from plexihub_sdk.permissions import ROLE_RIGHTS

#: Set by `operator_app` alone: a client writes headers, never the scope.
OPERATOR_KEY = "plexihub.operator"
SECONDS = 60.0
HANDSHAKE_SECONDS = 10.0
_LIVE = "/api/v1/live"
_SIGN_IN = {("POST", f"/api/v1/session{step}") for step in ("", "/second-factor", "/link")}
_Handler = Callable[[Call], Awaitable[Answer]]


def build_http(parts: HttpParts) -> ASGIApp:
    """Make the application; it can be mounted under any prefix."""
    return HttpApp(parts)


def operator_app(app: ASGIApp) -> ASGIApp:
    """Make the application for the control socket: whoever reaches it is the operator."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, OPERATOR_KEY: True}, receive, send)

    return call


class HttpApp:
    """Answers HTTP and WebSocket connections."""

    def __init__(self, parts: HttpParts) -> None:
        self._parts = parts
        self._core: PathTable[_Handler] = PathTable()
        for method, path, handler in with_description(parts, core_routes(parts)):
            self._core.add(method, path, handler)
        parts.api.reserve(self._is_own)
        kernel = parts.kernel
        self._plugins = PluginCalls(
            kernel.registry,
            kernel.audit,
            kernel.calls.memory_of,
            Buttons(kernel.hooks, parts.ui, kernel.registry.is_sandboxed),
        )
        self._sockets = SocketCalls(
            sockets=parts.api.sockets, audit=parts.kernel.audit, name_of=self._plugins.name_of
        )
        self._pages = Pages(parts.static)
        self._shield = Shield(parts.kernel.config.get, parts.kernel.audit)
        self._deadlines = Deadlines()
        self._passage = Passage(parts.kernel.hooks, parts.kernel.events)

    def _is_own(self, method: str, path: str) -> bool:
        if method == SOCKET:
            return path == _LIVE
        # Where the hub's own route would answer, a plugin's never would.
        found = self._core.find(method, path)
        return found is not None and found.value is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        call, started = self._call(scope, receive), time.perf_counter()

        answer = await self._contained(call, self._answer(call))
        if self._passage.is_dressed(call):
            answer = await self._contained(call, self._passage.dress(call, answer))
        always = [(b"x-trace-id", call.ctx.trace.encode()), *headers_of(call.shares)]
        if call.client.is_secure:
            always += strict_transport(self._parts.kernel.config.get("security.hsts_seconds"))
        await send_answer(send, answer, always, body=scope["method"] != "HEAD")
        self._passage.tell(call, answer.status, started)

    def _call(self, scope: Scope, receive: Receive) -> Call:
        return _call_of(scope, receive, self._parts.kernel.config.get("server.trusted_proxies"))

    async def _contained(self, call: Call, work: Coroutine[Any, Any, Answer]) -> Answer:
        deadline = call.deadline = self._deadlines.within(SECONDS)
        try:
            with deadline:
                return await work
        except PlexiHubError as error:
            return error_answer(error)
        except TimeoutError as error:
            if not deadline.expired():
                return unknown_answer(error, call.ctx)
            return error_answer(PluginTimeoutError("The hub did not answer in time."))
        except Exception as error:  # noqa: BLE001 - logged there; one bad call must not end others
            return unknown_answer(error, call.ctx)

    async def _answer(self, call: Call) -> Answer:
        self._shield.admit(call)
        found = self._find(call)
        is_away = found is None or found.value is None
        if is_away and await self._parts.api.awake(call.method, call.path):
            found = self._find(call)
        if found is None:
            return await self._page(call)
        if found.value is None:
            raise MethodNotAllowedError(call.path, call.method, found.allowed)
        call.params = found.params
        await self._identify(call)
        self._shield.admit_person(call)
        with entered(call.ctx):
            await self._passage.admit(call)
            if isinstance(found.value, Route):
                return await self._plugins.answer(found.value, call)
            return await found.value(call)

    def _find(self, call: Call) -> Match[_Handler] | Match[Route] | None:
        core = self._core.find(call.method, call.path)
        if core is not None and core.value is not None:
            return core
        plugins = self._parts.api.find(call.method, call.path)
        if core is None or plugins is None:
            return plugins or core
        if plugins.value is not None:
            return plugins
        return Match(None, {}, tuple(sorted({*core.allowed, *plugins.allowed})))

    async def _page(self, call: Call) -> Answer:
        if call.method not in {"GET", "HEAD"} or call.path.startswith("/api/"):
            raise NotFoundError(f"There is nothing at {call.path}.", where=call.path)
        if self._passage.is_watched(call):
            await self._identify(call)
            await self._passage.admit(call)
        if call.path.startswith(FILES):
            await self._identify(call)
            await self._parts.kernel.lifecycle.reloads.wait(plugin_of(call.path))
            return plugin_file(self._parts.ui.files, call)
        return await self._pages.answer(call)

    async def _identify(self, call: Call) -> None:
        if call.is_identified:
            return
        call.is_identified = True
        if call.is_operator:
            call.ctx = CallContext(
                actor=OPERATOR, rights=ROLE_RIGHTS["admin"], trace=call.ctx.trace
            )
            return
        if call.method not in SAFE:
            check_origin(call.headers)
        found = (
            await self._parts.sessions.find(token) if (token := cookie_of(call.headers)) else None
        )
        if found is None:
            return
        call.user, call.session = found.user, found.session
        # Signing in anew must work where another tab's sign-out made this page's token stale.
        if call.method not in SAFE and (call.method, call.path) not in _SIGN_IN:
            check_token(call.headers, found.session.csrf)
        call.ctx = found.context(call.ctx.trace)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (await receive())["type"] != "websocket.connect":
            return
        call = self._call(scope, receive)
        token = cookie_of(call.headers)
        line = Line(receive, send, partial(self._may_stay, token, None))
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                route = await self._visitor(call, token)
            if route is not None:
                # What says no more who somebody is still opens what is open to all.
                stays = partial(self._may_stay, token if call.session else "", route)
                await self._sockets.serve(route, call, (receive, send), stays)
                return
        except (
            AuthenticationError,
            TooManyRequestsError,
            PermissionDenied,
            LimitExceededError,
        ) as no:
            # Closed after accepting: a refused handshake tells a browser no code.
            await send({"type": "websocket.accept"})
            await line.close(_close_code(no), no.message)
        except (PlexiHubError, TimeoutError):
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        else:
            user, session = call.signed_in()
            await line.serve(self._parts.live, user.id, session.id)

    async def _may_stay(self, token: str, route: Route | None) -> bool:
        """Tell whether whoever came by a token may keep a connection open."""
        if route is not None and route.auth == "anonymous" and not token:
            return True
        found = await self._parts.sessions.find(token)
        if found is None:
            return False
        return route is None or route.auth != "admin" or found.user.role == "admin"

    async def _visitor(self, call: Call, token: str) -> Route | None:
        """Find out who connects, and to which plugin's route; None is the hub's own line."""
        self._shield.admit(call)
        match = self._parts.api.find_websocket(call.path)
        route = None if match is None else match.value
        if (route is None and call.path != _LIVE) or not may_connect(call.headers):
            raise NotFoundError(f"Nobody may connect to {call.path}.", where=call.path)
        found = await self._parts.sessions.find(token) if token else None
        if found is not None:
            call.user, call.session = found.user, found.session
            call.ctx = found.context(call.ctx.trace)
        self._shield.admit_page(call)
        await self._passage.admit(call)
        if match is None or route is None:
            call.signed_in()
            return None
        call.params = match.params
        authorize(route, call)
        return route


def _close_code(error: PlexiHubError) -> int:
    if isinstance(error, PermissionDenied):
        return FORBIDDEN
    return UNAUTHENTICATED if isinstance(error, AuthenticationError) else FULL


def _call_of(scope: Scope, receive: Receive, trusted: Sequence[str]) -> Call:
    return Call(
        scope=scope,
        receive=receive,
        ctx=CallContext(actor=ANONYMOUS),
        method=_method_of(scope),
        path=_path_of(scope),
        root=scope.get("root_path", ""),
        headers=_headers_of(scope),
        is_operator=scope.get(OPERATOR_KEY) is True,
        client=client_of(scope, trusted),
    )


def _method_of(scope: Scope) -> str:
    # A WebSocket's scope has none: it begins as a GET.
    method: str = scope.get("method", "GET")
    return "GET" if method == "HEAD" else method


def _path_of(scope: Scope) -> str:
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    # A mount leaves the whole path in the scope and its own prefix in `root_path`.
    if root and path.startswith(root):
        path = path[len(root) :]
    return path or "/"


def _headers_of(scope: Scope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name_bytes, value in scope["headers"]:
        name, text = name_bytes.decode("latin-1"), value.decode("latin-1")
        # HTTP/2 may split cookies over several fields (RFC 9113, 8.2.3).
        joint = "; " if name == "cookie" else ", "
        headers[name] = f"{headers[name]}{joint}{text}" if name in headers else text
    return headers


async def _lifespan(receive: Receive, send: Send) -> None:
    # The hub's life is that of the `Hub` around it.
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
