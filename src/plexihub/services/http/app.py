"""The hub as an ASGI application that works at any prefix.

A call becomes a `Call` with a context of its own: who acts is what the session's cookie says, or
the operator where it came by the control socket. Core routes come first, then plugins', then pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from plexihub.kernel.context import (
    ANONYMOUS,
    OPERATOR,
    Actor,
    CallContext,
    entered,
)
from plexihub.services.http.answer import Answer, send_answer
from plexihub.services.http.call import SAFE, Call, cookie_of
from plexihub.services.http.errors import (
    MethodNotAllowedError,
    error_answer,
    unknown_answer,
)
from plexihub.services.http.live import FULL, UNAUTHENTICATED, Line, may_connect
from plexihub.services.http.parts import HttpParts
from plexihub.services.http.paths import Match, PathTable
from plexihub.services.http.plugin_call import PluginCalls
from plexihub.services.http.plugin_file import FILES, plugin_file
from plexihub.services.http.routes import core_routes
from plexihub.services.http.security import HEADERS, check_origin, check_token
from plexihub.services.http.shield import Shield, headers_of
from plexihub.services.http.static import Pages
from plexihub.services.http.table import Route
from plexihub.services.users import SignedIn, TooManyRequestsError
from plexihub_sdk.errors import (
    AuthenticationError,
    NotFoundError,
    PlexiHubError,
    PluginTimeoutError,
)
from plexihub_sdk.ids import UserId
from plexihub_sdk.permissions import PERMISSIONS, ROLE_RIGHTS

#: Set by `operator_app` alone: a client writes headers, never the scope.
OPERATOR_KEY = "plexihub.operator"
SECONDS = 60.0
_LIVE = "/api/v1/live"
_SIGN_IN = ("POST", "/api/v1/session")
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
        for method, path, handler in core_routes(parts):
            self._core.add(method, path, handler)
        parts.api.reserve(lambda method, path: self._core.owner_of(method, path) is not None)
        self._plugins = PluginCalls(parts.kernel.registry, parts.kernel.audit)
        self._pages = Pages(parts.static)
        self._shield = Shield(parts.kernel.config.get, parts.kernel.audit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = _call_of(scope, receive)

        async def send_safely(message: Any) -> None:
            if message["type"] == "http.response.start":
                trace = (b"x-trace-id", call.ctx.trace.encode())
                rates = headers_of(call.shares)
                message["headers"] = [*message["headers"], *HEADERS, trace, *rates]
            await send(message)

        answer = await self._contained(call)
        await send_answer(send_safely, answer, body=scope["method"] != "HEAD")

    async def _contained(self, call: Call) -> Answer:
        scope = asyncio.timeout(SECONDS)
        try:
            async with scope:
                self._shield.admit(call)
                return await self._answer(call)
        except PlexiHubError as error:
            return error_answer(error)
        except TimeoutError as error:
            if not scope.expired():
                return unknown_answer(error, call.ctx)
            return error_answer(PluginTimeoutError("The hub did not answer in time."))
        except Exception as error:  # noqa: BLE001 - logged there; one bad call must not end others
            return unknown_answer(error, call.ctx)

    async def _answer(self, call: Call) -> Answer:
        found = self._find(call)
        if found is None:
            return await self._page(call)
        if found.value is None:
            raise MethodNotAllowedError(
                f"{call.path} cannot be called with {call.method}.",
                where=call.path,
                next=f"Use {' or '.join(found.allowed)}.",
            )
        call.params = found.params
        await self._identify(call)
        self._shield.admit_person(call)
        with entered(call.ctx):
            if isinstance(found.value, Route):
                return await self._plugins.answer(found.value, call)
            return await found.value(call)

    def _find(self, call: Call) -> Match[_Handler] | Match[Route] | None:
        core = self._core.find(call.method, call.path)
        if core is not None and core.value is not None:
            return core
        return self._parts.api.find(call.method, call.path) or core

    async def _page(self, call: Call) -> Answer:
        if call.method not in {"GET", "HEAD"} or call.path.startswith("/api/"):
            raise NotFoundError(f"There is nothing at {call.path}.", where=call.path)
        if call.path.startswith(FILES):
            await self._identify(call)
            return plugin_file(self._parts.ui.files, call)
        return await self._pages.answer(call)

    async def _identify(self, call: Call) -> None:
        if call.is_operator:
            call.ctx = CallContext(
                actor=OPERATOR, rights=frozenset(PERMISSIONS), trace=call.ctx.trace
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
        if call.method not in SAFE and (call.method, call.path) != _SIGN_IN:
            check_token(call.headers, found.session.csrf)
        call.ctx = CallContext(
            actor=Actor("user", found.user.id, found.user.username),
            on_behalf_of=UserId(found.user.id),
            rights=ROLE_RIGHTS.get(found.user.role, frozenset()),
            trace=call.ctx.trace,
        )

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (await receive())["type"] != "websocket.connect":
            return
        call = _call_of(scope, receive)
        token = cookie_of(call.headers)

        async def is_valid() -> bool:
            return await self._parts.sessions.find(token) is not None

        line = Line(receive, send, is_valid)
        try:
            found = await self._visitor(call, token)
        except (AuthenticationError, TooManyRequestsError) as error:
            # Closed after accepting: a refused handshake tells a browser no code.
            await send({"type": "websocket.accept"})
            is_stranger = isinstance(error, AuthenticationError)
            await line.close(UNAUTHENTICATED if is_stranger else FULL, error.message)
        except PlexiHubError:
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        else:
            await line.serve(self._parts.live, found.user.id, found.session.id)

    async def _visitor(self, call: Call, token: str) -> SignedIn:
        self._shield.admit(call)
        if call.path != _LIVE or not may_connect(call.headers):
            raise NotFoundError(f"Nobody may connect to {call.path}.", where=call.path)
        found = await self._parts.sessions.find(token) if token else None
        if found is not None:
            call.user, call.session = found.user, found.session
        self._shield.admit_page(call)
        if found is None:
            raise AuthenticationError("sign in first")
        return found


def _call_of(scope: Scope, receive: Receive) -> Call:
    return Call(
        scope=scope,
        receive=receive,
        ctx=CallContext(actor=ANONYMOUS),
        method=_method_of(scope),
        path=_path_of(scope),
        root=scope.get("root_path", ""),
        headers=_headers_of(scope),
        is_operator=scope.get(OPERATOR_KEY) is True,
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
    return {name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]}


async def _lifespan(receive: Receive, send: Send) -> None:
    # The hub's life is that of the `Hub` around it.
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
