"""The event bus: tells, after the fact, everybody who wants to hear.

Rules:
- Each subscriber has its own bounded queue and a task of its own while the queue is not empty, so
  one that raises or is slow harms nobody. When the queue is full the oldest event is dropped,
  counted and reported.
- Order is kept per subscriber. A handler has 30 seconds.
- Published inside `hold()`, an event waits for `release()`: the unit of work releases after commit
  and drops on roll-back, so nobody hears of what did not happen.
- Handlers run outside the publisher's context: only the call context and the owner are carried
  over, so none joins a transaction that is over.
- Trusted listeners get the live object, the same for all of them.
- An event told by a handler of another one follows from it. Chains that go too far are cut
  (`lineage`), so plugins that tell each other's events for ever keep nobody from working.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextvars import Context, ContextVar
from dataclasses import dataclass, replace
from typing import Any, Self

from plexihub.kernel.context import CallContext, current, entered, owner
from plexihub.kernel.lineage import Lineage
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub.kernel.watched import Handler, Observe, OnFailure, Watch, ignore, must_pass
from plexihub_sdk.errors import LimitExceededError
from plexihub_sdk.ids import PluginId

QUEUE_LIMIT = 1000
HANDLER_SECONDS = 30.0
_CLOSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Event:
    data: Any
    ctx: CallContext
    lineage: Lineage


class _Subscriber:
    """One listener: its queue, and the task that empties it."""

    def __init__(self, bus: EventBus, name: str, handler: Handler, limit: int) -> None:
        self.bus = bus
        self.name = name
        self.handler = handler
        self.owner: PluginId | None = None
        self.dropped = 0
        self.task: asyncio.Task[None] | None = None
        self._overflowing = False
        self._limit = limit
        self._queue: deque[_Event] = deque()

    def push(self, event: _Event) -> None:
        if len(self._queue) >= self._limit:
            self._queue.popleft()
            self._note_drop()
        self._queue.append(event)
        if self.task is None:
            self.bus.start(self)

    def _note_drop(self) -> None:
        self.dropped += 1
        if not self._overflowing:  # once an overflow, or a flood would flood the report too
            self._overflowing = True
            message = f"More than {self._limit} events wait; the oldest are dropped."
            self.bus.on_failure(self.name, self.owner, LimitExceededError(message, where=self.name))

    async def drain(self) -> None:
        try:
            while self._queue:
                await self._handle(self._queue.popleft())
                # A plain handler that emits what it hears must not hold the loop for ever.
                await asyncio.sleep(0)
        finally:
            self.task = None
            self._overflowing = False

    async def _handle(self, event: _Event) -> None:
        # A deadline of its own: the request that led to the event may be answered long ago.
        deadline = time.monotonic() + HANDLER_SECONDS
        ctx = replace(event.ctx, deadline=deadline, lineage=event.lineage)
        with entered(ctx):
            try:
                answer = self.handler(event.data)
                if answer is not None and hasattr(answer, "__await__"):
                    async with asyncio.timeout(HANDLER_SECONDS + 1):
                        await answer
            except BaseException as error:
                if must_pass(error):
                    raise
                self.bus.on_failure(self.name, self.owner, error)

    @property
    def waiting(self) -> tuple[_Event, ...]:
        return tuple(self._queue)

    def close(self) -> None:
        self._queue.clear()
        if self.task is not None and self.task is not _this_task():
            self.task.cancel()


class _Collector(_Subscriber):
    """Keeps events for listeners that are to come."""

    def __init__(self, bus: EventBus, name: str, kept: deque[_Event]) -> None:
        super().__init__(bus, name, lambda _data: None, QUEUE_LIMIT)
        self.kept = kept

    def push(self, event: _Event) -> None:
        self.kept.append(event)


def _runs_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _this_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:  # another thread
        return None


class Held:
    """Events published in a `with bus.hold()` block, kept until `release`."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._events: list[tuple[str, _Event]] = []
        self._outer: Held | None = None
        self.open = False

    def __enter__(self) -> Self:
        self._outer = _held.get()
        self._token = _held.set(self)
        self.open = True
        return self

    def __exit__(self, *_exc: object) -> None:
        self.open = False
        self._events.clear()
        _held.reset(self._token)

    def keep(self, name: str, event: _Event) -> None:
        """Keep one event."""
        self._events.append((name, event))

    def release(self) -> None:
        """Publish what was kept, in order; to the hold around this one where there is one."""
        events, self._events = self._events, []
        for name, event in events:
            self._bus.pass_on(name, event, self._outer)


_held: ContextVar[Held | None] = ContextVar("plexihub_held", default=None)


class EventBus:
    """Who listens to what."""

    def __init__(
        self, ownership: Ownership, on_failure: OnFailure, observe: Observe = ignore
    ) -> None:
        self.on_failure = on_failure
        self._ownership = ownership
        self._observe = observe
        self._subscribers: dict[str, tuple[_Subscriber, ...]] = {}
        self._collected: dict[PluginId, dict[str, deque[_Event]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say on which loop handlers run, for publishers in other threads."""
        self._loop = loop

    def subscribe(
        self,
        name: str,
        handler: Handler,
        *,
        owner: PluginId | None = None,
        limit: int = QUEUE_LIMIT,
    ) -> Undo:
        """Listen to an event.

        Args:
            name: Event, of the catalogue or a plugin's own.
            handler: Takes the event's data; plain, or answering something to await.
            owner: The plugin; the one whose code runs now when absent.
            limit: Events that may wait.

        Returns:
            An undo: nothing is delivered afterwards, and a handler that waits is cancelled.
        """
        plugin = owner or _whose()
        if plugin is not None:
            watch = Watch(plugin=plugin, name=name, seconds=HANDLER_SECONDS, observe=self._observe)
            handler = watch.coat(handler)
        subscriber = _Subscriber(self, name, handler, limit)
        subscriber.owner = plugin
        self._subscribers[name] = (*self._subscribers.get(name, ()), subscriber)
        if plugin is not None and plugin in self._collected:
            for event in self._collected[plugin].get(name, ()):
                subscriber.push(event)
        return self._ownership.note(lambda: self._remove(name, subscriber), plugin)

    def collect(self, plugin: PluginId) -> Undo:
        """Keep what a plugin listens to for its new code, until the answered undo is called.

        Call it, and nothing that waits, right before the old listeners are taken away; what they
        had not begun with is kept, too.
        """
        collected: dict[str, deque[_Event]] = {}
        for name, subscribers in list(self._subscribers.items()):
            mine = [one for one in subscribers if one.owner == plugin]
            if mine:
                kept = collected[name] = deque(mine[0].waiting, maxlen=QUEUE_LIMIT)
                collector = _Collector(self, name, kept)
                self._subscribers[name] = (*self._subscribers[name], collector)
        self._collected[plugin] = collected

        def undo() -> None:
            del self._collected[plugin]
            for name, them in list(self._subscribers.items()):
                for one in them:
                    if isinstance(one, _Collector) and one.kept is collected.get(name):
                        self._remove(name, one)

        return undo

    def _remove(self, name: str, subscriber: _Subscriber) -> None:
        subscriber.close()
        rest = tuple(one for one in self._subscribers.get(name, ()) if one is not subscriber)
        if rest:
            self._subscribers[name] = rest
        else:
            self._subscribers.pop(name, None)

    def has(self, name: str) -> bool:
        """Whether somebody listens to an event."""
        return name in self._subscribers

    def names(self) -> dict[str, list[PluginId | None]]:
        """Tell the owners of each event's listeners."""
        return {name: [one.owner for one in them] for name, them in self._subscribers.items()}

    def waiting_for(self, prefix: str) -> int:
        """Tell how many events of names with this beginning wait for their listeners."""
        return sum(
            len(one.waiting)
            for name, them in self._subscribers.items()
            if name.startswith(prefix)
            for one in them
        )

    def publish(self, name: str, data: Any, ctx: CallContext | None = None) -> None:
        """Tell everybody who listens; returns at once.

        Args:
            name: Event.
            data: What they receive.
            ctx: In which journey; what runs now when absent.

        Raises:
            RuntimeError: Called outside the hub's loop before `bind`.
        """
        if name not in self._subscribers:
            return
        ctx = ctx or current()
        plugin = PluginId(ctx.actor.id) if ctx.actor.kind == "plugin" else _whose()
        lineage = Lineage(name, plugin, ctx.lineage)
        if lineage.is_endless:
            if (complaint := lineage.complaint()) is not None:
                self.on_failure(name, plugin, complaint)
            return
        self.pass_on(name, _Event(data, ctx, lineage), _held.get())

    def pass_on(self, name: str, event: _Event, held: Held | None) -> None:
        """Keep an event in the innermost hold that is still open, or deliver it."""
        while held is not None and not held.open:
            held = held._outer  # noqa: SLF001 - one mechanism in two classes
        if held is not None:
            held.keep(name, event)
            return
        if _runs_a_loop():
            self._deliver(name, event)
        elif self._loop is not None:
            self._loop.call_soon_threadsafe(self._deliver, name, event)
        else:
            raise RuntimeError(f"{name} was published before there is an event loop")

    def _deliver(self, name: str, event: _Event) -> None:
        for subscriber in self._subscribers.get(name, ()):
            subscriber.push(event)

    def hold(self) -> Held:
        """Keep what this block (and what it awaits) publishes until `release()`.

        What was not released when the block ends is dropped.
        """
        return Held(self)

    def start(self, subscriber: _Subscriber) -> None:
        """Give a subscriber the task that empties its queue."""
        task = asyncio.get_running_loop().create_task(
            subscriber.drain(), name=f"event {subscriber.name}", context=Context()
        )
        subscriber.task = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - it is the deadline
        """Wait until every published event was handled.

        Raises:
            TimeoutError: Some handlers were not done in time.
        """
        async with asyncio.timeout(timeout):
            while tasks := self._tasks - {_this_task()}:
                await asyncio.wait(tasks)

    async def close(self) -> None:
        """Drop every subscription and end every handler, within five seconds."""
        for name in list(self._subscribers):
            for subscriber in self._subscribers.pop(name):
                subscriber.close()
        tasks = self._tasks - {_this_task()}
        if tasks:
            await asyncio.wait(tasks, timeout=_CLOSE_SECONDS)


def _whose() -> PluginId | None:
    return owner.get()
