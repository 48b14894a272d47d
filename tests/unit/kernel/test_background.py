"""Tasks with an owner."""

import asyncio

import pytest

from plexihub.kernel.background import Background

pytestmark = pytest.mark.anyio


async def test_close_ends_what_runs() -> None:
    """Closing cancels and waits for every task."""
    background = Background()
    task = background.spawn(asyncio.sleep(60), name="long")
    await background.close()
    assert task.cancelled()


async def test_bound_is_held() -> None:
    """Beyond the bound nothing is started."""
    background = Background(limit=1)
    background.spawn(asyncio.sleep(60), name="long")
    with pytest.raises(RuntimeError, match="more than 1"):
        background.spawn(asyncio.sleep(60), name="one too many")
    await background.close()


async def test_failure_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A task that fails is told by its name."""
    background = Background()

    async def fail() -> None:
        raise ValueError("oops")

    await asyncio.wait([background.spawn(fail(), name="doomed")])
    assert "doomed failed" in caplog.text
