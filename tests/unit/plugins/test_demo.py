"""The demo content: complete, believable, and stored the ordinary way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plexihub.demo.content import CHANNELS, MESSAGES, PEOPLE
from plexihub.demo.seed import seed
from tests.unit.plugins.conftest import BUILTIN, PASSWORD, World

pytestmark = pytest.mark.anyio


async def test_empty_hub_is_filled(world: World) -> None:
    """Three people, two channels with their conversation in the past, and one dashboard."""
    for plugin in ("chat", "dashboards"):
        await world.add(BUILTIN / plugin)
    assert await seed(world, PASSWORD) == tuple(one.username for one in PEOPLE)
    channels = (await world.call("GET", "/api/v1/chat/channels", "grace"))["items"]
    assert [(one["name"], one["topic"]) for one in channels] == list(CHANNELS)
    boards = (await world.call("GET", "/api/v1/dashboards", "grace"))["items"]
    assert [one["title"] for one in boards] == ["Team overview"]


async def test_examples_of_both_tiers_run(world: World) -> None:
    """The documents' examples are installed and enabled, and the greeting is on the dashboard."""
    await world.add(BUILTIN / "dashboards")
    await seed(world, PASSWORD)
    states = {str(one.id): (one.stored.tier, one.state) for one in world.kernel.registry}
    for name in (
        "hello-world",
        "team-pulse",
        "word-filter",
        "poll",
        "weekly-digest",
        "contact-mask",
        "sign-off",
    ):
        assert states.pop(name) == ("sandboxed", "enabled")
    assert set(states) >= {"my-plugin", "promote-user", "promote-button", "welcome"}
    assert set(states.values()) == {("trusted", "enabled")}
    board = (await world.call("GET", "/api/v1/dashboards", "ada"))["items"][0]
    shown = await world.call("GET", f"/api/v1/dashboards/{board['id']}", "ada")
    assert {"message": "Hello from plugin!"} in [one["props"] for one in shown["widgets"]]


async def test_demo_messages_lie_in_the_past_in_order(world: World) -> None:
    """In each channel the times rise with the numbers, over two days, none in the future."""
    await world.add(BUILTIN / "chat")
    await seed(world, PASSWORD)
    messages = await world.database.get_model("Message").find(order=("channel_id", "seq"))
    assert len(messages) == len(MESSAGES)
    assert len({one.text for one in messages}) == len(MESSAGES)
    times = [one.created_at for one in messages]
    assert max(times) < datetime.now(UTC)
    assert max(times) - min(times) > timedelta(days=1)
    assert times == [
        one.created_at for one in sorted(messages, key=lambda one: (one.channel_id, one.created_at))
    ]


async def test_demo_people_sign_in_with_given_password(world: World) -> None:
    """The password that is printed is the one that works; the first of them is administrator."""
    names = await seed(world, PASSWORD)
    roles = [(await world.users.authenticate(world.core, name, PASSWORD)).role for name in names]
    assert roles == ["admin", "member", "member"]
