import asyncio


async def follow(queue):
    while True:
        item = await queue.get()
        item.done()
        await asyncio.sleep(0)
