"""The conversation with the hub: calls in, answers out, requests back.

`async` handlers overlap as tasks. Plain ones run where they arrive; while one waits for the hub,
others start above it, so that calls overlap without a thread. None of them waits for good:
- no more than `MAX_NESTED` stand on one another, and none starts above one whose answer is there:
  those that come later wait in order;
- a call of a journey that a waiting handler belongs to starts at once, since that handler may be
  waiting for nothing else.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import os
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from plexihub_sdk.errors import LimitExceededError, PlexiHubError
from plexihub_sdk.guest.call import Call, running
from plexihub_sdk.guest.channel import Channel, TooLargeError
from plexihub_sdk.guest.errors import refusal, to_wire
from plexihub_sdk.guest.loop import GuestLoop
from plexihub_sdk.guest.reached import Reached
from plexihub_sdk.guest.senses import Unwatched
from plexihub_sdk.guest.text import TooDeepError, encode
from plexihub_sdk.wire import MAX_DEPTH, MAX_IN_FLIGHT, decode_error

MAX_NESTED = 16
_TOO_LARGE = "is larger than 4 MiB"
_TOO_DEEP = f"nests deeper than {MAX_DEPTH} levels"

#: Takes a payload and answers a value, or a coroutine where `is_async`.
Handler = Callable[[Any], Any]


class Hooked:
    """A handler of the plugin's.

    Args:
        call: Takes the payload.
        is_async: Whether it answers a coroutine.
    """

    __slots__ = ("call", "is_async")

    def __init__(self, call: Handler, *, is_async: bool) -> None:
        self.call = call
        self.is_async = is_async


class Guest:
    """Serves the calls of one plugin.

    Args:
        channel: The pipe.
        complain: Takes errors that nobody caught, as an event loop tells them.
    """

    def __init__(self, channel: Channel, complain: Callable[[dict[str, Any]], None]) -> None:
        # What it leaves out refuses when it is called, as asyncio's own class does.
        self._turns = GuestLoop(self._hear, complain)  # type: ignore[abstract]
        self.loop: asyncio.AbstractEventLoop = self._turns
        self._channel = channel
        self._hooks: Mapping[str, Hooked] = {}
        self._inbox: deque[bytes | bytearray] = deque()
        self._calls: dict[int, Call] = {}
        self._requests: dict[int, asyncio.Future[Any]] = {}
        self._asked = 0
        self._reached = Reached(channel)
        self._stack: list[Call] = []
        self._later: deque[tuple[Call, Hooked, dict[str, Any], bytes | bytearray]] = deque()
        #: What its plugin perceives of time and chance, where the hub watches it.
        self.senses = Unwatched()
        #: Answers which lines ran, where the hub tests it.
        self.covered: Callable[[], dict[str, list[int]]] = dict

    def turn(self) -> None:
        """Hear the hub, and run what is ready."""
        self._turns.turn()

    def open(self, hooks: Mapping[str, Hooked]) -> None:
        """Take the hooks of the plugin that is now loaded."""
        self._hooks = hooks

    def next_frame(self) -> dict[str, Any]:
        """Answer the next frame, before anything is served.

        Raises:
            EOFError: The hub closed the pipe.
        """
        while not self._inbox:
            self._inbox.extend(self._channel.receive(None))
        frame: dict[str, Any] = json.loads(self._inbox.popleft())
        return frame

    # --- requests ---

    def ask(self, method: str, params: Mapping[str, Any]) -> asyncio.Future[Any]:
        """Ask the gateway within the call that runs; the answer completes the future.

        Raises:
            LimitExceededError: Too many requests are waiting, or this one is beyond a limit.
            TypeError: A parameter is nothing that JSON knows.
        """
        if len(self._requests) >= MAX_IN_FLIGHT:
            self._reached.tell("in_flight", MAX_IN_FLIGHT + 1)
            raise LimitExceededError(f"More than {MAX_IN_FLIGHT} requests at once.", where=method)
        call = running.get()
        number = self._asked + 1
        frame = {
            "type": "request",
            "id": number,
            "call": call.id if call is not None else 0,
            "method": method,
            "params": params,
        }
        try:
            self._channel.post(encode(frame))
        except TooLargeError as error:
            self._reached.tell("message_mb", error.mb)
            raise LimitExceededError(f"The request {_TOO_LARGE}.", where=method) from None
        except TooDeepError:
            self._reached.tell("message_depth", MAX_DEPTH + 1)
            raise LimitExceededError(f"The request {_TOO_DEEP}.", where=method) from None
        self._asked = number
        future = self._requests[number] = self.loop.create_future()
        return future

    def wait(self, future: asyncio.Future[Any]) -> Any:
        """Serve everything else until a future is done, for plain code that cannot await it.

        Raises:
            Exception: What the future holds.
        """
        call = self._stack[-1] if self._stack else None
        if call is not None:
            call.awaited = future
        try:
            while not future.done():
                self.turn()
        finally:
            if call is not None:
                call.awaited = None
        return future.result()

    def _answered(self, frame: dict[str, Any]) -> None:
        future = self._requests.pop(frame["id"], None)
        if future is None or future.done():
            return
        error = frame["error"]
        future.set_result(frame["value"]) if error is None else future.set_exception(_made(error))

    # --- calls ---

    def _hear(self, seconds: float | None) -> None:
        if self._later and self._may_start(self._later[0][0]):
            # And no reading after it: meanwhile it may have heard what the caller waits for.
            self._run_plain(*self._later.popleft())
            return
        if not self._inbox:
            try:
                self._inbox.extend(self._channel.receive(seconds))
            except EOFError:
                os._exit(0)
        while self._inbox:
            body = self._inbox.popleft()
            self._handle(json.loads(body), body)

    def _handle(self, frame: dict[str, Any], body: bytes | bytearray) -> None:
        self.senses.hear(frame)
        match frame["type"]:
            case "call":
                self._begin(frame, body)
            case "response":
                self._answered(frame)
            case "cancel":
                self._cancel(frame["id"])
            case "cover":
                self._channel.post(encode({"type": "covered", "data": self.covered()}))
            case "stop":
                os._exit(0)

    def _begin(self, frame: dict[str, Any], body: bytes | bytearray) -> None:
        call = self._calls[frame["id"]] = Call(frame["id"], frame["user"], frame["trace"])
        self.senses.begin(call.id, frame.get("seen"))
        hooked = self._hooks.get(frame["hook"])
        if hooked is None:
            self._fail(call, PlexiHubError(f"There is no hook {frame['hook']!r}."))
        elif hooked.is_async:
            context = contextvars.copy_context()
            context.run(running.set, call)
            work = self._run_async(call, hooked, frame, body)
            call.task = self.loop.create_task(work, context=context)
        elif self._may_start(call):
            self._run_plain(call, hooked, frame, body)
        else:
            self._later.append((call, hooked, frame, body))

    def _may_start(self, call: Call) -> bool:
        if not self._stack:
            return True
        if any(waiting.trace == call.trace for waiting in self._stack):
            return len(self._stack) < 2 * MAX_NESTED
        is_answered = any(one.awaited is not None and one.awaited.done() for one in self._stack)
        return not is_answered and len(self._stack) < MAX_NESTED

    async def _run_async(
        self, call: Call, hooked: Hooked, frame: dict[str, Any], body: bytes | bytearray
    ) -> None:
        payload = frame["payload"]
        try:
            value = await hooked.call(payload)
            answer = changes(payload, body) if value is None else value
        except BaseException as error:  # noqa: BLE001 - whatever it is, the call is answered
            self._fail(call, error)
        else:
            self._finish(call, answer)

    def _run_plain(
        self, call: Call, hooked: Hooked, frame: dict[str, Any], body: bytes | bytearray
    ) -> None:
        payload = frame["payload"]
        self._stack.append(call)
        try:
            value = contextvars.copy_context().run(_within, call, hooked.call, payload)
            answer = changes(payload, body) if value is None else value
        except BaseException as error:  # noqa: BLE001 - whatever it is, the call is answered
            self._fail(call, error)
        else:
            self._finish(call, answer)
        finally:
            self._stack.pop()

    def _cancel(self, number: int) -> None:
        call = self._calls.get(number)
        if call is not None:
            call.is_cancelled = True
            if call.task is not None:
                call.task.cancel()

    def _finish(self, call: Call, answer: Any) -> None:
        try:
            json_text = b"null" if answer is None else encode(answer)
        except TooDeepError:
            self._reached.tell("message_depth", MAX_DEPTH + 1)
            self._refuse(call, f"The answer {_TOO_DEEP}.")
        except Exception as error:  # noqa: BLE001 - the plugin's own values fail in their own ways
            self._fail(call, error)
        else:
            try:
                self._end(call, b'{"type":"result","id":%d,"value":%b' % (call.id, json_text))
            except TooLargeError as error:
                self._reached.tell("message_mb", error.mb)
                self._refuse(call, f"The answer {_TOO_LARGE}.")

    def _fail(self, call: Call, error: BaseException) -> None:
        if isinstance(error, MemoryError):
            # Its frames hold what filled the memory: without them there is room for the answer.
            error.__traceback__ = error.__context__ = None
        self._error(call, to_wire(error))

    def _refuse(self, call: Call, message: str) -> None:
        self._error(call, refusal("limit_exceeded", message))

    def _error(self, call: Call, error: dict[str, Any]) -> None:
        self._end(call, encode({"type": "error", "id": call.id, "error": error})[:-1])

    def _end(self, call: Call, frame: bytes) -> None:
        """Post a frame whose last brace is missing."""
        self._channel.post(frame + self.senses.end(call.id) + b"}")
        self._calls.pop(call.id, None)


def changes(payload: Any, body: bytes | bytearray) -> dict[str, Any] | None:
    """Answer what a handler changed in its payload; None where it changed nothing.

    Args:
        payload: The one that it was handed.
        body: The frame in which it came.
    """
    if not isinstance(payload, dict):
        return None
    before = json.loads(body)["payload"]
    missing = object()
    changed = {key: value for key, value in payload.items() if before.get(key, missing) != value}
    return changed or None


def _within(call: Call, handler: Handler, payload: Any) -> Any:
    running.set(call)
    return handler(payload)


def _made(error: dict[str, Any]) -> PlexiHubError:
    made = decode_error(error)
    vars(made)["code"] = error["code"]  # also where no class of the SDK has it
    return made
