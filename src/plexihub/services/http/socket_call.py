"""Runs the handler of a plugin's WebSocket route: as the plugin, bounded, and on record."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from starlette.types import Receive, Send

from plexihub.kernel.context import as_plugin, entered, owner
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.kernel.watched import must_pass
from plexihub.services.http.call import Call
from plexihub.services.http.open_sockets import OpenSocket, OpenSockets
from plexihub.services.http.plugin_socket import PluginSocket
from plexihub.services.http.shield.limits import network_of
from plexihub.services.http.table import Route
from plexihub.services.users import person

_log = logging.getLogger(__name__)
#: For a handler to tidy up after the other side went, or after it was cancelled.
END_SECONDS = 5.0
MayStay = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketCalls:
    """Carries connections to plugins' handlers.

    Args:
        sockets: Those that are open.
        audit: Where the end of each is recorded.
        name_of: Tells the name of a plugin.
    """

    sockets: OpenSockets
    audit: AuditSink
    name_of: Callable[[Route], str]

    async def serve(
        self, route: Route, call: Call, server: tuple[Receive, Send], may_stay: MayStay
    ) -> None:
        """Accept a connection and let the plugin's handler have it until one side ends it.

        Raises:
            LimitExceededError: Too many connections are open; it was not accepted.
        """
        line = PluginSocket(
            *server,
            path=call.path,
            params=call.params,
            query=call.query,
            person=person(call.user, call.ctx.rights, is_impersonated=call.is_impersonated)
            if call.user
            else None,
        )
        sender = f"@{call.user.id}" if call.user else network_of(call.address)
        session = call.session.id if call.session else ""
        one = OpenSocket(line=line, route=route, sender=sender, session=session)
        with self.sockets.held(one):
            await line.accept()
            started = time.perf_counter()
            handler = asyncio.create_task(self._handle(route, line, call), name="plugin socket")
            try:
                await _until_over(line, handler, may_stay)
            finally:
                failure = await _ended(handler, line, route)
                await line.finish()
                self._record(route, call, (time.perf_counter() - started) * 1000, failure)

    async def _handle(self, route: Route, line: PluginSocket, call: Call) -> None:
        owner.set(route.owner)
        ctx = call.ctx
        if route.owner is not None:
            ctx = as_plugin(ctx, route.owner, self.name_of(route))
        # A connection lasts; each thing that its handler asks for has a limit of its own.
        with entered(replace(ctx, deadline=math.inf)):
            try:
                await route.call(line)
            except BaseException as error:
                if isinstance(error, Exception) or must_pass(error):
                    raise
                # `SystemExit` and its like would end the hub's loop.
                raise RuntimeError(f"raised {type(error).__name__}") from error

    def _record(
        self, route: Route, call: Call, milliseconds: float, failure: BaseException | None
    ) -> None:
        ctx = as_plugin(call.ctx, route.owner, self.name_of(route)) if route.owner else call.ctx
        self.audit.append(
            AuditEntry(
                ctx=ctx,
                action="route.call",
                target=f"{route.method} {route.path}",
                outcome=outcome_of(failure),
                reason=sentence(failure),
                execution_ms=milliseconds,
                details={"auth": route.auth},
            )
        )


async def _until_over(line: PluginSocket, handler: asyncio.Task[None], may_stay: MayStay) -> None:
    jobs = [
        asyncio.create_task(line.listen(), name="plugin socket frames"),
        asyncio.create_task(line.watch(may_stay), name="plugin socket watch"),
        asyncio.create_task(_wait(line.over), name="plugin socket end"),
    ]
    try:
        await asyncio.wait([handler, *jobs], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for job in jobs:
            job.cancel()
        for error in await asyncio.gather(*jobs, return_exceptions=True):
            if isinstance(error, Exception):
                _log.debug("a plugin's connection broke: %s", error)


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


async def _ended(
    handler: asyncio.Task[None], line: PluginSocket, route: Route
) -> BaseException | None:
    """End the handler where it has not ended, and answer what it raised of its own accord."""
    if not handler.done() and line.is_gone:
        await asyncio.wait([handler], timeout=END_SECONDS)
    handler.cancel()
    await asyncio.wait([handler], timeout=END_SECONDS)
    if not handler.done():
        _log.warning("%s %s of %s does not end", route.method, route.path, route.whose)
        return None
    if handler.cancelled() or (error := handler.exception()) is None:
        return None
    if line.over.is_set():
        # It was speaking when the other side went.
        return None
    _log.error("%s %s of %s failed", route.method, route.path, route.whose, exc_info=error)
    line.end("failed")
    return error
