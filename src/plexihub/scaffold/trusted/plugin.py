"""Starter Kit: a card on every dashboard, and the command `/starter-kit`."""

from typing import Any

from plexihub_sdk import Command, CommandCall, Widget

from .greeting import greeting


class StarterKitPlugin:
    """Lives inside the hub: what it registers is taken back when it is disabled."""

    def __init__(self, context: Any) -> None:
        self.log = context.log
        self.state = context.state  # kept over a reload
        self.ui = context.get_service("ui")
        self.ui.register_command(
            Command(name="starter-kit", description="Say hello, and count it", hint="who to greet"),
            self.greet,
        )
        self.show()

    def greet(self, call: CommandCall) -> str:
        """Answer the command, for the person who typed it."""
        count = self.state["greetings"] = self.state.get("greetings", 0) + 1
        self.log.info("greeting number %d", count)
        self.show()
        return greeting(call.text, count)

    def show(self) -> None:
        """Put the card on every dashboard, in place of the one that is there."""
        props = {
            "label": "greetings so far",
            "value": self.state.get("greetings", 0),
            "hint": "write /starter-kit in a chat",
        }
        card = Widget(id="greetings", component="Stat", title="Starter Kit", props=props)
        self.ui.register_widget(card)
