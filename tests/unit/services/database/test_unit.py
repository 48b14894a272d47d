"""A unit of work is stored as a whole and told afterwards."""

import asyncio
from typing import Any

import pytest

from plexihub.kernel.context import CallContext, entered
from plexihub.kernel.events import EventBus
from plexihub.services.database import BusyError, Database

pytestmark = pytest.mark.anyio


async def test_error_takes_everything_back_and_tells_nothing(
    database: Database, bus: EventBus
) -> None:
    """Neither rows nor events of a failed unit are seen."""
    heard: list[Any] = []
    bus.subscribe("setting.made", heard.append)

    async def fail() -> None:
        async with database.unit_of_work():
            await database.get_model("Setting").create(key="a")
            bus.publish("setting.made", "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await bus.settle()
    assert (await database.get_model("Setting").count(), heard) == (0, [])


async def test_events_are_told_after_commit(database: Database, bus: EventBus) -> None:
    """A listener finds the rows that the event speaks of."""
    seen: list[int] = []

    async def look(_data: object) -> None:
        seen.append(await database.get_model("Setting").count())

    bus.subscribe("setting.made", look)
    async with database.unit_of_work():
        bus.publish("setting.made", "a")
        await database.get_model("Setting").create(key="a")
        await asyncio.sleep(0.01)
        assert seen == []
    await bus.settle()
    assert seen == [1]


async def test_nested_unit_joins_the_outer_one(database: Database) -> None:
    """An inner unit is taken back with the outer one."""
    settings = database.get_model("Setting")

    async def fail() -> None:
        async with database.unit_of_work():
            async with database.unit_of_work():
                await settings.create(key="a")
            assert await settings.count() == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await settings.count() == 0


async def test_others_do_not_see_an_open_unit(database: Database) -> None:
    """Uncommitted rows are invisible from outside."""
    settings = database.get_model("Setting")
    inside, done = asyncio.Event(), asyncio.Event()

    async def writer() -> None:
        async with database.unit_of_work():
            await settings.create(key="a")
            inside.set()
            await done.wait()

    task = asyncio.create_task(writer())
    await inside.wait()
    assert await settings.count() == 0
    done.set()
    await task
    assert await settings.count() == 1


async def test_many_writers_all_get_their_turn(database: Database) -> None:
    """Fifty units at the same time lose no update."""
    settings = database.get_model("Setting")
    await settings.create(key="n", value=0)

    async def add() -> None:
        async with database.unit_of_work() as unit:
            await unit.connection()
            row = await settings.find_one({"key": "n"})
            row.value += 1
            await row.save()

    await asyncio.gather(*(add() for _ in range(50)))
    assert (await settings.find_one({"key": "n"})).value == 50


async def test_writer_gives_up_at_its_deadline(database: Database) -> None:
    """A unit that waits for another longer than its call may take is refused, not stuck."""
    settings = database.get_model("Setting")
    inside, done = asyncio.Event(), asyncio.Event()

    async def hog() -> None:
        async with database.unit_of_work():
            await settings.create(key="a")
            inside.set()
            await done.wait()

    task = asyncio.create_task(hog())
    await inside.wait()
    with entered(CallContext().within(0.05)), pytest.raises(BusyError):
        await settings.create(key="b")
    done.set()
    await task
    await settings.create(key="b")


async def test_cancelled_unit_lets_the_next_one_in(database: Database) -> None:
    """A unit cancelled in the middle is taken back and blocks nobody."""
    settings = database.get_model("Setting")
    inside = asyncio.Event()

    async def work() -> None:
        async with database.unit_of_work():
            await settings.create(key="a")
            inside.set()
            await asyncio.sleep(30)

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settings.create(key="b")
    assert [one.key for one in await settings.find()] == ["b"]


async def test_task_that_outlives_its_unit_writes_by_itself(database: Database) -> None:
    """A task started inside a unit does not write into the finished one."""
    settings = database.get_model("Setting")
    go = asyncio.Event()

    async def later() -> None:
        await go.wait()
        await settings.create(key="late")

    async with database.unit_of_work():
        await settings.create(key="early")
        task = asyncio.create_task(later())
    go.set()
    await task
    assert await settings.count() == 2
