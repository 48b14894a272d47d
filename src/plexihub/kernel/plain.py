"""Plain (synchronous-looking) plugin code over the event loop, without blocking it.

A plugin writes `user = User.find_one(...)` with no `await`. Its code runs in a greenlet; where it
must wait, the greenlet hands the awaitable to the loop and goes on with the answer. `async` code
gets the awaitable itself, and code in a thread of its own waits for the loop to do the work.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")
THREAD_SECONDS = 30.0


class _Plain(greenlet):  # type: ignore[misc] # the package has no stubs
    """Runs plain code; its parent is the coroutine that waits for it."""


@dataclass(slots=True)
class Needs:
    """What a plugin's plain handlers need.

    Args:
        wait: Whether they may wait: the plugin asked for a service whose methods do.
    """

    wait: bool = False


#: Of the plugin whose code runs now; a runtime sets it around code that registers handlers.
needs: ContextVar[Needs | None] = ContextVar("plexihub_needs", default=None)


async def run(code: Callable[..., T], *args: Any) -> T:
    """Run plain code so that `wait` inside it suspends the code, never the loop.

    Raises:
        BaseException: Whatever the code raises.
    """
    result = _switched(code, args)
    return await result if isinstance(result, _Unfinished) else result  # type: ignore[no-any-return]


def adapted(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Make a plain handler able to wait; coroutine functions are answered as they are.

    A greenlet costs some ten times a handler's call, so a handler of a plugin that never asked for
    a service that waits is called directly.
    """
    if inspect.iscoroutinefunction(handler):
        return handler
    need = needs.get() or Needs(wait=True)

    def call(payload: Any) -> Any:
        if need.wait:
            return _switched(handler, (payload,))
        return handler(payload)

    return call


def _switched(code: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Run plain code as far as it goes without waiting: its result, or the rest to be awaited."""
    here = getcurrent()
    plain = _Plain(code, here)
    plain.gr_context = here.gr_context
    result = plain.switch(*args)
    return result if plain.dead else _Unfinished(plain, result)


class _Unfinished:
    """Plain code that waits; awaiting it lets the code go on."""

    def __init__(self, plain: _Plain, awaited: Awaitable[Any]) -> None:
        self._plain = plain
        self._awaited = awaited

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._rest().__await__()

    async def _rest(self) -> Any:
        plain, result = self._plain, self._awaited
        while not plain.dead:
            try:
                answer = await result
            except BaseException:  # noqa: BLE001 - everything, cancellation too, is the code's
                plain.parent = getcurrent()
                result = plain.throw(*sys.exc_info())
            else:
                plain.parent = getcurrent()
                result = plain.switch(answer)
        return result


def wait(work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> Any:
    """Answer with the result of `work` in plain code, or with `work` itself in async code.

    Args:
        work: What is to be done on `loop`.
        loop: The hub's loop, for callers in other threads.

    Raises:
        TimeoutError: A thread waited longer than 30 seconds.
    """
    here = getcurrent()
    if isinstance(here, _Plain) and here.parent is not None:
        return here.parent.switch(work)
    if _runs_here(loop):
        return work
    return asyncio.run_coroutine_threadsafe(work, loop).result(THREAD_SECONDS)


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


def is_plain() -> bool:
    """Whether the caller is plain code that may wait."""
    return isinstance(getcurrent(), _Plain)


async def call(code: Callable[..., Any], *args: Any) -> Any:
    """Call code of either kind and answer its result, awaited where it is awaitable."""
    result = await run(code, *args)
    return await result if isinstance(result, Awaitable) else result
