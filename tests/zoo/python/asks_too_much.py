"""Asks the hub with more than a message may hold, by length or by depth."""

from plexihub_sdk.errors import LimitExceededError


def nest(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


async def on_action_execute(context, plugin):
    data = {"long": "x" * 5_000_000, "deep": nest(70)}.get(context["action"], "")
    try:
        await plugin.api.emit("noise", {"data": data})
    except LimitExceededError as error:
        return {"result": error.code}
    return {"result": "answered"}
