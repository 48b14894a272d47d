"""Waits for what never comes."""

import asyncio


async def on_dashboard_load():
    await asyncio.get_running_loop().create_future()
