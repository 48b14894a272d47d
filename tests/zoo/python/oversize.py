"""Answers with more than a message may hold, in characters or in bytes."""


def on_dashboard_load():
    return {"text": "x" * (5 * 1024 * 1024)}


async def on_data_fetch():
    return {"text": "ä" * (3 * 1024 * 1024)}
