"""Calls a plugin's route: as the plugin, within a deadline, and on record."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import msgspec

from plexihub.kernel.context import as_plugin, entered, owner
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.plugins import PluginRegistry
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.kernel.watched import must_pass
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.table import Route
from plexihub.services.users import person
from plexihub_sdk.errors import InputError, PluginRaisedError, PluginTimeoutError
from plexihub_sdk.routes import Request, Response

_log = logging.getLogger(__name__)
SECONDS = 30.0
_KEPT_FROM_PLUGINS = frozenset({"cookie", "authorization", "x-csrf-token"})


class PluginCalls:
    """Carries calls to plugins' handlers."""

    def __init__(self, registry: PluginRegistry, audit: AuditSink) -> None:
        self._registry = registry
        self._audit = audit

    async def answer(self, route: Route, call: Call) -> Answer:
        """Check who calls, call the handler, and make its answer one of HTTP.

        Raises:
            AuthenticationError: The route needs somebody signed in.
            PermissionDenied: The route needs an administrator.
            PluginTimeoutError: No answer in time.
            PluginRaisedError: The answer is no JSON.
            PlexiHubError: What the handler raised.
        """
        _authorize(route, call)
        request = await _request(call)
        started, failure = time.perf_counter(), None
        try:
            return _answer_of(route, await self._result(route, request, call))
        except BaseException as error:
            failure = error
            raise
        finally:
            self._record(route, call, (time.perf_counter() - started) * 1000, failure)

    async def _result(self, route: Route, request: Request, call: Call) -> Any:
        if route.owner is None:
            return await _run(route, request)
        name = self._name(route)
        token = owner.set(route.owner)
        try:
            with entered(as_plugin(call.ctx, route.owner, name)):
                return await _run(route, request)
        finally:
            owner.reset(token)

    def _name(self, route: Route) -> str:
        record = self._registry.find(route.owner) if route.owner else None
        return record.stored.manifest.name if record else ""

    def _record(
        self, route: Route, call: Call, milliseconds: float, failure: BaseException | None
    ) -> None:
        record = self._registry.find(route.owner) if route.owner else None
        if route.owner is None or (record is not None and record.stored.builtin):
            return
        self._audit.append(
            AuditEntry(
                ctx=as_plugin(call.ctx, route.owner, self._name(route)),
                action="route.call",
                target=f"{route.method} {route.path}",
                outcome=outcome_of(failure),
                reason=sentence(failure),
                execution_ms=milliseconds,
                memory_mb=record.measure().memory_mb if record else None,
                details={"auth": route.auth},
            )
        )


def _authorize(route: Route, call: Call) -> None:
    if route.auth == "admin":
        call.require_admin()
    elif route.auth == "user":
        call.require_user()


async def _request(call: Call) -> Request:
    body = await call.body()
    return Request(
        method=call.method,
        path=call.path,
        params=call.params,
        query=call.query,
        headers={
            name: text for name, text in call.headers.items() if name not in _KEPT_FROM_PLUGINS
        },
        body=body,
        json=_decode(call, body),
        person=person(call.user) if call.user else None,
    )


def _decode(call: Call, body: bytes) -> Any:
    kind = call.headers.get("content-type", "application/json")
    if not body or not kind.startswith("application/json"):
        return None
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InputError("The body is no JSON.", where="body") from None


async def _run(route: Route, request: Request) -> Any:
    scope = asyncio.timeout(SECONDS)
    try:
        async with scope:
            result = route.call(request)
            return await result if hasattr(result, "__await__") else result
    except TimeoutError as error:
        if not scope.expired():
            raise
        raise PluginTimeoutError(
            f"{route.owner or 'The hub'} did not answer within {SECONDS:.0f} seconds.",
            where=route.path,
            next="Try again later.",
        ) from error
    except BaseException as error:
        if isinstance(error, Exception) or must_pass(error):
            raise
        # `SystemExit` and its like would end the hub's loop.
        raise PluginRaisedError(
            f"{route.owner or 'The hub'} raised {type(error).__name__}.", where=route.path
        ) from error


def _answer_of(route: Route, result: Any) -> Answer:
    response = result if isinstance(result, Response) else Response(json=result)
    if response.body is not None:
        headers = dict(response.headers)
        return Answer(response.status, response.body, response.content_type, headers)
    if response.status in {204, 304}:
        return Answer(response.status, headers=dict(response.headers))
    try:
        return json_answer(response.json, status=response.status, headers=response.headers)
    except (TypeError, ValueError) as error:
        _log.error("the answer of %s %s is no JSON", route.method, route.path, exc_info=error)
        raise PluginRaisedError(
            f"{route.owner or 'The hub'} gave an answer that is no JSON.", where=route.path
        ) from error
