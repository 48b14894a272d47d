"""What reading a guest costs the hub is counted, and whoever costs too much waits."""

from __future__ import annotations

import asyncio
import gc

import pytest

from plexihub.runtimes._intake import (
    FREE_SECONDS,
    LARGE,
    MOST_HELD,
    OTHERS,
    SHARE,
    TURN_SECONDS,
    Intake,
)
from plexihub_sdk.errors import ProtocolError

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-05", "A-23")]
SMALL = b'{"type":"log","level":"info","text":"x"}'
BIG = b'{"type":"request","id":1,"call":0,"method":"m","params":{"p":[%s0]}}' % (b"[]," * 20_000)


class Loop:
    """Keeps the one timer, and lets a test move the time."""

    def __init__(self) -> None:
        self.now = self.worked = 0.0
        self.wait = 0.0
        self.due: object = None
        self.cancelled = False

    def call_later(self, seconds: float, work: object) -> Loop:
        """Keep a timer."""
        self.wait, self.due = seconds, work
        return self

    def cancel(self) -> None:
        """Forget it."""
        self.cancelled = True

    def rest(self) -> None:
        """Let the timer come."""
        self.now += self.wait
        assert callable(self.due)
        self.due()

    def work(self) -> float:
        """Pretend that each look at the clock comes 0.04 s of work after the last."""
        self.worked += 0.04
        return round(self.worked, 6)


@pytest.fixture
def loop() -> Loop:
    """Give a loop."""
    return Loop()


@pytest.fixture
def said() -> list[str]:
    """Keep what the intake asks for."""
    return []


@pytest.fixture
def intake(loop: Loop, said: list[str]) -> Intake:
    """Give an intake whose messages take 0.04 s each."""
    return Intake(
        lambda: said.append("pause"),
        lambda: said.append("resume"),
        loop=loop,  # type: ignore[arg-type] # what of a loop it uses
        clock=lambda: loop.now,
        worked=loop.work,
    )


async def test_costly_messages_are_read_no_more_until_their_time_is_paid(
    intake: Intake, loop: Loop, said: list[str]
) -> None:
    """The free share goes first; then reading stops for as long as the debt takes."""
    free = int(FREE_SECONDS / 0.04)
    for _ in range(free):
        intake.read(BIG)
    assert said == []
    intake.read(BIG)
    assert said == ["pause"]
    assert loop.wait == pytest.approx((0.04 * (free + 1) - FREE_SECONDS) / SHARE, rel=0.01)
    intake.read(BIG)  # what was in the same piece
    loop.rest()
    assert said == ["pause"]
    loop.rest()
    assert said == ["pause", "resume"]


async def test_small_messages_and_texts_are_free(said: list[str]) -> None:
    """A thousand small messages, and a hundred MiB of text, cost nothing that is counted."""
    intake = Intake(
        lambda: said.append("pause"),
        lambda: said.append("resume"),
        loop=asyncio.get_running_loop(),
    )
    text = b'{"type":"request","id":1,"call":0,"method":"m","params":{"p":"%s"}}' % (b"x" * 2**20)
    for _ in range(1000):
        intake.read(SMALL)
    for _ in range(100):
        intake.read(text)
    assert said == []
    intake.close()


async def test_requests_of_many_bytes_are_not_held_without_bound(
    intake: Intake, said: list[str]
) -> None:
    """Beyond the bound nothing is read until one was answered."""
    each = MOST_HELD // 4
    for _ in range(4):
        intake.hold(each)
    assert said == []
    intake.hold(each)
    assert said == ["pause"]
    intake.release(each)
    assert said == ["pause", "resume"]
    intake.hold(LARGE - 1)
    assert said == ["pause", "resume"]


async def test_nothing_is_resumed_after_the_end(
    intake: Intake, loop: Loop, said: list[str]
) -> None:
    """Requests that end later touch no pipe."""
    intake.hold(2 * MOST_HELD)
    intake.close()
    intake.release(2 * MOST_HELD)
    assert said == ["pause"]
    for _ in range(9):
        intake.read(BIG)
    assert said == ["pause"]
    assert loop.due is None


async def test_collector_is_on_again_whatever_came(intake: Intake) -> None:
    """Also after what is no message."""
    with pytest.raises(ProtocolError):
        intake.read(b"[" * LARGE)
    assert gc.isenabled()


async def test_turn_that_is_over_leaves_longer_ones_to_the_others(
    intake: Intake, loop: Loop, said: list[str]
) -> None:
    """Whatever made the work: reading stops, for longer than the work took, and goes on."""
    intake.begin_turn()
    assert intake.end_turn()  # 0.04 s of work, see above
    assert TURN_SECONDS < 0.04
    assert loop.wait == pytest.approx(0.04 * OTHERS)
    assert (said, intake.is_paused) == (["pause"], True)
    loop.rest()
    assert (said, intake.is_paused) == (["pause", "resume"], False)
