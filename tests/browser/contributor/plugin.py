"""Adds one of everything to the pages."""

from __future__ import annotations

from plexihub_sdk import (
    ElementWidget,
    MessageAction,
    Panel,
    PluginContext,
    Request,
    SettingsButton,
    Widget,
)

ROUTE = "/api/v1/contributor"


class ContributorPlugin:
    """Its panel, widgets, button, action and script are looked for in two browsers."""

    def __init__(self, context: PluginContext) -> None:
        ui, api = context.get_service("ui"), context.get_service("api")
        ui.register_panel(
            Panel(
                id="corner",
                title="Corner",
                path="/corner",
                element="contributor-corner",
                module="elements.js",
            )
        )
        ui.register_widget(
            ElementWidget(
                id="counter",
                title="Counter",
                element="contributor-counter",
                module="elements.js",
                props={"start": 41},
            )
        )
        ui.register_widget(
            Widget(id="note", component="Text", props={"text": "A note of the kit"}, title="Note")
        )
        ui.register_settings_button(
            SettingsButton(
                id="tidy", label="Tidy up", text="Tidy the corner", route=f"{ROUTE}/tidy"
            )
        )
        ui.register_message_action(
            MessageAction(id="keep", label="Keep", icon="star", route=f"{ROUTE}/keep")
        )
        ui.register_file("shared.js")
        ui.inject_script("everywhere.js")
        ui.inject_css("h1 { letter-spacing: 3px; }")
        api.register_route("POST", f"{ROUTE}/tidy", self.tidy, auth="admin")
        api.register_route("POST", f"{ROUTE}/keep", self.keep)

    def tidy(self, request: Request) -> dict[str, str]:
        """Answer who clicked."""
        return {"message": f"Tidied up for {request.signed_in().username}."}

    def keep(self, request: Request) -> dict[str, str]:
        """Answer which message was clicked."""
        named = all(request.value(name, str) for name in ("message_id", "channel_id"))
        return {"message": f"Kept for {request.signed_in().username}: {named}."}
