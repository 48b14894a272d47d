"""Calls a plugin's route: as the plugin, within a deadline, and on record."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from plexihub.kernel.context import CallContext, as_plugin, entered, owner
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.plugins import PluginRegistry
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.kernel.watched import must_pass
from plexihub.services.http.action import Buttons
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.deadline import Deadlines
from plexihub.services.http.table import Route
from plexihub.services.http.typed import decoded
from plexihub.services.users import person
from plexihub_sdk.errors import (
    InputError,
    PlexiHubError,
    PluginRaisedError,
    PluginTimeoutError,
)
from plexihub_sdk.routes import Request, Response

_log = logging.getLogger(__name__)
SECONDS = 30.0
#: An answer is held in memory whole.
LONGEST_ANSWER = 64 * 1024 * 1024
_STATUSES = range(200, 600)
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_TEXT = re.compile(r"[\t\x20-\x7e\x80-\xff]*\Z")
#: What the server alone can know.
_SERVERS_OWN = frozenset({"connection", "content-length", "transfer-encoding", "upgrade"})
_KEPT_FROM_PLUGINS = frozenset({"cookie", "authorization", "x-csrf-token"})


class PluginCalls:
    """Carries calls to plugins' handlers.

    Args:
        registry: The plugins.
        audit: Where each call is recorded.
        memory: Measures what carries a plugin, in MiB; for the hub's own process not at each call,
            which would cost more than most handlers.
        buttons: Asks before a button's route is called.
    """

    def __init__(
        self,
        registry: PluginRegistry,
        audit: AuditSink,
        memory: Callable[[str], float | None],
        buttons: Buttons,
    ) -> None:
        self._registry = registry
        self._audit = audit
        self._memory = memory
        self._buttons = buttons
        self._deadlines = Deadlines()

    async def answer(self, route: Route, call: Call) -> Answer:
        """Check who calls, call the handler, and make its answer one of HTTP.

        Raises:
            AuthenticationError: The route needs somebody signed in.
            PermissionDenied: The route needs an administrator, or a permission.
            PluginTimeoutError: No answer in time.
            PluginRaisedError: The handler failed, or its answer cannot be sent.
            Veto: A handler of `action.executing` refused what the button does.
            PlexiHubError: What the handler raised.
        """
        authorize(route, call)
        request = await _request(route, call)
        ctx = None
        if route.owner is not None:
            ctx = as_plugin(call.ctx, route.owner, self.name_of(route))
        started = time.perf_counter()
        failure: BaseException | None = None
        try:
            said = await self._buttons.ask(route, request, call)
            result = await self._result(route, request, ctx) if said is None else said
            return _answer_of(route, result)
        except Exception as error:
            failure = error
            if isinstance(error, PlexiHubError) or route.owner is None:
                raise
            _log.error("%s %s of %s failed", route.method, route.path, route.whose, exc_info=error)
            raise PluginRaisedError(
                f"{_named(route)} failed while it answered.",
                where=route.path,
                next=f"An administrator finds the details in the hub's log ({call.ctx.trace}).",
            ) from error
        except BaseException as error:
            failure = error
            raise
        finally:
            if ctx is not None:
                self._record(route, ctx, (time.perf_counter() - started) * 1000, failure)

    async def _result(self, route: Route, request: Request, ctx: CallContext | None) -> Any:
        if ctx is None:
            return await self._run(route, request)
        token = owner.set(route.owner)
        try:
            with entered(ctx):
                return await self._run(route, request)
        finally:
            owner.reset(token)

    async def _run(self, route: Route, request: Request) -> Any:
        deadline = self._deadlines.within(SECONDS)
        try:
            with deadline:
                result = route.call(request)
                return await result if hasattr(result, "__await__") else result
        except TimeoutError as error:
            if not deadline.expired():
                raise
            raise PluginTimeoutError(
                f"{_named(route)} did not answer within {SECONDS:.0f} seconds.",
                where=route.path,
                next="Try again later.",
            ) from error
        except BaseException as error:
            if isinstance(error, Exception) or must_pass(error):
                raise
            # `SystemExit` and its like would end the hub's loop.
            raise PluginRaisedError(
                f"{_named(route)} raised {type(error).__name__}.", where=route.path
            ) from error

    def name_of(self, route: Route) -> str:
        """Tell the name of the plugin that a route is of."""
        record = self._registry.find(route.owner) if route.owner else None
        return record.stored.manifest.name if record else ""

    def _record(
        self, route: Route, ctx: CallContext, milliseconds: float, failure: BaseException | None
    ) -> None:
        record = self._registry.find(route.owner) if route.owner else None
        if record is not None and record.stored.builtin:
            return
        self._audit.append(
            AuditEntry(
                ctx=ctx,
                action="route.call",
                target=f"{route.method} {route.path}",
                outcome=outcome_of(failure),
                reason=sentence(failure),
                execution_ms=milliseconds,
                memory_mb=self._memory(record.id) if record else None,
                details={"auth": route.auth},
            )
        )


def authorize(route: Route, call: Call) -> None:
    """Let only those pass whom the plugin chose.

    Raises:
        AuthenticationError: The route needs somebody signed in.
        PermissionDenied: The route needs an administrator.
    """
    if route.auth == "admin":
        call.require_admin()
    elif route.auth == "user":
        call.require_user()
    if route.permission:
        call.require(route.permission)


async def _request(route: Route, call: Call) -> Request:
    body = await call.body()
    data = None if route.body is None else decoded(body, route.body)
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
        person=person(call.user, call.ctx.rights, is_impersonated=call.is_impersonated)
        if call.user
        else None,
        data=data,
    )


def _decode(call: Call, body: bytes) -> Any:
    kind = call.headers.get("content-type", "application/json")
    if not body or not kind.startswith("application/json"):
        return None
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InputError("The body is no JSON.", where="body") from None


def _answer_of(route: Route, result: Any) -> Answer:
    response = result if isinstance(result, Response) else Response(json=result)
    headers = _headers_of(route, response.headers)
    if response.status not in _STATUSES:
        raise _unsendable(route, f"with the status {response.status!r}")
    if response.status in {204, 304}:
        return Answer(response.status, headers=headers)
    answer = _with_body(route, response, headers)
    if len(answer.body) > LONGEST_ANSWER:
        raise _unsendable(route, f"of more than {LONGEST_ANSWER // 2**20} MiB")
    return answer


def _with_body(route: Route, response: Response, headers: Mapping[str, str]) -> Answer:
    if response.body is not None:
        if not isinstance(response.body, bytes):
            raise _unsendable(route, "whose body is no bytes")
        kind = _headers_of(route, {"content-type": response.content_type})["content-type"]
        return Answer(response.status, response.body, kind, headers)
    try:
        return json_answer(response.json, status=response.status, headers=headers)
    except (TypeError, ValueError) as error:
        _log.error("the answer of %s %s is no JSON", route.method, route.path, exc_info=error)
        raise _unsendable(route, "that is no JSON") from error


def _headers_of(route: Route, headers: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, text in dict(headers).items():
        is_text = isinstance(name, str) and isinstance(text, str)
        # A line break in a header would be the beginning of another one.
        if not is_text or not _NAME.match(name) or not _TEXT.match(text):
            raise _unsendable(route, f"with a header that cannot be sent, {name!r}")
        if name.lower() not in _SERVERS_OWN:
            found[name] = text
    return found


def _unsendable(route: Route, what: str) -> PluginRaisedError:
    return PluginRaisedError(f"{_named(route)} gave an answer {what}.", where=route.path)


def _named(route: Route) -> str:
    return route.whose[0].upper() + route.whose[1:]
