"""Every entry of the catalogue fires, because somebody uses the hub; a plugin listens to all."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.ports import InstallRequest
from plexihub_sdk import new_id
from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.events import EVENTS
from plexihub_sdk.hooks import HOOKS
from tests.support.plugins import CTX, Running, until, write_plugin

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery"  # noqa: S105
LISTENER = """
from functools import partial
from plexihub_sdk.events import EVENTS
from plexihub_sdk.hooks import HOOKS
"""
LISTENS = """
self.heard = set()
events = context.get_service("events")
for name in (*HOOKS, *EVENTS):
    events.on(name, partial(self.note, name))
"""
NOTES = """
def note(self, name, payload):
    self.heard.add(name)
    if name == "user.challenging" and payload["username"] == "eve":
        payload["challenges"].append({"kind": "word", "prompt": "The word?"})
    if name == "user.verifying":
        payload["accepted"] = payload["answer"] == "sesame"
"""
SCRIBE = """
self.get_service = context.get_service
context.get_service("events").on("scribe.doing", self.do)
"""
DOES = """
def do(self, payload):
    payload["do"](self)
"""
DYING = """
export default {
  id: "dying", version: "1.0.0", permissions: ["ui:render"],
  hooks: { onDashboardLoad: () => null },
};
"""


@dataclass
class Person:
    """Somebody's browser."""

    client: httpx.AsyncClient

    async def do(self, method: str, path: str, expected: int = 0, **body: Any) -> Any:
        """Call the hub, which must agree."""
        answer = await self.client.request(method, f"/api/v1{path}", json=body or None)
        wanted = {expected} if expected else {200, 201, 202, 204}
        assert answer.status_code in wanted, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    async def sign_in(self, username: str) -> Any:
        """Sign in; answer what the hub says."""
        body = {"username": username, "password": PASSWORD}
        answer = await self.client.post("/api/v1/session", json=body)
        self.client.headers["x-csrf-token"] = answer.json().get("csrf") or ""
        return answer.json()


@asynccontextmanager
async def hub_on(folder: Path) -> AsyncIterator[Running]:
    """Run a hub in which a plugin is given up soon."""
    flags = {"plugins.max_deaths": 2, "plugins.restart_seconds": 0.05}
    options = HubOptions(data=folder / "data", settings_file=folder / "none.toml", flags=flags)
    async with Hub(options) as hub:
        transport = httpx.ASGITransport(hub.operator_asgi)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            yield Running(hub, client, folder / "sources")


@asynccontextmanager
async def browser(running: Running) -> AsyncIterator[Person]:
    """Open a browser."""
    transport = httpx.ASGITransport(running.hub.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        yield Person(client)


@pytest.mark.checklist("P-14")
async def test_every_entry_fires_in_use(tmp_path: Path) -> None:
    """People, the operator and plugins use the hub, and no entry of the catalogue stays silent."""
    async with hub_on(tmp_path) as running:
        methods = {"before": LISTENER, "methods": NOTES}
        await running.add("listener", LISTENS, **methods)
        heard = running.plugin("listener").heard
        await running.add("scribe", SCRIBE, methods=DOES)
        async with browser(running) as ada, browser(running) as eve:
            await use_people(running, ada, eve)
            await use_chat(running, ada)
            await use_dashboards(running, ada)
            await use_hub(running, ada, tmp_path)
        await use_plugins(running, tmp_path)
        await running.settle()
    async with hub_on(tmp_path) as running:
        heard |= running.plugin("listener").heard
        await running.settle()
    fired = heard & {*HOOKS, *EVENTS}
    assert sorted({*HOOKS, *EVENTS} - fired) == []


async def use_people(running: Running, ada: Person, eve: Person) -> None:
    """People come, sign in with one step and with two, act for each other, and leave."""
    for name, role in (("ada", "admin"), ("eve", "member"), ("bob", "member")):
        await running.post("/users", username=name, password=PASSWORD, role=role)
    await ada.do("POST", "/session", 401, username="ada", password=PASSWORD[::-1])
    await ada.sign_in("ada")
    step = await eve.sign_in("eve")
    second = {"ticket": step["error"]["ticket"], "answer": "sesame"}
    await eve.do("POST", "/session/second-factor", **second)
    await ada.do("PATCH", "/users/bob", display_name="Robert")
    await ada.do("POST", "/roles", name="cook", title="Cook", permissions=[])
    await ada.do("PATCH", "/roles/cook", title="Chef")
    await ada.do("DELETE", "/roles/cook")
    await ada.do("DELETE", "/users/bob")
    await eve.do("GET", "/ui")


async def use_chat(running: Running, ada: Person) -> None:
    """A channel with messages, a thread and reactions is made, changed and deleted."""
    channel = (await ada.do("POST", "/chat/channels", name="Team"))["id"]
    own = f"/chat/channels/{channel}"
    await ada.do("PATCH", own, topic="Work")

    async def post(text: str, **more: Any) -> str:
        body = {"text": text, "client_id": new_id(), **more}
        return str((await ada.do("POST", f"{own}/messages", **body))["id"])

    root = await post("Hello")
    answers = [await post("an answer", thread_id=root) for _ in range(2)]
    await ada.do("PATCH", f"/chat/messages/{root}", text="Hello all")
    await ada.do("PUT", f"/chat/messages/{root}/reactions/👍")
    await write(
        running,
        Message={"text": "Hello everybody"},
        Reaction={"emoji": "🎉"},
        Membership={"last_read_seq": 0},
        Thread={"people": []},
    )
    for answer in answers:
        await ada.do("DELETE", f"/chat/messages/{answer}")
    await ada.do("DELETE", f"/chat/messages/{root}/reactions/🎉")
    await ada.do("DELETE", f"{own}/members/me")
    await ada.do("POST", f"{own}/members")
    await ada.do("POST", f"{own}/commands", text="/help")
    await ada.do("DELETE", own)


async def use_dashboards(running: Running, ada: Person) -> None:
    """A dashboard and a card on it are made, changed, looked at and deleted."""
    board = (await ada.do("POST", "/dashboards", title="Team"))["id"]
    await ada.do("PATCH", f"/dashboards/{board}", title="Work")
    cards = f"/dashboards/{board}/widgets"
    made = await ada.do("POST", cards, component="Text", title="Note", props={"text": "Hi"})
    key = made["key"]
    await ada.do("PATCH", f"{cards}/{key}", title="News")
    await ada.do("GET", f"/dashboards/{board}")
    await ada.do("DELETE", f"{cards}/{key}")
    await ada.do("DELETE", f"/dashboards/{board}")
    await running.hub.ask("data.fetching", {"query": "people", "filters": {}}, role="member")


async def use_hub(running: Running, ada: Person, folder: Path) -> None:
    """Settings, jobs, backups, and a call of another machine: the hub itself, from outside."""
    await ada.do("PUT", "/config/hub.name", value="Another")
    file = (await ada.do("POST", "/files?name=note.txt", text="hi"))["id"]
    await ada.do("PATCH", f"/files/{file}", name="other.txt")
    await ada.do("DELETE", f"/files/{file}")
    made = await ada.do("POST", "/backups", note="first")
    await ada.do("DELETE", f"/backups/{made['name']}")
    backups = folder / "data" / "backups"
    backups.rename(folder / "away")
    backups.touch()
    await ada.do("POST", "/backups", 500)
    backups.unlink()
    await as_scribe(running, _call_nobody)
    await as_scribe(running, _add_jobs)
    for job in ("good", "bad"):
        await ada.do("POST", f"/jobs/scribe/{job}/run")
    await running.hub.scheduler.settle()
    await write(
        running, Job={"name": "Another name"}, Session={"user_agent": "x"}, User={"tags": ["x"]}
    )
    await as_scribe(running, lambda scribe: scribe.get_service("scheduler").remove_job("good"))
    await ada.do("DELETE", "/session")


async def use_plugins(running: Running, folder: Path) -> None:
    """Plugins are installed, upgraded, reloaded, needed by others, killed and removed."""
    kernel = running.hub.kernel
    await running.add(
        "base",
        'context.provide("shelf", self)',
        settings={"type": "object", "properties": {"word": {"type": "string"}}},
    )
    await kernel.config.change("base.word", "hello", CTX)
    await running.add("above", dependencies={"base": ""})
    await running.post("/plugins/base/reload")
    await running.install(write_plugin(running.folder, "base", version="1.1.0"))
    await kernel.lifecycle.disable("above", CTX)
    await running.client.delete("/api/v1/plugins/above")
    for method in ("DELETE", "PUT"):
        answer = await running.client.request(method, "/api/v1/plugins/scribe/grants/files")
        assert answer.status_code == 200, answer.text
    dying = folder / "dying.ts"
    dying.write_text(DYING)
    await running.hub.installer.install(InstallRequest(source=dying), CTX)
    record = await kernel.lifecycle.enable("dying", CTX)
    for _death in range(2):
        pid = record.measure().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(partial(_is_back_or_over, record, pid))
    heard = running.plugin("listener").heard
    await until(lambda: "plugin.quarantined" in heard)


def _is_back_or_over(record: Any, before: int) -> bool:
    is_back = record.state == "enabled" and record.measure().pid not in {None, before}
    return is_back or bool(record.state == "quarantined")


async def write(running: Running, **rows: dict[str, Any]) -> None:
    """Let a plugin save records with other values."""

    def save(scribe: Any) -> None:
        for name, values in rows.items():
            record = scribe.get_service("database").get_model(name).find_one()
            for column, value in values.items():
                setattr(record, column, value)
            record.save()

    await as_scribe(running, save)


async def as_scribe(running: Running, work: Callable[[Any], Any]) -> None:
    """Do something as a plugin, in plain code; it must work."""
    failures: list[Any] = []
    hooks = running.hub.kernel.hooks
    await hooks.call("scribe.doing", {"do": work}, CTX, failures=failures)
    assert failures == []


def _call_nobody(scribe: Any) -> None:
    with pytest.raises(PlexiHubError, match="gave no answer"):
        scribe.get_service("network").request("GET", "http://127.0.0.1:1/")


def _add_jobs(scribe: Any) -> None:
    add = scribe.get_service("scheduler").add_job
    add(lambda: "well", "interval", id="good", hours=1)
    add(lambda: 1 // 0, "interval", id="bad", hours=1)
