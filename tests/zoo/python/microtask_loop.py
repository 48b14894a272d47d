"""Starves the event loop with callbacks."""

import asyncio


async def on_dashboard_load():
    loop = asyncio.get_running_loop()

    def again():
        loop.call_soon(again)

    again()
    await loop.create_future()
