"""The widgets that every dashboard has from the start."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from plexihub_sdk.errors import NotFoundError
from plexihub_sdk.models import ModelHandle, now
from plexihub_sdk.ui import Widget

DAYS = 7


async def builtin_widgets(database: Any) -> list[Widget]:
    """Make the hub's own widgets from what is stored now."""
    widgets = [await _people(database.get_model("User"))]
    try:
        messages = database.get_model("Message")
    except NotFoundError:  # a hub without chat has no chart of messages
        return widgets
    return [*widgets, await _messages(messages)]


async def _people(users: ModelHandle) -> Widget:
    active = await users.count({"is_active": True})
    admins = await users.count({"is_active": True, "role": "admin"})
    hint = "1 administrator" if admins == 1 else f"{admins} administrators"
    props = {"label": "People on this hub", "value": active, "hint": hint}
    return Widget(id="people", component="Stat", props=props, title="People")


async def _messages(messages: ModelHandle) -> Widget:
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight - timedelta(days=back) for back in reversed(range(DAYS))]
    counts = [
        await messages.count({"created_at": {"ge": day, "lt": day + timedelta(days=1)}})
        for day in days
    ]
    labels = [f"{day:%a} {day.day}" for day in days]
    props = {"kind": "bar", "labels": labels, "values": counts, "title": "Messages"}
    return Widget(id="messages", component="Chart", props=props, title="Messages a day")
