"""Deadlines of requests: they pass in order, and only their own cancellation is theirs."""

import asyncio

import pytest

from plexihub.services.http.deadline import Deadlines


@pytest.mark.anyio
async def test_each_passes_at_its_own_time() -> None:
    """The one that waits too long ends with TimeoutError; those in time before and after do not."""
    deadlines, ended = Deadlines(), []

    async def work(name: str, seconds: float) -> None:
        with deadlines.within(0.2) as deadline:
            try:
                await asyncio.sleep(seconds)
            finally:
                ended.append((name, deadline.expired()))

    await work("before", 0)
    late = asyncio.create_task(work("late", 60))
    await asyncio.sleep(0.1)
    later = asyncio.create_task(work("later", 60))
    in_time = asyncio.create_task(work("in time", 0))
    await in_time
    for task in (late, later):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(task, 10)
        assert task.cancelling() == 0
    expected = [("before", False), ("in time", False), ("late", True), ("later", True)]
    assert ended == expected


@pytest.mark.anyio
async def test_cancelled_by_another_stays_cancelled() -> None:
    """Whoever cancels the task sees it cancelled, not late."""
    deadlines = Deadlines()

    async def work() -> None:
        with deadlines.within(60):
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.anyio
async def test_extended() -> None:
    """What was given more time outlives its first deadline, and ends at the second."""
    deadlines = Deadlines()

    async def work() -> None:
        with deadlines.within(0.05) as deadline:
            deadline.extend(0.3)
            await asyncio.sleep(0.15)
            was_late.append(deadline.expired())
            await asyncio.sleep(60)

    was_late: list[bool] = []
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.create_task(work()), 10)
    assert was_late == [False]


@pytest.mark.anyio
async def test_nested() -> None:
    """An inner deadline's end leaves the outer one as it was."""
    deadlines = Deadlines()
    with deadlines.within(60) as outer:
        with pytest.raises(TimeoutError), deadlines.within(0.05):
            await asyncio.sleep(60)
        await asyncio.sleep(0)
    assert not outer.expired()
