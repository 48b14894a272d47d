"""What plugins keep by key: numbers of writes, ends, limits, and compartments."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from plexihub.services.database import Database
from plexihub.services.storage import VALUES, Ledger, Place, Quota, Sweeper, Values, When
from plexihub_sdk.errors import ConflictError, InputError, LimitExceededError

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-20")]
POLL = Place("poll")
HERS = Place("poll", "grace")


class Clock:
    """Tells a time that the test moves."""

    def __init__(self) -> None:
        """Begin at some moment."""
        self.now = datetime(2026, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell it."""
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


def make(database: Database, clock: Clock, *, count: int = 100, mib: int = 1) -> Values:
    """Make values with a limit."""
    quota = Quota(count=count, mib=mib, noun="keys", free="Delete some.")
    return Values(database, Ledger(database, VALUES, lambda _plugin: quota), clock)


@pytest.fixture
def values(database: Database, clock: Clock) -> Values:
    """Give values with room."""
    return make(database, clock)


async def test_value_is_kept_replaced_and_deleted(values: Values) -> None:
    """Each write has a number of its own, and what was deleted is gone."""
    first = await values.put(POLL, "a", {"x": [1, None, "é"]})
    second = await values.put(POLL, "a", 2)
    found = await values.find(POLL, "a")
    assert (found and (found.value, found.version), first < second) == ((2, second), True)
    assert [await values.remove(POLL, "a") for _ in range(2)] == [True, False]
    assert await values.find(POLL, "a") is None
    assert (await values.usage("poll")).count == (await values.usage("poll")).size == 0


async def test_compartments_do_not_see_one_another(values: Values) -> None:
    """The same key of the plugin, of a person and of another plugin are three values."""
    places = [POLL, HERS, Place("poll", "eve"), Place("other")]
    for at, place in enumerate(places):
        await values.put(place, "a", at)
    assert [(await values.find(place, "a")).value for place in places] == [0, 1, 2, 3]  # type: ignore[union-attr]
    assert await values.remove(HERS, "a")
    assert [len((await values.page(place))[0]) for place in places] == [1, 0, 1, 1]


async def test_write_meets_the_version_it_was_decided_by(values: Values) -> None:
    """`if_version` and `if_absent` refuse what is decided by an old state, also once deleted."""
    old = await values.put(POLL, "a", 1)
    new = await values.put(POLL, "a", 2, When(if_version=old))
    for when in (When(if_version=old), When(if_absent=True), When(if_version=0)):
        with pytest.raises(ConflictError):
            await values.put(POLL, "a", 3, when)
    with pytest.raises(ConflictError, match="changed meanwhile"):
        await values.remove(POLL, "a", old)
    assert await values.remove(POLL, "a", new)
    assert await values.put(POLL, "a", 4, When(if_absent=True)) > new
    with pytest.raises(ConflictError):
        await values.put(POLL, "a", 5, When(if_version=new))


async def test_value_ends_and_is_deleted(values: Values, clock: Clock) -> None:
    """What has ended is not there for anybody, and the sweep deletes its row and its weight."""
    await values.put(POLL, "short", "x", When(ttl=10))
    await values.put(HERS, "short", "x", When(ttl=10))
    await values.put(POLL, "long", "x", When(ttl=100))
    clock.pass_by(10)
    assert await values.find(POLL, "short") is None
    assert [one.key for one in (await values.page(POLL))[0]] == ["long"]
    assert (await values.usage("poll")).count == 3
    assert [await values.sweep(), await values.sweep()] == [2, 0]
    assert (await values.usage("poll")).count == 1
    assert await values.put(POLL, "short", "y", When(if_absent=True))


async def test_what_has_ended_makes_room_at_once(database: Database, clock: Clock) -> None:
    """A plugin at its limit need not wait for the sweep."""
    values = make(database, clock, count=2)
    for key in "ab":
        await values.put(POLL, key, 1, When(ttl=1))
    with pytest.raises(LimitExceededError, match="2 keys"):
        await values.put(POLL, "c", 1)
    clock.pass_by(1)
    await values.put(POLL, "a", 2)
    await values.put(POLL, "c", 2)
    assert [one.key for one in (await values.page(POLL))[0]] == ["a", "c"]
    assert (await values.usage("poll")).count == 2


async def test_limit_of_bytes_counts_keys_and_every_compartment(
    database: Database, clock: Clock
) -> None:
    """What is too much changes nothing; what makes things smaller always may."""
    values = make(database, clock, count=1000)
    for at in range(16):
        await values.put(Place("poll", f"p{at % 3}"), f"k{at}", "x" * 65_000)
    before = await values.usage("poll")
    with pytest.raises(LimitExceededError, match="1 MiB"):
        await values.put(POLL, "more", "x" * 65_000)
    assert await values.usage("poll") == before
    await values.put(Place("other"), "a", "x" * 65_000)
    await values.put(Place("poll", "p0"), "k0", "x")
    await values.put(POLL, "more", "x" * 60_000)


async def test_value_larger_than_the_limit_is_refused(values: Values) -> None:
    """64 KiB of JSON pass, one byte more does not."""
    await values.put(POLL, "a", "x" * (64 * 1024 - 2))
    with pytest.raises(LimitExceededError, match="64 KiB"):
        await values.put(POLL, "a", "x" * (64 * 1024 - 1))


async def test_sums_are_whole_numbers_that_a_double_holds(values: Values) -> None:
    """A text, a truth and a number that is too large are refused, and stay as they are."""
    assert [await values.increment(POLL, "n", by) for by in (1, 5, -10)] == [1, 6, -4]
    for key, value in (("text", "1"), ("truth", True), ("part", 1.5)):
        await values.put(POLL, key, value)
        with pytest.raises(ConflictError, match="no whole number"):
            await values.increment(POLL, key, 1)
    await values.put(POLL, "big", 2**53 - 1)
    with pytest.raises(InputError, match="safe integer"):
        await values.increment(POLL, "big", 1)


async def test_number_begins_anew_when_it_has_ended(values: Values, clock: Clock) -> None:
    """An end that was given at first stays, so a counter a minute is one call."""
    assert await values.increment(POLL, "n", 1, ttl=60) == 1
    clock.pass_by(59)
    assert await values.increment(POLL, "n", 1, ttl=60) == 2
    clock.pass_by(1)
    assert await values.increment(POLL, "n", 1, ttl=60) == 1


async def test_writes_at_one_time_are_one_after_the_other(values: Values) -> None:
    """Fifty sums lose nothing, and of fifty that want to be first one is."""
    await asyncio.gather(*(values.increment(POLL, "n", 1) for _ in range(50)))
    found = await values.find(POLL, "n")
    assert found is not None
    assert found.value == 50
    first = (values.put(POLL, "one", at, When(if_absent=True)) for at in range(50))
    answers = await asyncio.gather(*first, return_exceptions=True)
    assert sum(isinstance(one, int) for one in answers) == 1


async def test_pages_are_in_order_and_complete(values: Values) -> None:
    """A prefix is meant letter by letter: no sign in it is a wildcard, and case counts."""
    keys = ["a", "a%b", "a_b", "aXb", "A", "b/1", "b/2", "é"]
    for key in keys:
        await values.put(POLL, key, key.upper())
    pages: list[list[str]] = []
    after: str | None = ""
    while after is not None:
        items, after = await values.page(POLL, after=after, limit=3)
        pages.append([one.key for one in items])
    assert [key for page in pages for key in page] == sorted(keys)
    assert [one.key for one in (await values.page(POLL, prefix="a%"))[0]] == ["a%b"]
    assert [one.key for one in (await values.page(POLL, prefix="b/", after="b/1"))[0]] == ["b/2"]


async def test_page_of_large_values_is_shorter(database: Database, clock: Clock) -> None:
    """One answer has a MiB of values at most, and says where to go on."""
    values = make(database, clock, mib=5)
    for at in range(20):
        await values.put(POLL, f"k{at:02}", "x" * 65_000)
    items, after = await values.page(POLL, limit=1000)
    assert len(items) == 16
    more, end = await values.page(POLL, after=after or "", limit=1000)
    assert (len(more), end) == (4, None)


async def test_people_and_plugins_who_go_leave_nothing(values: Values) -> None:
    """A person's compartments go with the person, a plugin's with its purge."""
    for place in (POLL, HERS, Place("other", "grace"), Place("other")):
        await values.put(place, "a", 1)
    assert await values.forget_person("grace") == 2
    assert {name: one.count for name, one in (await values.usages()).items()} == {
        "poll": 1,
        "other": 1,
    }
    assert await values.purge("poll") == 1
    assert (set(await values.usages()), await values.find(POLL, "a")) == ({"other"}, None)


async def test_sweeper_deletes_by_itself_until_it_is_closed(values: Values, clock: Clock) -> None:
    """It takes all that has ended, in bounded steps, and leaves no task."""
    for at in range(5):
        await values.put(POLL, str(at), 1, When(ttl=1))
    clock.pass_by(1)
    sweeper = Sweeper(values.sweep, pause=0.01)
    sweeper.begin()
    try:
        async with asyncio.timeout(10):
            while (await values.usage("poll")).count:  # noqa: ASYNC110 - the sweeper tells nobody
                await asyncio.sleep(0.01)
    finally:
        await sweeper.close()
