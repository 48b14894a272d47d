"""Answers, ignores every signal, and from then on hears nobody who asks it to stop."""

import asyncio
import contextlib

signal = contextlib.__builtins__["__import__"]("_signal")


def forever():
    while True:
        pass


async def on_dashboard_load():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    asyncio.get_running_loop().call_later(0, forever)
    return {"done": True}
