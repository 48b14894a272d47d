"""The event loop of the guest: timers, callbacks and one pipe, and nothing else to wait for.

A loop of its own, for two reasons. Plain plugin code may wait for the hub in the middle of a turn:
`turn` can be called within `turn`, which asyncio's own loops do not allow. And where nothing is to
be done the process blocks in one read, so that a call costs no more than that.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import Any, TypeVar, TypeVarTuple, Unpack

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_REFUSED = (
    *("create_connection", "create_server", "create_datagram_endpoint", "getaddrinfo"),
    *("create_unix_connection", "create_unix_server", "getnameinfo", "sendfile", "start_tls"),
    *("sock_accept", "sock_connect", "sock_recv", "sock_sendall", "subprocess_exec"),
    *("subprocess_shell", "connect_read_pipe", "connect_write_pipe", "run_in_executor"),
    *("add_reader", "add_writer", "add_signal_handler"),
)


class GuestLoop(asyncio.AbstractEventLoop):
    """Runs what is ready, and hears the hub in between.

    Args:
        hear: Waits for the hub and handles what it says, at most so many seconds; None for good.
        complain: Takes what `call_exception_handler` is told: errors that nobody caught.
    """

    def __init__(
        self,
        hear: Callable[[float | None], None],
        complain: Callable[[dict[str, Any]], None],
    ) -> None:
        self._hear = hear
        self._complain = complain
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._count = 0
        for name in _REFUSED:
            setattr(self, name, _refusal(name))

    def turn(self) -> None:
        """Hear the hub, then run what is ready; waits only where nothing is."""
        self._hear(self._patience())
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            self._ready.append(heapq.heappop(self._timers)[2])
        for _ in range(len(self._ready)):
            if not self._ready:  # a turn within this one took it
                break
            self._run(self._ready.popleft())

    def _run(self, handle: asyncio.Handle) -> None:
        if handle.cancelled():
            return
        try:
            handle._run()  # noqa: SLF001 - how every loop runs it
        except (SystemExit, KeyboardInterrupt) as error:
            # A plugin does not end the process that other calls run in.
            self._complain({"message": "A callback wanted to end the process", "exception": error})

    def _patience(self) -> float | None:
        if self._ready:
            return 0
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        if not self._timers:
            return None
        return max(0.0, self._timers[0][0] - time.monotonic())

    # --- what asyncio asks of a loop ---

    def time(self) -> float:
        """Answer the monotonic clock, in seconds."""
        return time.monotonic()

    def call_soon(
        self,
        callback: Callable[[Unpack[_Ts]], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Run a callback in the next turn."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_soon_threadsafe(
        self,
        callback: Callable[[Unpack[_Ts]], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Run a callback in the next turn: there is no other thread."""
        return self.call_soon(callback, *args, context=context)

    def call_later(
        self,
        delay: float,
        callback: Callable[[Unpack[_Ts]], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run a callback in so many seconds."""
        return self.call_at(time.monotonic() + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[_Ts]], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run a callback at a moment of the monotonic clock."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._count += 1
        heapq.heappush(self._timers, (when, self._count, handle))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Notice that a timer is off; it is forgotten when its time comes."""

    def create_future(self) -> asyncio.Future[Any]:
        """Make a future of this loop."""
        return asyncio.Future(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, _T] | Generator[Any, None, _T],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> asyncio.Task[_T]:
        """Run a coroutine beside everything else."""
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Report an error that nobody caught."""
        self._complain(context)

    default_exception_handler = call_exception_handler

    def get_debug(self) -> bool:
        """Answer no: asyncio's own checks are off."""
        return False

    def is_running(self) -> bool:
        """Answer yes: it runs as long as the process."""
        return True

    def is_closed(self) -> bool:
        """Answer no: it runs as long as the process."""
        return False

    async def shutdown_asyncgens(self) -> None:
        """Do nothing: the process ends at once."""

    async def shutdown_default_executor(
        self,
        timeout: float | None = None,  # noqa: ASYNC109 - as asyncio has it
    ) -> None:
        """Do nothing: there are no threads."""


def _refusal(name: str) -> Callable[..., Any]:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise PermissionError(
            f"{name} needs the network, a program or a thread, which a sandboxed plugin has not: "
            "ask the hub by plugin.api"
        )

    return refuse
