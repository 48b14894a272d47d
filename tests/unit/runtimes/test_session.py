"""What a guest says at once is heard a turn at a time, and its last words are heard to the end."""

from __future__ import annotations

import asyncio
import time

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import SameForAll
from plexihub.runtimes._framing import Request
from plexihub.runtimes._session import Session
from plexihub_sdk.errors import PluginError
from plexihub_sdk.ids import PluginId

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-05", "A-23")]
MANY = 60
WORK = 0.001


def frame(number: int) -> bytes:
    """Write a request as a guest does."""
    body = b'{"type":"request","id":%d,"call":0,"method":"m","params":{}}' % number
    return len(body).to_bytes(4, "big") + body


class Served:
    """A session whose requests take a millisecond of processor time each."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.all = asyncio.Event()
        self.errors: list[PluginError] = []
        self.session = Session(
            PluginId("chatty"),
            serve=self._serve,
            on_broken=self.errors.append,
            keeper=SameForAll(),
        )

    def _serve(self, request: Request, _ctx: CallContext | None, _size: int) -> None:
        end = time.thread_time() + WORK
        while time.thread_time() < end:
            pass
        self.numbers.append(request.id)
        if len(self.numbers) == MANY:
            self.all.set()


async def test_others_have_turns_between_the_messages_of_a_flood() -> None:
    """Of many messages in one piece only some are handled before the loop serves others."""
    served = Served()
    served.session.data_received(b"".join(map(frame, range(MANY))))
    turns = [len(served.numbers)]
    async with asyncio.timeout(20):
        while not served.all.is_set():
            await asyncio.sleep(0)
            if len(served.numbers) > turns[-1]:
                turns.append(len(served.numbers))
    assert served.numbers == list(range(MANY))
    # A turn is three of these and what was begun; a loop that is late does not make it longer.
    assert max(b - a for a, b in zip([0, *turns], turns, strict=False)) <= 5
    served.session.close("is done")


async def test_what_comes_during_a_pause_waits_behind_what_came_before() -> None:
    """Nothing is lost and nothing overtakes, however the bytes are cut."""
    served = Served()
    data = b"".join(map(frame, range(MANY)))
    for start in range(0, len(data), 700):
        served.session.data_received(data[start : start + 700])
    assert len(served.numbers) < MANY
    async with asyncio.timeout(20):
        await served.all.wait()
    assert served.numbers == list(range(MANY))
    served.session.close("is done")


async def test_last_words_are_heard_to_the_end() -> None:
    """What was received before the process ended counts, though its turn was over."""
    served = Served()
    served.session.data_received(b"".join(map(frame, range(MANY))))
    assert len(served.numbers) < MANY
    served.session.close("ended")
    assert served.numbers == list(range(MANY))
    assert served.errors == []
