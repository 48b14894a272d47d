"""A call that ends at the worst moment leaves the hub able to write."""

from __future__ import annotations

import asyncio

import pytest

from tests.attacks.conftest import PASSWORD, Target

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("pauses", range(0, 60, 3))
async def test_write_that_is_cancelled_at_any_moment_stops_no_other(
    target: Target, pauses: int
) -> None:
    """Wherever a change is cancelled, the next one is made."""
    config, ctx = target.hub.kernel.config, target.operator_ctx
    work = asyncio.create_task(config.change("hub.name", "Cancelled", ctx))
    for _ in range(pauses):
        await asyncio.sleep(0)
    work.cancel()
    await asyncio.wait([work], timeout=5)
    async with asyncio.timeout(5):
        await config.change("hub.name", "Afterwards", ctx)
        await target.hub.users.create(ctx, username="grace", password=PASSWORD)
    assert config.get("hub.name") == "Afterwards"


async def test_writes_cancelled_while_they_wait_stop_no_other(target: Target) -> None:
    """Twenty changes at once, cancelled one after another, leave nothing locked."""
    config, ctx = target.hub.kernel.config, target.operator_ctx
    for pause in range(20):
        tasks = [
            asyncio.create_task(config.change("hub.name", f"Name {index}", ctx))
            for index in range(20)
        ]
        for task in tasks:
            await asyncio.sleep(0.0005 * (pause % 5))
            task.cancel()
        await asyncio.wait(tasks, timeout=5)
        async with asyncio.timeout(5):
            await config.change("hub.name", "Afterwards", ctx)
