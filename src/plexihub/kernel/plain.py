"""Plain (synchronous-looking) plugin code over the event loop, without blocking it.

A plugin writes `user = User.find_one(...)` with no `await`. Its code runs in a greenlet; where it
must wait, the greenlet hands the awaitable to the loop and goes on with the answer. `async` code
gets the awaitable itself, and code in a thread of its own waits for the loop to do the work.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")
THREAD_SECONDS = 30.0


class _Plain(greenlet):  # type: ignore[misc] # the package has no stubs
    """Runs plain code; its parent is the coroutine that waits for it."""


async def run(code: Callable[..., T], *args: Any) -> T:
    """Run plain code so that `wait` inside it suspends the code, never the loop.

    Raises:
        BaseException: Whatever the code raises.
    """
    here = getcurrent()
    plain = _Plain(code, here)
    plain.gr_context = here.gr_context
    result = plain.switch(*args)
    while not plain.dead:
        try:
            answer = await result
        except BaseException:  # noqa: BLE001 - everything, cancellation too, belongs to the code
            result = plain.throw(*sys.exc_info())
        else:
            result = plain.switch(answer)
    return result  # type: ignore[no-any-return]


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
