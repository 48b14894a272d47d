"""The service `live`: tells the open pages, and replays what a short interruption missed.

Every event has a number; a page that comes back says which it saw last. The last thousand are kept
for that. A page that cannot keep up is disconnected rather than waited for, and resumes.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from plexihub.kernel.events import EventBus
from plexihub.kernel.ports import Undo
from plexihub_sdk.errors import InputError, LimitExceededError

KEPT = 1000
MOST_WAITING = 1000
MOST_SUBSCRIBERS = 10_000
#: More than anybody has tabs: else one person could take everybody's places.
MOST_OF_ONE = 100


@dataclass(frozen=True, slots=True)
class _Event:
    seq: int
    text: str
    audience: frozenset[str] | None


class Subscription:
    """One page's share of the events: iterate over it to receive their frames."""

    def __init__(self, hub: LiveHub, person: str, session: str) -> None:
        self.person = person
        self.session = session
        #: Why it ended: empty, `slow`, `revoked` or `closing`.
        self.ended = ""
        self._hub = hub
        self._waiting: deque[str] = deque()
        self._news = asyncio.Event()

    def push(self, text: str) -> None:
        """Queue a frame; a page that cannot keep up is ended."""
        if self.ended:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            self.end("slow")
            return
        self._waiting.append(text)
        self._news.set()

    def end(self, why: str) -> None:
        """Let the iteration end after what is queued."""
        self.ended = self.ended or why
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[str]:
        while self._waiting or not self.ended:
            while self._waiting:
                yield self._waiting.popleft()
            self._news.clear()
            if not self.ended:
                await self._news.wait()

    def close(self) -> None:
        """Stop receiving."""
        self.end("closing")
        self._hub.forget(self)


class LiveHub:
    """Numbers events and hands them to the pages that may see them."""

    def __init__(self) -> None:
        #: Another one at each start: numbers of an earlier run mean nothing now.
        self.epoch = secrets.token_hex(8)
        self.seq = 0
        self._kept: deque[_Event] = deque(maxlen=KEPT)
        self._subscriptions: set[Subscription] = set()
        self._loop = asyncio.get_running_loop()

    def listen(self, bus: EventBus) -> Undo:
        """Disconnect the pages of each session that ends."""
        return bus.subscribe("session.deleted", lambda data: self.revoke(str(data.get("id", ""))))

    def publish(self, topic: str, data: Any, *, users: Iterable[str] | None = None) -> None:
        """Tell an event to the open pages.

        Args:
            topic: Such as `message.created`.
            data: JSON; it is encoded now, so later changes do not show.
            users: Ids of those who may see it; everybody when absent.

        Raises:
            InputError: `data` is no JSON.
        """
        try:
            body = msgspec.json.encode(data)
            name = msgspec.json.encode(topic)
        except (TypeError, ValueError) as error:
            raise InputError(f"The event {topic!r} is no JSON: {error}.", where="data") from None
        audience = None if users is None else frozenset(users)
        if self._is_here():
            self._publish(name, body, audience)
        else:
            self._loop.call_soon_threadsafe(self._publish, name, body, audience)

    def tell(self, topic: str, data: Any, *, users: Iterable[str]) -> None:
        """Tell what is true for a moment to the pages of some people; it is not kept for others.

        To be called on the hub's loop.
        """
        audience = frozenset(users)
        event = self._number(msgspec.json.encode(topic), msgspec.json.encode(data), audience)
        self._push(event)

    def _is_here(self) -> bool:
        try:
            return asyncio.get_running_loop() is self._loop
        except RuntimeError:
            return False

    def _publish(self, name: bytes, body: bytes, audience: frozenset[str] | None) -> None:
        event = self._number(name, body, audience)
        self._kept.append(event)
        self._push(event)

    def _push(self, event: _Event) -> None:
        for one in list(self._subscriptions):
            if event.audience is None or one.person in event.audience:
                one.push(event.text)

    def _number(self, name: bytes, body: bytes, audience: frozenset[str] | None) -> _Event:
        self.seq += 1
        frame = b'{"type":"event","seq":%d,"topic":%b,"data":%b}' % (self.seq, name, body)
        return _Event(self.seq, frame.decode(), audience)

    def hello(self) -> str:
        """Make the first frame of every connection."""
        return self._frame("hello")

    def _frame(self, kind: str) -> str:
        position = {"type": kind, "epoch": self.epoch, "seq": self.seq}
        return msgspec.json.encode(position).decode()

    def subscribe(
        self, person: str, session: str = "", *, epoch: str | None = None, after: int = 0
    ) -> Subscription:
        """Receive events from now on, after those that were missed.

        Args:
            person: Whose page it is.
            session: Whose end disconnects it.
            epoch: Of the run in which the page last saw an event.
            after: Number of that event.

        Raises:
            LimitExceededError: Too many pages are open.
        """
        if len(self._subscriptions) >= MOST_SUBSCRIBERS:
            raise LimitExceededError("Too many pages are open.", next="Try again later.")
        if sum(one.person == person for one in self._subscriptions) >= MOST_OF_ONE:
            raise LimitExceededError(
                f"You have {MOST_OF_ONE} pages open.", next="Close one of them first."
            )
        fresh = Subscription(self, person, session)
        for text in self._missed(person, epoch, after):
            fresh.push(text)
        self._subscriptions.add(fresh)
        return fresh

    def _missed(self, person: str, epoch: str | None, after: int) -> list[str]:
        oldest = self._kept[0].seq if self._kept else self.seq + 1
        if epoch != self.epoch or not oldest - 1 <= after <= self.seq:
            return [self._frame("reset")]
        return [
            one.text
            for one in self._kept
            if one.seq > after and (one.audience is None or person in one.audience)
        ]

    def forget(self, subscription: Subscription) -> None:
        """Stop handing events to a page."""
        self._subscriptions.discard(subscription)

    def revoke(self, session: str) -> None:
        """Tell the pages of a session that it is over, and disconnect them."""
        for one in list(self._subscriptions):
            if one.session == session:
                one.push(self._number(b'"session.revoked"', b"{}", frozenset()).text)
                one.end("revoked")

    def close(self) -> None:
        """Disconnect every page."""
        for one in list(self._subscriptions):
            one.end("closing")

    def __len__(self) -> int:
        return len(self._subscriptions)
