"""The only door in for sandboxed code: `dispatch(ctx, method, params)`.

Who calls is the pipe the call came by (`ctx.actor`), never a field of it. In this order: a plugin
calls, the method is known, the parameters are valid, the permission is granted, the limits hold;
the decision is recorded, the handler runs, and what came of it is recorded with the time it took.
"""

from __future__ import annotations

import asyncio
import difflib
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from plexihub.kernel.context import CallContext, entered
from plexihub.kernel.limits.breach import Breach
from plexihub.kernel.limits.keeper import LimitKeeper, SameForAll
from plexihub.kernel.outcome import outcome_of, rule_of, sentence
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.pace import Pace
from plexihub.kernel.permissions import Broker
from plexihub.kernel.ports import AuditEntry, AuditSink, Json, Undo
from plexihub_sdk.errors import (
    ConflictError,
    InputError,
    LimitExceededError,
    NotFoundError,
    PermissionDenied,
    PluginTimeoutError,
)
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import NETWORK_FETCH

_MINUTE = 60.0
LONGEST_NAME = 100
MethodHandler = Callable[[CallContext, Any], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Method:
    """One thing a sandboxed plugin can ask the hub for.

    Args:
        name: `resource.verb`.
        permission: What it takes; None where every plugin may.
        params: Type of the parameters; what does not fit is refused.
        handler: Takes the context and the parameters.
        doc: What it does, one sentence.
    """

    name: str
    permission: str | None
    params: type[msgspec.Struct]
    handler: MethodHandler
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one plugin may ask for, whatever its own limits are.

    Args:
        in_flight: Calls at one time.
    """

    in_flight: int = 64


class Gateway:
    """The methods, and the way to them."""

    def __init__(  # noqa: PLR0913 - what a call passes on its way
        self,
        broker: Broker,
        audit: AuditSink,
        limits: Limits | None = None,
        *,
        ownership: Ownership | None = None,
        memory: Callable[[str], float | None] = lambda _plugin: None,
        keeper: LimitKeeper | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._broker = broker
        self._audit = audit
        self._limits = limits or Limits()
        self._ownership = ownership or Ownership()
        self._memory = memory
        self._keeper = keeper or SameForAll()
        self._methods: dict[str, Method] = {}
        self._clock = clock
        self._pace = Pace(clock=clock)
        self._in_flight: defaultdict[str, int] = defaultdict(int)
        self._calls: defaultdict[PluginId, deque[float]] = defaultdict(deque)

    def register(self, method: Method) -> Undo:
        """Offer a method.

        Raises:
            ConflictError: The name is taken.
        """
        if method.name in self._methods:
            raise ConflictError(f"There is a method {method.name!r} already.", where=method.name)
        self._methods[method.name] = method
        return self._ownership.note(lambda: self._forget(method))

    def _forget(self, method: Method) -> None:
        if self._methods.get(method.name) is method:
            del self._methods[method.name]

    def methods(self) -> list[Method]:
        """List the methods in alphabetical order."""
        return [self._methods[name] for name in sorted(self._methods)]

    async def dispatch(self, ctx: CallContext, method: str, params: Mapping[str, Json]) -> Json:
        """Do what a plugin asks for.

        Raises:
            PermissionDenied: It may not; or what calls is no plugin.
            NotFoundError: There is no such method.
            InputError: The parameters do not fit, or the handler refused them.
            LimitExceededError: Too many calls.
            PluginTimeoutError: The call was not done before its deadline.
        """
        if wait := self._pace.take(ctx.actor.id):
            await asyncio.sleep(min(wait, ctx.remaining()))
        start = time.perf_counter()
        entry = AuditEntry(ctx=ctx, action="gateway.call", target=method, outcome="failed")
        ctx = ctx.spanned()
        entry.span = ctx.span
        try:
            answer = await self._dispatch(ctx, method, params)
            entry.outcome, entry.rule = "ok", self._passed(method)
        except BaseException as error:
            entry.outcome, entry.reason = outcome_of(error), sentence(error)
            entry.rule = rule_of(error)
            raise
        finally:
            entry.execution_ms = (time.perf_counter() - start) * 1000
            entry.memory_mb = self._memory(ctx.actor.id)
            self._audit.append(entry)
        return answer

    async def _dispatch(self, ctx: CallContext, name: str, params: Mapping[str, Json]) -> Json:
        if ctx.actor.kind != "plugin":
            raise PermissionDenied("plugin", "Only a plugin may call the gateway.", where=name)
        method = self._find(name)
        values = _convert(method, params)
        if method.permission is not None:
            self._broker.enforce(ctx, method.permission, name)
        with self._slot(ctx.actor.id), entered(ctx):
            self._count(ctx.actor.id, method)
            return await self._run(ctx, method, values)

    async def _run(self, ctx: CallContext, method: Method, values: msgspec.Struct) -> Json:
        work = method.handler(ctx, values)
        if method.permission is None:
            return await _in_time(work, ctx, method.name)
        running = self._broker.running
        async with running.until_revoked(ctx.actor.id, method.permission, method.name):
            return await _in_time(work, ctx, method.name)

    def _passed(self, name: str) -> str:
        method = self._methods.get(name)
        needs = method.permission if method is not None else None
        return f"granted:{needs}" if needs else "open"

    def _find(self, name: str) -> Method:
        try:
            return self._methods[name]
        except KeyError:
            name = name[:LONGEST_NAME]  # to look for its like takes time, and it is shown
            close = difflib.get_close_matches(name, list(self._methods), n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise NotFoundError(f"There is no method {name!r}.{hint}", where=name) from None

    @contextmanager
    def _slot(self, plugin: str) -> Iterator[None]:
        limit = self._limits.in_flight
        if self._in_flight[plugin] >= limit:
            raise LimitExceededError(f"More than {limit} calls at one time.", where=plugin)
        self._in_flight[plugin] += 1
        try:
            yield
        finally:
            self._in_flight[plugin] -= 1
            if not self._in_flight[plugin]:
                del self._in_flight[plugin]

    def _count(self, name: str, method: Method) -> None:
        if method.permission != NETWORK_FETCH:
            return
        plugin = PluginId(name)
        limit = self._keeper.of(plugin).requests_per_minute
        made = self._recent(plugin)
        if len(made) >= limit:
            self._keeper.note(
                plugin,
                Breach(
                    limit="requests_per_minute",
                    measured=len(made) + 1,
                    allowed=limit,
                    did="refused",
                    reason=f"made more than {limit} network requests within a minute",
                ),
            )
            wait = _MINUTE - (self._clock() - made[0]) if made else _MINUTE
            raise LimitExceededError(
                f"More than {limit} network requests within a minute.",
                where=method.name,
                next=f"Try again in {wait:.0f} s.",
            )
        made.append(self._clock())

    def _recent(self, plugin: PluginId) -> deque[float]:
        now, made = self._clock(), self._calls[plugin]
        while made and made[0] <= now - _MINUTE:
            made.popleft()
        return made

    def requests_of(self, plugin: PluginId) -> int:
        """Answer how many network requests a plugin made in the last minute."""
        return len(self._recent(plugin)) if plugin in self._calls else 0


def _convert(method: Method, params: Mapping[str, Json]) -> msgspec.Struct:
    try:
        return msgspec.convert(params, method.params)
    except msgspec.ValidationError as error:
        raise InputError(f"The parameters do not fit: {error}.", where=method.name) from error


async def _in_time(work: Awaitable[Json], ctx: CallContext, name: str) -> Json:
    scope = asyncio.timeout(ctx.remaining())
    try:
        async with scope:
            return await work
    except TimeoutError as error:
        if not scope.expired():
            raise
        raise PluginTimeoutError(
            "The call was not done before its deadline.", where=name
        ) from error
