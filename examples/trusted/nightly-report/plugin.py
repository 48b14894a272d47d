"""Posts a summary of the day into the first channel, each night at three."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from plexihub_sdk import Person, new_id
from plexihub_sdk.errors import PluginUnavailableError


class NightlyReportPlugin:
    def __init__(self, context):
        self.plugins = context.get_service("plugins")
        identity = f"plugin:{context.plugin_id}"
        self.me = Person(
            id=identity, username="nightly-report", display_name="Nightly Report", role="member"
        )
        # Found again by its id at each start; a night missed while the hub was off is made up for.
        scheduler = context.get_service("scheduler")
        scheduler.add_job(
            self.report, "cron", id="nightly-report", name="Sum up the day", hour=3, timezone="UTC"
        )

    async def report(self):
        chat = self.find_chat()
        channel = await chat.store.first_channel()
        if channel is not None:
            text = await self.summary(chat.store)
            await chat.actions.post(self.me, channel.id, text=text, client_id=new_id())

    async def summary(self, store):
        since = datetime.now(UTC) - timedelta(days=1)
        messages = await store.messages.find({"created_at": {"ge": since}})
        said = [one for one in messages if not one.author_id.startswith("plugin:")]
        where = Counter(one.channel_id for one in said)
        lines = [
            f"The last day: {len(said)} messages from {len({m.author_id for m in said})} people."
        ]
        for channel_id, count in where.most_common(3):
            lines.append(f"{(await store.channel(channel_id)).name}: {count}")
        return "\n".join(lines)

    def find_chat(self):
        running = self.plugins.get("chat").instance
        if running is None:
            raise PluginUnavailableError("The chat is not running, so the report has no place.")
        return running.plugin
