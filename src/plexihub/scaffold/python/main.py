"""Starter Kit: a card on every dashboard, and the command `/starter-kit`."""

from typing import Any

from greeting import greeting, to_count

COUNT = "greetings"


async def on_dashboard_load(context: dict[str, Any], plugin: Any) -> dict[str, Any]:
    """Add a card to the dashboard that somebody opens."""
    count = to_count(await plugin.api.storage.get(COUNT))
    card = {
        "id": "greetings",
        "component": "Stat",
        "title": "Starter Kit",
        "props": {
            "label": "greetings so far",
            "value": count,
            "hint": "write /starter-kit in a chat",
        },
    }
    return {"custom_widgets": [card]}


async def on_command(context: dict[str, Any], plugin: Any) -> str:
    """Answer the command, for the person who typed it."""
    count = to_count(await plugin.api.storage.get(COUNT)) + 1
    await plugin.api.storage.set(COUNT, count)
    print(f"greeting number {count}")
    return greeting(context["text"], count)
