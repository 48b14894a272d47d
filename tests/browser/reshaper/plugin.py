"""Changes what the hub and other plugins show, without touching either."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.plugin import PluginContext
from plexihub_sdk.ui import MessageAction


class ReshaperPlugin:
    """Renames the chat, hides the people and one of two buttons."""

    def __init__(self, context: PluginContext) -> None:
        ui = context.get_service("ui")
        for name in ("keep", "drop"):
            ui.register_message_action(
                MessageAction(id=name, label=name.title(), route="/api/v1/reshaper/do")
            )
        context.get_service("events").on("ui.rendering", self.reshape)

    def reshape(self, payload: dict[str, Any]) -> None:
        """Change the page of everybody."""
        page = payload["page"]
        for panel in page["panels"]:
            if panel["id"] == "chat":
                panel["title"] = "Talk"
        page["pages"] = [one for one in page["pages"] if one["path"] != "/people"]
        page["message_actions"] = [one for one in page["message_actions"] if one["id"] != "drop"]
