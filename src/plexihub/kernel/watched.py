"""What surrounds every call of a plugin's handler: whose it is, how long it may take and took.

Hook table and event bus give a plugin's handler this coat; the core's own run bare. It is on the
hot path: beside the call's span nothing is allocated for a plain handler but what the observer
itself keeps.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from plexihub.kernel.context import Span, current, owner, span
from plexihub.kernel.plain import adapted
from plexihub_sdk.errors import PluginTimeoutError
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)

#: Takes the payload; answers at once, or something to await.
Handler = Callable[[Any], Any]
#: Told of every call into a plugin: (plugin, hook or event, milliseconds, error or None).
Observe = Callable[[PluginId, str, float, BaseException | None], None]
#: Told of every contained failure: (hook or event, plugin or None for the core, error).
OnFailure = Callable[[str, PluginId | None, BaseException], None]


def log_failure(name: str, plugin: PluginId | None, error: BaseException) -> None:
    """Log a contained failure: the default `OnFailure`."""
    _log.warning("a handler of %s for %s failed: %r", plugin or "the core", name, error)


def ignore(_plugin: PluginId, _name: str, _ms: float, _error: BaseException | None) -> None:
    """Keep no book of the calls: the default `Observe`."""


def must_pass(error: BaseException) -> bool:
    """Whether an error belongs to the caller, so that nobody may contain it.

    A handler that raises `SystemExit`, `KeyboardInterrupt` or `CancelledError` on purpose has
    failed like any other; the hub itself ends by a signal's handler, never by such an error.
    """
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0
    return isinstance(error, GeneratorExit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How a plugin's handler is to be run.

    Args:
        plugin: Whose it is.
        name: Hook or event.
        seconds: How long an awaited answer may take, within what is left of the journey.
        observe: Told of every call.
        grace: Seconds more, where a runtime holds the deadline itself: it must be the one to end
            the call, or the hanging instance would live on.
    """

    plugin: PluginId
    name: str
    seconds: float
    observe: Observe
    grace: float = 0.0

    def coat(self, handler: Handler) -> Handler:
        """Make the handler that the table calls in place of a plugin's own."""
        plugin, name, observe = self.plugin, self.name, self.observe
        handler = adapted(handler)

        def call(payload: Any) -> Any:
            token, mine = owner.set(plugin), Span(span.get())
            inside = span.set(mine)
            start = perf_counter()
            try:
                answer = handler(payload)
                if answer is not None and hasattr(answer, "__await__"):
                    return self._finish(answer, start, mine)
                observe(plugin, name, (perf_counter() - start) * 1000, None)
            except BaseException as error:
                observe(plugin, name, (perf_counter() - start) * 1000, error)
                raise
            finally:
                span.reset(inside)
                owner.reset(token)
            return answer

        return call

    async def _finish(self, answer: Awaitable[Any], start: float, mine: Span) -> Any:
        token, inside = owner.set(self.plugin), span.set(mine)
        failure: BaseException | None = None
        try:
            return await self._in_time(answer)
        except BaseException as error:
            failure = error
            raise
        finally:
            self.observe(self.plugin, self.name, (perf_counter() - start) * 1000, failure)
            span.reset(inside)
            owner.reset(token)

    async def _in_time(self, answer: Awaitable[Any]) -> Any:
        scope = asyncio.timeout(min(self.seconds, current().remaining()) + self.grace)
        try:
            async with scope:
                return await answer
        except TimeoutError as error:
            if not scope.expired():
                raise
            raise PluginTimeoutError(
                f"No answer from {self.plugin} in time.", where=self.name
            ) from error
