"""The conversation with one sandboxed process: handshake, calls out, requests in, deadlines.

Knows frames and futures, not processes: who owns the session kills the process when it breaks.
Identity is the pipe; a request is served in the context of the call it was made in.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

from plexihub.kernel.context import CallContext, as_plugin
from plexihub.kernel.limits import LimitKeeper
from plexihub.kernel.watch import Tape
from plexihub.runtimes._framing import (
    Call,
    Cancel,
    Cover,
    Covered,
    Error,
    Excess,
    Failed,
    File,
    FromGuest,
    Hello,
    Log,
    Reached,
    Ready,
    Request,
    Response,
    Result,
    Splitter,
    Stop,
    ToGuest,
    WireError,
    encode,
)
from plexihub.runtimes._intake import Intake
from plexihub.runtimes._log import LogLimit
from plexihub.runtimes._trace import own_lines, place
from plexihub.runtimes._values import price
from plexihub.runtimes._wire_limits import WireLimits
from plexihub_sdk.errors import (
    InputRefusedError,
    LimitExceededError,
    PlexiHubError,
    PluginCrashedError,
    PluginError,
    PluginLoadError,
    PluginRaisedError,
    PluginTimeoutError,
    ProtocolError,
    Veto,
)
from plexihub_sdk.ids import PluginId
from plexihub_sdk.wire import MAX_IN_FLIGHT, PROTOCOL_VERSION, encode_error

WRITE_BUFFER = 8 * 1024 * 1024
#: Bytes of answers that wait for a guest which does not read; beyond them it gets errors.
MOST_WAITING = 16 * 1024 * 1024
#: Characters of what a guest says of an error of its own.
LONGEST_MESSAGE = 2000
LONGEST_STACK = 8000
#: Timers of a loop fire up to a millisecond before their time.
_EARLY = 0.002

Serve = Callable[[Request, CallContext | None, int], None]


@dataclass(slots=True)
class _Waiting:
    hook: str
    answer: asyncio.Future[Any]
    seconds: float
    deadline: float
    ctx: CallContext
    tape: Tape | None


class Session(asyncio.Protocol):
    """One guest's conversation.

    Args:
        plugin: Whose; named in a veto and in the log.
        serve: Takes a gateway request, the context of its call (None where there is none) and
            what holding it costs, in bytes; whoever serves it calls `served` in the end.
        on_broken: Told once why the conversation cannot go on; ends the process.
        keeper: Knows how much it may log.
        now: Tells the time where the plugin has another than the real one.
    """

    def __init__(
        self,
        plugin: PluginId,
        *,
        serve: Serve,
        on_broken: Callable[[PluginError], None],
        keeper: LimitKeeper,
        now: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._plugin = plugin
        self._serve = serve
        self._on_broken = on_broken
        self._now = now
        self._covered: asyncio.Future[Any] | None = None
        self._loop = asyncio.get_running_loop()
        self._splitter = Splitter()
        #: What was received and not handled yet; at most what one reading of the pipe gave.
        self._waiting: Iterator[bytes] | None = None
        self._calls: dict[int, _Waiting] = {}
        self._last_call = 0
        self._greeting: tuple[str, asyncio.Future[Ready]] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._transport: asyncio.Transport | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._unread = 0
        self._intake = Intake(self._stop_reading, self._go_on_reading, loop=self._loop)
        self._log = LogLimit(plugin, keeper)
        self._limits = WireLimits(plugin, keeper)
        self.error: PluginError | None = None

    # --- the pipe ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; called by the loop."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=WRITE_BUFFER)

    def data_received(self, data: bytes) -> None:
        """Take what the guest wrote; called by the loop."""
        if self.error is not None:
            return  # it is being ended: nothing that it still says counts
        bodies = self._splitter.feed(data)
        self._waiting = bodies if self._waiting is None else chain(self._waiting, bodies)
        if not self._intake.is_paused:
            self._read()

    def _read(self, *, to_the_end: bool = False) -> None:
        """Handle what was received, for as long as a guest's turn lasts."""
        self._intake.begin_turn()
        try:
            for body in self._waiting or ():
                cost = price(body)
                self._handle(self._intake.read(body), cost)
                if self._intake.end_turn() and not to_the_end:
                    return
        except ProtocolError as error:
            self._limits.ended(error)
            self.fail(error)
        self._waiting = None

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Notice the end of the pipe; called by the loop."""
        self._transport = None
        self.fail(PluginCrashedError("It closed its pipe."))

    def pause_writing(self) -> None:
        """Stop sending: the guest does not read; called by the loop."""
        self._room.clear()

    def resume_writing(self) -> None:
        """Go on sending; called by the loop."""
        self._room.set()

    def _stop_reading(self) -> None:
        if self._transport is not None:
            self._transport.pause_reading()

    def _go_on_reading(self) -> None:
        # Not here and now: this is said in the middle of things.
        self._loop.call_soon(self._read_on)

    def _read_on(self) -> None:
        if self.error is None and not self._intake.is_paused:
            self._read()
        if self._transport is not None and not self._intake.is_paused:
            self._transport.resume_reading()

    # --- to the guest ---

    async def greet(self, hello: Hello, seconds: float, files: Sequence[File] = ()) -> Ready:
        """Hand over the plugin and wait until it is loaded.

        Args:
            hello: Who it is.
            seconds: How long that may take.
            files: Those that it is loaded from, where the guest cannot see them.

        Raises:
            PluginLoadError: It could not be loaded, or not in time.
            PluginError: It ended, or answered garbage.
        """
        future: asyncio.Future[Ready] = self._loop.create_future()
        self._greeting = (hello.nonce, future)
        for file in files:
            self._write(encode(file))
        self._write(encode(hello))
        try:
            async with asyncio.timeout(seconds):
                return await future
        except TimeoutError:
            message = f"The plugin was not loaded within {seconds:.0f} s."
            raise PluginLoadError(
                message, next="Do less at the top level of the module, and never wait there."
            ) from None
        finally:
            self._greeting = None

    async def call(
        self,
        hook: str,
        payload: Any,
        ctx: CallContext,
        *,
        seconds: float,
        tape: Tape | None = None,
    ) -> Any:
        """Call a hook and answer what it returned.

        Raises:
            PluginTimeoutError: No answer before the deadline; the session is broken.
            PluginCrashedError: The guest ended.
            ProtocolError: It answered garbage; the session is broken.
            PluginRaisedError: Its code raised.
            InputRefusedError: The payload has not the form that the plugin demands.
            Veto: Its code refused.
            LimitExceededError: Payload or answer is beyond a limit, or too much is under way.
        """
        seconds = min(ctx.remaining(), seconds)
        with self._noted():
            self._refuse(hook, seconds)
        number = self._last_call = self._last_call + 1
        # What it asks for meanwhile has no more time than the call itself.
        ctx = as_plugin(ctx, self._plugin).within(seconds)
        watched = self._now(), tape.played if tape is not None else None
        frame = self._encode(
            Call(number, hook, payload, int(seconds * 1000), ctx.on_behalf_of, ctx.trace, *watched)
        )
        answer = self._loop.create_future()
        deadline = time.monotonic() + seconds
        self._calls[number] = _Waiting(hook, answer, seconds, deadline, ctx, tape)
        self._watch(deadline)
        self._write(frame)
        try:
            return await answer
        except asyncio.CancelledError:
            # The guest still owes an answer: the call is kept until it comes or is overdue.
            if number in self._calls:
                self.send(Cancel(number))
            raise

    def _refuse(self, hook: str, seconds: float) -> None:
        if self.error is not None:
            raise PluginCrashedError(f"It is not running: {self.error.message}")
        if seconds <= 0:
            raise PluginTimeoutError(f"No time was left to call {hook}.")
        if len(self._calls) >= MAX_IN_FLIGHT:
            problem = f"{MAX_IN_FLIGHT} calls are waiting for its answers."
            raise LimitExceededError(problem) from Excess("in_flight", len(self._calls) + 1)
        if not self._room.is_set():
            raise LimitExceededError("It does not read its messages fast enough.")

    def send(self, frame: ToGuest) -> None:
        """Write one frame; nothing happens where the guest is gone.

        Raises:
            LimitExceededError: It is beyond a limit.
        """
        self._write(encode(frame))

    async def respond(
        self, number: int, *, value: Any = None, error: WireError | None = None
    ) -> None:
        """Answer a gateway request, as soon as the guest reads what was sent before.

        Raises:
            LimitExceededError: The answer is beyond a limit.
        """
        frame = self._encode(Response(number, value, error, self._now()))
        del value
        if not self._room.is_set():
            frame = self._bounded(number, frame)
            self._unread += len(frame)
            try:
                await self._room.wait()
            finally:
                self._unread -= len(frame)
        self._write(frame)

    def _bounded(self, number: int, frame: bytes) -> bytes:
        if self._unread + len(frame) <= MOST_WAITING:
            return frame
        error = LimitExceededError("It does not read the answers that it asks for.")
        return encode(Response(number, None, WireError(**encode_error(error))))

    def _encode(self, frame: ToGuest) -> bytes:
        with self._noted():
            return encode(frame)

    @contextlib.contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except LimitExceededError as error:
            self._limits.not_sent(error)
            raise

    def served(self, size: int) -> None:
        """Count a request of so many bytes no more."""
        self._intake.release(size)

    def tape_of(self, call: int) -> Tape | None:
        """Answer what watches a call that is under way."""
        waiting = self._calls.get(call)
        return None if waiting is None else waiting.tape

    async def cover(self, seconds: float) -> Any:
        """Ask what ran of the plugin, and answer it.

        Raises:
            TimeoutError: It does not say so in time.
        """
        if self._covered is None or self._covered.done():
            self._covered = self._loop.create_future()
            self.send(Cover())
        async with asyncio.timeout(seconds):
            return await asyncio.shield(self._covered)

    def stop(self) -> None:
        """Ask the guest to end."""
        self.send(Stop())

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    # --- from the guest ---

    def _handle(self, frame: FromGuest, size: int) -> None:
        match frame:
            case Result():
                self._answer(frame, frame.value, None)
            case Error():
                self._answer(frame, None, self._error(frame.error))
            case Request():
                waiting = self._calls.get(frame.call)
                self._intake.hold(size)
                self._serve(frame, waiting.ctx if waiting else None, size)
            case Log():
                self._log.write(frame.level, frame.text)
            case Covered():
                self._told_covered(frame)
            case Reached():
                self._limits.told(frame)
            case Ready() | Failed():
                self._greeted(frame)

    def _told_covered(self, frame: Covered) -> None:
        if self._covered is None or self._covered.done():
            raise ProtocolError("It told what ran, and nobody had asked.")
        self._covered.set_result(frame.data)

    def _answer(self, frame: Result | Error, value: Any, error: PlexiHubError | None) -> None:
        waiting = self._calls.pop(frame.id, None)
        if waiting is None:
            raise ProtocolError(f"It answered call {frame.id}, which nobody waits for.")
        if waiting.tape is not None:
            waiting.tape.seen = frame.seen
        if waiting.answer.done():
            return
        if error is None:
            waiting.answer.set_result(value)
        else:
            waiting.answer.set_exception(error)

    def _error(self, error: WireError) -> PlexiHubError:
        error = _shortened(error)
        match error.code:
            case "vetoed":
                return Veto(error.message, plugin=self._plugin)
            case "plugin_raised":
                return PluginRaisedError(error.message, where=self._shown(error))
            case "input_refused":
                return InputRefusedError(error.message, where="pluginInputSchema")
            case "limit_exceeded":
                return LimitExceededError(error.message)
        raise ProtocolError(f"It answered with the unknown error code {error.code[:100]!r}.")

    def _shown(self, error: WireError) -> str:
        """Write the stack of an error to the log, and answer the place where it was raised."""
        stack = str(error.data.get("stack", ""))
        for line in own_lines(stack):
            self._log.tell("error", line)
        return place(stack)

    def _greeted(self, frame: Ready | Failed) -> None:
        if self._greeting is None or self._greeting[1].done():
            raise ProtocolError("It introduced itself twice.")
        nonce, future = self._greeting
        if not hmac.compare_digest(nonce, frame.nonce):
            raise ProtocolError("It introduced itself with somebody else's greeting.")
        if isinstance(frame, Failed):
            error = _shortened(frame.error)
            future.set_exception(PluginLoadError(error.message, where=self._shown(error)))
        elif frame.protocol != PROTOCOL_VERSION:
            raise ProtocolError(f"It speaks protocol {frame.protocol}, not {PROTOCOL_VERSION}.")
        else:
            future.set_result(frame)

    # --- ends ---

    def _watch(self, deadline: float) -> None:
        # One timer for all calls: deadlines rarely come nearer, so most calls never touch it.
        if self._timer is not None:
            if self._timer_at <= deadline:
                return
            self._timer.cancel()
        self._timer_at = deadline
        self._timer = self._loop.call_later(deadline - time.monotonic(), self._check)

    def _check(self) -> None:
        self._timer = None
        if not self._calls:
            return
        first = min(self._calls.values(), key=lambda waiting: waiting.deadline)
        if first.deadline > time.monotonic() + _EARLY:
            self._watch(first.deadline)
            return
        late = f"did not answer {first.hook} within {first.seconds:.1f} s and was stopped"
        self.fail(PluginTimeoutError(late))

    def fail(self, error: PluginError) -> None:
        """Break the conversation off, once; what waits for an answer is told by `close`."""
        if self.error is None:
            self.error = error
            self._on_broken(error)

    def close(self, reason: str) -> None:
        """End everything that still waits, with the session's error or a crash for this reason."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.error is None:
            self._read(to_the_end=True)  # its last words
        self._intake.close()
        if self._transport is not None:
            self._transport.abort()
        if self.error is None:
            self.error = PluginCrashedError(reason)
        now = time.monotonic() + _EARLY
        calls, self._calls = self._calls, {}
        for waiting in calls.values():
            if not waiting.answer.done():
                waiting.answer.set_exception(self._ending(waiting, reason, now))
        if self._greeting is not None and not self._greeting[1].done():
            self._greeting[1].set_exception(PluginLoadError(f"The plugin's process {reason}."))

    def _ending(self, waiting: _Waiting, reason: str, now: float) -> PluginError:
        if isinstance(self.error, ProtocolError):
            return ProtocolError(self.error.message)
        if isinstance(self.error, LimitExceededError):
            return LimitExceededError(f"It {self.error.message}.")
        if isinstance(self.error, PluginTimeoutError) and waiting.deadline <= now:
            return PluginTimeoutError(f"It {self.error.message}.")
        return PluginCrashedError(f"Its process {reason} in the middle of {waiting.hook}.")


def _shortened(error: WireError) -> WireError:
    # It is logged, recorded and shown: none of these is for whatever length a guest likes.
    stack = str(error.data.get("stack", ""))[:LONGEST_STACK]
    return WireError(error.code, error.message[:LONGEST_MESSAGE], {"stack": stack})
