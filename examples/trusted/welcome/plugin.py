"""Greets everybody who joins, in the first channel, in the plugin's own name."""

from plexihub_sdk import Person, new_id
from plexihub_sdk.errors import NotFoundError


class WelcomePlugin:
    def __init__(self, context):
        self.log = context.log
        self.plugins = context.get_service("plugins")
        self.config = context.get_service("config")
        identity = f"plugin:{context.plugin_id}"
        self.me = Person(id=identity, username="welcome", display_name="Welcome", role="member")
        context.get_service("events").on("user.created", self.greet)

    async def greet(self, data):
        if not self.config.get("welcome.greet"):
            return
        chat = self.find_chat()
        channel = await chat.store.first_channel() if chat else None
        if channel is None:
            self.log.info("there is no channel to greet %s in", data["user"]["username"])
            return
        greeting = self.config.get("welcome.greeting")
        text = greeting.replace("{name}", data["user"]["display_name"])
        await chat.actions.post(self.me, channel.id, text=text, client_id=new_id())

    def find_chat(self):
        try:
            running = self.plugins.get("chat").instance
        except NotFoundError:
            return None
        return running.plugin if running else None
