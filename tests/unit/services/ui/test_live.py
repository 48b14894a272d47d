"""Open pages hear every event once, and resume after an interruption."""

import asyncio
import json
from typing import Any

import pytest

from plexihub.kernel.events import EventBus
from plexihub.services.ui import LiveHub, Subscription
from plexihub.services.ui.live import KEPT, MOST_WAITING
from plexihub_sdk.errors import InputError

pytestmark = pytest.mark.anyio


@pytest.fixture
def live(anyio_backend: object) -> type[LiveHub]:
    """Made inside the running loop, by the test."""
    return LiveHub


async def drained(share: Subscription) -> list[Any]:
    """End a share and answer the frames that were queued, decoded."""
    share.close()
    return [json.loads(text) async for text in share]


def topics(frames: list[Any]) -> list[Any]:
    """Tell number and topic of events, the type of other frames."""
    return [(one["seq"], one["topic"]) if one["type"] == "event" else one["type"] for one in frames]


async def test_events_arrive_in_order_with_numbers(live: type[LiveHub]) -> None:
    """A page that starts anew is told to fetch, then hears what happens."""
    hub = live()
    hub.publish("before", {})
    share = hub.subscribe("ada")
    hub.publish("a", {"x": 1})
    hub.publish("b", {})
    frames = await drained(share)
    assert frames[0] == {"type": "reset", "epoch": hub.epoch, "seq": 1}
    assert frames[1] == {"type": "event", "seq": 2, "topic": "a", "data": {"x": 1}}
    assert topics(frames) == ["reset", (2, "a"), (3, "b")]


async def test_missed_events_are_replayed_once(live: type[LiveHub]) -> None:
    """A page that comes back in time gets exactly what it missed."""
    hub = live()
    for topic in "abc":
        hub.publish(topic, {})
    share = hub.subscribe("ada", epoch=hub.epoch, after=1)
    hub.publish("d", {})
    assert topics(await drained(share)) == [(2, "b"), (3, "c"), (4, "d")]


async def test_nothing_missed_needs_no_reset(live: type[LiveHub]) -> None:
    """Coming back at the newest event replays nothing."""
    hub = live()
    assert await drained(hub.subscribe("ada", epoch=hub.epoch, after=0)) == []
    hub.publish("a", {})
    assert await drained(hub.subscribe("ada", epoch=hub.epoch, after=1)) == []


@pytest.mark.parametrize("after", [0, 3, KEPT + 6, -1])
async def test_what_cannot_be_replayed_is_a_reset(live: type[LiveHub], after: int) -> None:
    """Too old, from the future or nonsense: the page fetches anew."""
    hub = live()
    for _ in range(KEPT + 5):
        hub.publish("a", {})
    share = hub.subscribe("ada", epoch=hub.epoch, after=after)
    assert topics(await drained(share)) == ["reset"]


async def test_number_of_another_run_is_a_reset(live: type[LiveHub]) -> None:
    """Numbers start again with the hub, so those of an earlier run mean nothing."""
    hub = live()
    hub.publish("a", {})
    assert live().epoch != hub.epoch
    assert topics(await drained(hub.subscribe("ada", epoch="other", after=1))) == ["reset"]


async def test_events_reach_their_audience_only(live: type[LiveHub]) -> None:
    """Neither at once nor in a replay does anybody else see them."""
    hub = live()
    ada, bob = (hub.subscribe(name, epoch=hub.epoch) for name in ("ada", "bob"))
    hub.publish("private", {}, users=["ada"])
    late = hub.subscribe("bob", epoch=hub.epoch, after=0)
    assert topics(await drained(ada)) == [(1, "private")]
    assert await drained(bob) == []
    assert await drained(late) == []


async def test_page_that_cannot_keep_up_is_ended(live: type[LiveHub]) -> None:
    """One slow page costs a bounded queue, and the others nothing."""
    hub = live()
    slow = hub.subscribe("ada", epoch=hub.epoch)
    for _ in range(MOST_WAITING + 1):
        hub.publish("a", {})
    assert slow.ended == "slow"
    quick = hub.subscribe("bob", epoch=hub.epoch, after=hub.seq)
    hub.publish("b", {})
    assert topics(await drained(quick)) == [(MOST_WAITING + 2, "b")]
    assert await drained(slow) == []
    assert len(hub) == 0


async def test_ended_session_ends_its_pages(live: type[LiveHub], bus: EventBus) -> None:
    """Signing out tells that session's pages and no others."""
    hub = live()
    hub.listen(bus)
    mine, other = (hub.subscribe("ada", name, epoch=hub.epoch) for name in ("one", "two"))
    bus.publish("session.deleted", {"id": "one", "user_id": "ada"})
    await bus.settle()
    assert (mine.ended, other.ended) == ("revoked", "")
    assert topics([json.loads(text) async for text in mine]) == [(1, "session.revoked")]
    assert await drained(other) == []
    mine.close()


async def test_event_that_is_no_json_is_refused(live: type[LiveHub]) -> None:
    """The publisher learns it, and no number is used."""
    hub = live()
    with pytest.raises(InputError, match="no JSON"):
        hub.publish("a", {"x": object()})
    assert hub.seq == 0


async def test_other_threads_may_publish(live: type[LiveHub]) -> None:
    """A plugin's own thread reaches the pages too."""
    hub = live()
    share = hub.subscribe("ada", epoch=hub.epoch)
    await asyncio.to_thread(hub.publish, "a", {})
    await asyncio.sleep(0)
    assert topics(await drained(share)) == [(1, "a")]
