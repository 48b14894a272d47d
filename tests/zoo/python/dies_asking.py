"""Asks the hub for something, and ends its own process before there is an answer."""

import asyncio
import contextlib

posix = contextlib.__builtins__["__import__"]("posix")


async def on_dashboard_load(context, plugin):
    asyncio.get_running_loop().call_later(0.1, posix._exit, 1)
    await plugin.api.call("slow.thing")
