"""Answers when nobody waits any more."""

import asyncio


async def on_dashboard_load():
    try:
        await asyncio.sleep(0.9)
    except asyncio.CancelledError:
        await asyncio.sleep(60)
    return {"late": True}
