"""One plugin of a few lines changes messages, sign-in, pages and API, with no edit of the hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub_sdk import new_id
from tests.support.plugins import hub_here

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery"  # noqa: S105
INIT = """
self.users = context.get_service("users")
self.database = context.get_service("database")
events = context.get_service("events")
events.on("message.creating", self.polish)
events.on("user.authenticating", self.guard)
events.on("ui.rendering", self.rename)
context.get_service("api").register_route("POST", "/api/v1/whole/close", self.close_channel)
"""
METHODS = """
closed = ()

def polish(self, draft):
    draft["text"] = draft["text"].upper()

def guard(self, person):
    if person["username"] in self.closed:
        raise Veto("Not today.")

def rename(self, payload):
    for panel in payload["page"]["panels"]:
        panel["title"] = "Whole " + panel["title"]

def close_channel(self, request):
    self.closed = (request.json["username"],)
    channel = self.database.get_model("Channel").find_one({"name": request.json["channel"]})
    channel.topic = "Closed"
    channel.save()
    return {"people": len(self.users.list())}
"""


@pytest.mark.checklist("P-02", "P-20")
async def test_plugin_reaches_messages_sign_in_pages_and_api(tmp_path: Path) -> None:
    """What it changes is what people read, see and are told; disabled, all is as before."""
    async with hub_here(tmp_path, builtin=("chat",)) as running:
        for name in ("ada", "eve"):
            await running.post("/users", username=name, password=PASSWORD, role="admin")
        before = "from plexihub_sdk.errors import Veto"
        await running.add("whole", INIT, methods=METHODS, before=before)
        transport = httpx.ASGITransport(running.hub.asgi)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as ada:

            async def call(method: str, path: str, **body: Any) -> Any:
                answer = await ada.request(method, f"/api/v1{path}", json=body or None)
                return answer.json()

            signed_in = await call("POST", "/session", username="ada", password=PASSWORD)
            ada.headers["x-csrf-token"] = signed_in["csrf"]
            channel = await call("POST", "/chat/channels", name="Team")
            own = f"/chat/channels/{channel['id']}"
            said = await call("POST", f"{own}/messages", text="hello", client_id=new_id())
            assert said["text"] == "HELLO"
            assert [one["title"] for one in (await call("GET", "/ui"))["panels"]] == ["Whole Chat"]
            done = await call("POST", "/whole/close", username="eve", channel="Team")
            assert done == {"people": 2}
            assert (await call("GET", own))["topic"] == "Closed"
            eve = {"username": "eve", "password": PASSWORD}
            refused = await running.client.post("/api/v1/session", json=eve)
            assert refused.json()["error"]["message"] == "Not today."
            await running.post("/plugins/whole/disable")
            said = await call("POST", f"{own}/messages", text="hello", client_id=new_id())
            assert said["text"] == "hello"
            assert [one["title"] for one in (await call("GET", "/ui"))["panels"]] == ["Chat"]
            assert (await running.client.post("/api/v1/session", json=eve)).status_code == 200
