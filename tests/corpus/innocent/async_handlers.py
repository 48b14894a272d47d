import asyncio


async def on_data_fetch(context, plugin):
    rows = await asyncio.gather(
        plugin.api.data.find("messages", limit=5),
        plugin.api.data.find("channels", limit=5),
    )
    return {"data": rows}
