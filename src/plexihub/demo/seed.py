"""Fills an empty hub through the ordinary services and plugins, so hooks and events run as ever."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from plexihub.demo.content import CHANNELS, DASHBOARD, MESSAGES, PEOPLE, DemoMessage
from plexihub.demo.example import Installer, install_examples
from plexihub.kernel.context import OPERATOR, CallContext, entered
from plexihub.kernel.kernel import Kernel
from plexihub_sdk.models import now
from plexihub_sdk.permissions import ROLE_RIGHTS
from plexihub_sdk.routes import Person

SEED_SECONDS = 120.0


class Hub(Protocol):
    """A running hub."""

    @property
    def kernel(self) -> Kernel:
        """Its kernel."""

    @property
    def installer(self) -> Installer:
        """What installs plugins."""


async def seed(hub: Hub, password: str, *, examples: bool = True) -> tuple[str, ...]:
    """Create the demo people, what they said and set up, and then install the examples.

    Args:
        hub: A running hub without people.
        password: Of every demo person; kept nowhere but as a hash.
        examples: Whether the examples of plugins are installed as well.

    Returns:
        The usernames, the administrator's first.

    Raises:
        PlexiHubError: Something could not be stored; what was stored before it stays.
    """
    services = hub.kernel.services
    deadline = time.monotonic() + SEED_SECONDS
    ctx = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"], deadline=deadline)
    with entered(ctx):
        people = await _people(services, ctx, password)
        if (chat := _plugin(services, "chat")) is not None:
            await _talk(services, chat, people)
        if (dashboards := _plugin(services, "dashboards")) is not None:
            await dashboards.create(people[PEOPLE[0].username], title=DASHBOARD)
        # Last, so that no example reacts to what lies in the past.
        if examples:
            await install_examples(hub.installer, hub.kernel.lifecycle, ctx)
    return tuple(people)


async def _people(services: Any, ctx: CallContext, password: str) -> dict[str, Person]:
    users = services.get("users")
    people = {}
    for one in PEOPLE:
        user = await users.create(
            ctx,
            username=one.username,
            display_name=one.display_name,
            password=password,
            role=one.role,
        )
        people[one.username] = Person(
            id=user.id, username=user.username, display_name=user.display_name, role=user.role
        )
    return people


def _plugin(services: Any, name: str) -> Any:
    """Answer a built-in plugin's object; None in a hub that runs without it."""
    running = {record.id: record.instance for record in services.get("plugins").list()}
    instance = running.get(name)
    return instance.plugin if instance is not None else None


async def _talk(services: Any, chat: Any, people: Mapping[str, Person]) -> None:
    creator = people[PEOPLE[0].username]
    channels = {
        name: (await chat.actions.create_channel(creator, name=name, topic=topic))["id"]
        for name, topic in CHANNELS
    }
    database = services.get("database")
    said: dict[str, str] = {}
    for one in MESSAGES:
        place = (people[one.author], channels[one.channel], said.get(one.answers))
        message = await _say(chat, database, one, place)
        if one.key:
            said[one.key] = message
        for emoji, authors in one.reactions:
            for author in authors:
                await chat.actions.react(people[author], message, emoji=emoji)
    # Whoever signs in first has read what was said before they came.
    for name in channels.values():
        for person in people.values():
            await chat.actions.read(person, name, seq=len(MESSAGES))


async def _say(
    chat: Any, database: Any, said: DemoMessage, place: tuple[Person, str, str | None]
) -> str:
    author, channel, thread = place
    key = str(uuid.uuid4())
    message = await chat.actions.post(
        author, channel, text=said.text, client_id=key, thread_id=thread
    )
    then = now() - timedelta(minutes=said.minutes_ago)
    record = await database.get_model("Message").find_one({"id": message["id"]})
    record.created_at = then
    await record.save()
    if thread is not None:
        below = await database.get_model("Thread").find_one({"message_id": thread})
        below.last_reply_at = then
        await below.save()
    return str(message["id"])
