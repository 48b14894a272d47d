"""The recording as a gateway: each request gets the recorded answer, in the recorded order.

Nothing is done: no storage, no network, no message. A request with other parameters is noted and
gets the recorded answer; one of another method, or one too many, is noted and refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import Json
from plexihub.kernel.recording import Exchange, Recording, Redactor
from plexihub.kernel.watch import Seen, Tape, Watcher
from plexihub.replay.outcome import Mismatch, request_text
from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.wire import decode_error

#: How long an answer waits for those that came before it in the recording.
_IN_ORDER_SECONDS = 0.5
MOST_MISMATCHES = 50
_CLOCKS = {"wall", "steady"}


class NotRecordedError(PlexiHubError):
    """The plugin asked for something that the recorded call did not ask for."""

    code = "not_recorded"


class ReplayTape(Tape):
    """Plays one call back.

    Args:
        recording: What is played.
    """

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self._recording = recording
        self._asked = 0
        self._answered: set[int] = set()
        self._moved = asyncio.Condition()
        self.mismatches: list[Mismatch] = []
        self.played = recording.seen

    async def dispatch(self, ctx: CallContext, method: str, params: Mapping[str, Json]) -> Json:
        """Answer a request as the recording does.

        Raises:
            NotRecordedError: The recording has no such request at this place, or it is made
                outside of the call, such as while the module is loaded.
            PlexiHubError: The recorded answer is an error.
        """
        if ctx.trace != self._recording.trace:
            raise NotRecordedError("Nothing is recorded outside of a call.", where=method)
        exchange = self._next(method, params)
        await self._in_order(exchange)
        if exchange.error is not None:
            raise decode_error(exchange.error)
        if not exchange.answered:
            await asyncio.Event().wait()  # the recorded call ended before it was answered
        return exchange.value

    def _next(self, method: str, params: Mapping[str, Json]) -> Exchange:
        self._asked += 1
        number, exchanges = self._asked, self._recording.exchanges
        now = request_text(method, _plain(params))
        if number > len(exchanges):
            self._differs(Mismatch(number, "none", now))
            raise NotRecordedError(f"The recording has no answer to {now}.", where=method)
        exchange = exchanges[number - 1]
        was = request_text(exchange.method, exchange.params)
        if exchange.method != method or exchange.params != _plain(params):
            self._differs(Mismatch(number, was, now))
            if exchange.method != method:
                raise NotRecordedError(f"The recording has no answer to {now}.", where=method)
        return exchange

    def _differs(self, mismatch: Mismatch) -> None:
        if len(self.mismatches) < MOST_MISMATCHES:
            self.mismatches.append(mismatch)

    async def _in_order(self, exchange: Exchange) -> None:
        """Wait for what was answered before it; not for ever, since code may have changed."""
        before = {
            one.answered
            for one in self._recording.exchanges
            if 0 < one.answered < exchange.answered
        }
        async with self._moved:
            try:
                async with asyncio.timeout(_IN_ORDER_SECONDS):
                    await self._moved.wait_for(lambda: before <= self._answered)
            except TimeoutError:
                pass
            self._answered.add(exchange.answered)
            self._moved.notify_all()

    def finish(self) -> None:
        """Note what the recording has more of than the replay."""
        for number, exchange in enumerate(self._recording.exchanges, 1):
            if number > self._asked:
                was = request_text(exchange.method, exchange.params)
                self._differs(Mismatch(number, was, "not asked"))
        for source in sorted({*self._recording.seen, *self.seen} - {"cut"}):
            drawn = [len(one.get(source, [])) for one in (self._recording.seen, self.seen)]
            if drawn[0] != drawn[1]:
                kind = "the clock" if source in _CLOCKS else "chance"
                said = f"asked {kind} ({source}) {{}} times"
                self._differs(Mismatch(0, said.format(drawn[0]), said.format(drawn[1])))


class Player(Watcher):
    """Watches the process in which a recording is replayed.

    Args:
        recording: What is played.
        ran: Where what ran is left, as the guest counts it; None counts nothing.
    """

    def __init__(self, recording: Recording, ran: list[Any] | None = None) -> None:
        self.tape = ReplayTape(recording)
        self._ran = ran
        self.coverage = ran is not None
        self._moment = recording.moment
        self.played: Seen | None = recording.top

    def now(self) -> float | None:
        """Tell the moment of the recording: for what it has no more of."""
        return self._moment

    def covered(self, data: Any) -> None:
        """Keep what ran."""
        if self._ran is not None:
            self._ran.append(data)

    def begin(self, hook: str, payload: Mapping[str, Json], ctx: CallContext) -> Tape:
        """Play the call."""
        del hook, payload, ctx
        return self.tape


def _plain(params: Any) -> Any:
    return Redactor().clean(msgspec.json.decode(msgspec.json.encode(params)))
