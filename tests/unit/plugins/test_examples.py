"""The documents' trusted examples, byte for byte, and the ones beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plexihub.kernel import plain
from plexihub.kernel.context import CallContext
from plexihub.runtimes.trusted import TrustedInstance
from plexihub_sdk.errors import PermissionDenied, PluginUnavailableError
from tests.unit.plugins.conftest import BUILTIN, EXAMPLES, World

pytestmark = pytest.mark.anyio
PROMOTE = "/api/v1/promote"
DOCUMENT = Path(__file__).parents[2] / "seeds" / "plexichat-plugin-capabilities.md"


@pytest.mark.parametrize(
    ("heading", "file"),
    [
        ("## 1. Core Services & Event Bus", "my_plugin.py"),
        ("## 2. Configuration System", "disable_waf.py"),
        ("## 3. Database Access", "promote_user.py"),
    ],
)
def test_example_is_document_verbatim(heading: str, file: str) -> None:
    """The example's file is the document's code block, byte for byte."""
    section = DOCUMENT.read_bytes().split(heading.encode(), 1)[1]
    block = re.search(rb"```python\n(.*?)```", section, re.DOTALL)
    assert block is not None
    assert (EXAMPLES / file).read_bytes() == block.group(1)


@pytest.mark.checklist("P-21")
async def test_created_user_has_the_plugins_tag(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the verbatim example running, a new person has its tag, in the database and outside."""
    await world.add(EXAMPLES / "my_plugin.py")
    grace = await world.join("grace")
    assert "A new user is being created: grace\n" in capsys.readouterr().out
    stored = await world.database.get_model("User").find_one({"username": "grace"})
    assert stored.tags == ["my_plugin_tag"]
    assert world.users.public(await world.users.get(grace.id))["tags"] == ["my_plugin_tag"]


async def test_disabled_example_tags_nobody(world: World) -> None:
    """What the plugin registered is gone with it."""
    record = await world.add(EXAMPLES / "my_plugin.py")
    await world.kernel.lifecycle.disable(record.id, CallContext())
    grace = await world.join("grace")
    assert (await world.users.get(grace.id)).tags == []


@pytest.mark.checklist("P-45")
async def test_promoted_user_passes_admin_route(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verbatim example makes an administrator who then passes an admin-only route."""
    await world.add(EXAMPLES / "promote_user.py")
    await world.add(EXAMPLES / "promote-button")
    await world.join("ada", role="admin")
    await world.join("grace")
    await world.join("tomas")
    with pytest.raises(PermissionDenied):
        await world.call("POST", f"{PROMOTE}/tomas", "grace")
    await world.call("POST", f"{PROMOTE}/grace", "ada")
    assert "User grace has been promoted to admin by MyPlugin.\n" in capsys.readouterr().out
    await world.call("POST", f"{PROMOTE}/tomas", "grace")
    assert [one.role for one in await world.users.list()] == ["admin", "admin", "admin"]


@pytest.mark.checklist("P-45")
async def test_promoting_nobody_changes_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown name is a no-op: no output, no error, the same people."""
    record = await world.add(EXAMPLES / "promote_user.py")
    await world.join("ada", role="admin")
    await world.join("grace")
    capsys.readouterr()
    assert isinstance(record.instance, TrustedInstance)
    await plain.run(record.instance.plugin.promote_user_to_admin, "nobody")
    assert capsys.readouterr().out == ""
    assert [one.role for one in await world.users.list()] == ["admin", "member"]


async def test_button_without_its_plugin_says_so(world: World) -> None:
    """Calling a plugin that is not running is refused with what to do."""
    record = await world.add(EXAMPLES / "promote_user.py")
    await world.add(EXAMPLES / "promote-button")
    await world.join("ada", role="admin")
    await world.kernel.lifecycle.disable(record.id, CallContext())
    with pytest.raises(PluginUnavailableError, match="not running"):
        await world.call("POST", f"{PROMOTE}/ada", "ada")


async def test_new_member_is_greeted_in_first_channel(world: World) -> None:
    """The welcome plugin posts in its own name when somebody joins."""
    chat = await world.add(BUILTIN / "chat")
    await world.add(EXAMPLES / "welcome")
    await world.join("ada", role="admin")
    await world.kernel.events.settle()  # nobody can greet her: there is no channel yet
    channel = await world.call("POST", "/api/v1/chat/channels", "ada", body={"name": "general"})
    await world.join("grace")
    await world.kernel.events.settle()
    page = await world.call("GET", f"/api/v1/chat/channels/{channel['id']}/messages", "ada")
    assert [one["text"] for one in page["items"]] == ["Welcome, grace! Say hello to everybody."]
    assert page["items"][0]["author"]["display_name"] == "Welcome"
    assert chat.status == "healthy"
