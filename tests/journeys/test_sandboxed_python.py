"""Sandboxed Python plugins in a whole hub, installed and used as people do it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.kernel.audit.read import AuditQuery
from plexihub.options import BUILTIN
from plexihub_sdk import new_id
from tests.support.plugins import CTX, Running, hub_here
from tests.zoo.sandbox import write

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sandboxed" / "word-filter"
GUIDE = ROOT / "docs" / "plugin-guide" / "sandboxed.md"
BLOCK = re.compile(r"```(python|ts)\n(.*?)```", re.DOTALL)
PASSWORD = "correct horse battery"  # noqa: S105 - of a person of this test


@pytest.fixture
async def running(tmp_path: Path, anyio_backend: object) -> AsyncIterator[Running]:
    """Run a hub with its built-in plugins and one administrator."""
    del anyio_backend
    async with hub_here(tmp_path, builtin=BUILTIN) as running:
        await running.hub.users.create(CTX, username="ada", password=PASSWORD, role="admin")
        yield running


@asynccontextmanager
async def signed_in(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    """Sign ada in."""
    transport = httpx.ASGITransport(app=running.hub.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test/api/v1") as client:
        answer = await client.post("/session", json={"username": "ada", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        yield client


def draft(text: str) -> dict[str, Any]:
    """Make a message that is about to be stored."""
    said = {"channel_id": "c", "author_id": "a", "text": text}
    return {**said, "thread_id": None, "files": [], "blocks": []}


async def installed(running: Running, source: Path, **more: Any) -> dict[str, Any]:
    """Install and enable a plugin over HTTP, in the tier that nobody has to name."""
    answer = await running.post("/plugins", source=str(source), **more)
    assert answer.status_code == 201, answer.text
    name = answer.json()["id"]
    enabled = await running.post(f"/plugins/{name}/enable")
    assert enabled.status_code == 200, enabled.text
    found: dict[str, Any] = (await running.get(f"/plugins/{name}")).json()
    return found


@pytest.mark.checklist("A-21", "A-22")
async def test_word_filter_masks_and_refuses_messages(running: Running) -> None:
    """What its list masks is stored with stars, what it refuses is not, and both are counted."""
    plugin = await installed(running, EXAMPLE)
    assert (plugin["tier"], plugin["runtime"], plugin["state"]) == (
        "sandboxed",
        "python",
        "enabled",
    )
    async with signed_in(running) as ada:
        channel = (await ada.post("/chat/channels", json={"name": "general"})).json()["id"]

        async def post(text: str) -> httpx.Response:
            body = {"text": text, "client_id": new_id()}
            return await ada.post(f"/chat/channels/{channel}/messages", json=body)

        kept = (await post("Darn, it rains. Blasted weather")).json()
        refused = await post("Oh DRAT")
        patched = await ada.patch(f"/chat/messages/{kept['id']}", json={"text": "a blast"})
        page = (await ada.get(f"/chat/channels/{channel}/messages")).json()["items"]
    assert kept["text"] == "****, it rains. Blasted weather"
    assert "“DRAT” is not said here." in refused.json()["error"]["message"]
    assert patched.json()["text"] == "a *****"
    assert [one["text"] for one in page] == ["a *****"]


@pytest.mark.checklist("A-22")
async def test_hook_of_other_peoples_messages_takes_its_permission(running: Running) -> None:
    """Without the grant the plugin never sees a message, and each time it is on record."""
    await installed(running, EXAMPLE, grant=["ui:render"])
    async with signed_in(running) as ada:
        channel = (await ada.post("/chat/channels", json={"name": "general"})).json()["id"]
        body = {"text": "Darn", "client_id": new_id()}
        kept = await ada.post(f"/chat/channels/{channel}/messages", json=body)
    assert kept.json()["text"] == "Darn"
    found = await running.hub.kernel.audit.read(AuditQuery(action="permission.check"))
    assert ("message.creating", "denied") in {(one.target, one.outcome) for one in found}


async def test_message_of_no_person_is_moderated_too(running: Running) -> None:
    """What the hub itself does for nobody reaches the plugin: the grant decides, not rights."""
    await installed(running, EXAMPLE)
    left = await running.hub.kernel.hooks.call("message.creating", draft("darn"))
    assert left["text"] == "****"


@pytest.mark.checklist("A-23")
async def test_hook_that_hangs_leaves_the_message_as_it_is(
    running: Running, tmp_path: Path
) -> None:
    """The message is stored without the plugin, whose process is ended and started anew."""
    code = """
PLUGIN = {"permissions": ["messages:moderate"]}

def on_message_creating(draft):
    while True:
        pass
"""
    await running.hub.kernel.config.set("plugins.call_seconds", 0.3)
    await installed(running, write(tmp_path / "p", "hangs.py", code))
    left = await running.hub.kernel.hooks.call("message.creating", draft("hello"))
    assert left["text"] == "hello"
    shown = (await running.get("/plugins/hangs")).json()
    assert "did not answer message.creating within 0.3 s" in str(shown)


@pytest.mark.parametrize("tier", ["trusted", "sandboxed"])
async def test_same_source_runs_in_either_tier(running: Running, tmp_path: Path, tier: str) -> None:
    """A class that uses nothing but the service `events` is the same plugin in both tiers."""
    code = """
PLUGIN = {"id": "both", "version": "2.0.0", "permissions": ["messages:moderate"]}

class BothPlugin:
    def __init__(self, context):
        context.get_service("events").on("message.creating", self.sign)

    def sign(self, draft):
        draft["text"] += " (both)"
"""
    source = write(tmp_path / "p", "both.py", code)
    if tier == "trusted":
        await running.install(source)
        await running.hub.kernel.lifecycle.enable("both", CTX)
    else:
        await installed(running, source)
    record = running.hub.kernel.registry.get("both")
    assert (record.stored.tier, record.stored.manifest.version) == (tier, "2.0.0")
    left = await running.hub.kernel.hooks.call("message.creating", draft("hi"))
    assert left["text"] == "hi (both)"


@pytest.mark.checklist("A-24", "A-27", "A-30")
@pytest.mark.parametrize("language", ["python", "ts"])
async def test_plugin_of_the_guide_cheers(running: Running, tmp_path: Path, language: str) -> None:
    """Its one file, as it is printed in either language, does the same three things."""
    written = dict(BLOCK.findall(GUIDE.read_text(encoding="utf-8")))
    file = "cheers.py" if language == "python" else "cheers.ts"
    await installed(running, write(tmp_path / "p", file, written[language]))
    heard: list[object] = []
    running.hub.kernel.events.subscribe("plugin.cheers.cheered", heard.append)
    async with signed_in(running) as ada:
        await running.settle()
        assert heard == [{"times": 1}]
        board = (await ada.post("/dashboards", json={"title": "Mine"})).json()["id"]
        shown = (await ada.get(f"/dashboards/{board}")).json()
        assert {"text": "1 cheers so far"} in [one["props"] for one in shown["widgets"]]
        channel = (await ada.post("/chat/channels", json={"name": "general"})).json()["id"]
        body = {"text": "Cheers, Grace", "client_id": new_id()}
        kept = await ada.post(f"/chat/channels/{channel}/messages", json=body)
    assert kept.json()["text"] == "Cheers, Grace!"
