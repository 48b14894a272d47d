"""Asks the hub for more at once than it may."""

import asyncio

from plexihub_sdk.errors import LimitExceededError


async def on_dashboard_load(context, plugin):
    kept, code = [], None
    for number in range(100):
        try:
            kept.append(plugin.api.emit("flood", number))
        except LimitExceededError as error:
            code = error.code
    await asyncio.gather(*kept)
    return {"kept": len(kept), "code": code}
