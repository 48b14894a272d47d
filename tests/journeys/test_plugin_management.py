"""The service `plugins`: what one plugin may do with the others, and with itself."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from plexihub_sdk.errors import Veto
from plexihub_sdk.ids import PluginId
from tests.support.plugins import CTX, Running, write_plugin

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse"  # noqa: S105 - of a person of this test
MANAGER = """
self.plugins = context.get_service("plugins")
api = context.get_service("api")
api.register_route("POST", "/api/v1/manager/{verb}/{name}", self.act)
"""
ACT = """
def act(self, request):
    record = getattr(self.plugins, request.params["verb"])(request.params["name"])
    return {"state": record.state, "all": [one.id for one in self.plugins.list()]}
"""
_HOUR = timedelta(hours=2)
_SUBJECT = PluginId("subject")
_VERSIONS = {"from_version": "1.0.0", "to_version": "1.1.0"}
GUEST = """
export default {
  id: "guard", version: "1.0.0", permissions: [],
  hooks: { onDataFetch: async () => ({ transformedData: 1 }) },
};
"""


@pytest.mark.checklist("P-84")
async def test_plugin_disables_others_for_real(running: Running, tmp_path: Path) -> None:
    """`plugins.disable()` ends another plugin's process and routes; the audit has who did it."""
    await running.add("manager", MANAGER, methods=ACT)
    await running.add(
        "monitor",
        "context.get_service('api').register_route('GET', '/api/v1/monitor', lambda _r: {})",
    )
    source = tmp_path / "guard.ts"
    source.write_text(GUEST)
    assert (await running.post("/plugins", source=str(source))).status_code == 201
    assert (await running.post("/manager/enable/guard")).json()["state"] == "enabled"
    pid = str(running.hub.kernel.registry.get("guard").measure().pid)
    assert pid in os.listdir("/proc")  # noqa: PTH208
    answer = await running.post("/manager/disable/guard")
    assert answer.json() == {"state": "disabled", "all": ["manager", "monitor", "guard"]}
    assert pid not in os.listdir("/proc")  # noqa: PTH208
    assert "data.fetching" not in running.hub.kernel.hooks.names()
    assert (await running.get("/monitor")).status_code == 200
    assert (await running.post("/manager/reload/monitor")).json()["state"] == "enabled"
    assert (await running.post("/manager/disable/monitor")).status_code == 200
    assert (await running.get("/monitor")).status_code == 404
    disabled = await running.audited("plugin.disable")
    assert {("manager", "guard", "ok"), ("manager", "monitor", "ok")} <= set(disabled)
    assert ("manager", "monitor", "ok") in await running.audited("plugin.reload")
    assert (await running.post("/manager/get/nobody")).status_code == 404


SELF = """
self.plugins = context.get_service("plugins")
context.get_service("api").register_route("POST", "/api/v1/leave", lambda _request: self.leave())
events = context.get_service("events")
events.on("leaver.told", lambda _data: self.leave())
events.on("leaver.leaving", lambda _data: self.leave())
context.get_service("scheduler").add_job(self.leave, "interval", seconds=3600)
"""
LEAVE = """
def leave(self):
    self.plugins.disable("leaver")
    (self.context.data_dir / "done").write_text("left")
    return {}
"""


@pytest.mark.parametrize("way", ["route", "event", "hook", "job"])
async def test_plugin_disables_itself(
    running: Running, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """From any handler of its own a plugin may switch itself off, and its code runs to its end."""
    await running.add("leaver", SELF, methods=LEAVE)
    done = running.plugin("leaver").context.data_dir / "done"
    kernel, scheduler = running.hub.kernel, running.hub.scheduler
    if way == "route":
        assert (await running.post("/leave")).status_code == 200
    elif way == "event":
        kernel.events.publish("leaver.told", {})
        await running.settle()
    elif way == "hook":
        await kernel.hooks.call("leaver.leaving", {})
    else:
        clock = scheduler._clock
        monkeypatch.setattr(scheduler, "_clock", lambda: clock() + _HOUR)
        scheduler.look()
        await scheduler.settle()
    assert (running.state("leaver"), done.read_text()) == ("disabled", "left")
    assert kernel.ownership.count(kernel.registry.get("leaver").id) == 0


@pytest.mark.parametrize(
    ("init", "methods"),
    [
        ("context.get_service('plugins').disable('early')", ""),
        ("context.get_service('plugins').reload('early')", ""),
    ],
)
async def test_no_plugin_waits_for_itself(running: Running, init: str, methods: str) -> None:
    """Asked in its own constructor, the answer is a refusal with the line, not a standstill."""
    await running.install(write_plugin(running.folder, "early", init, methods=methods))
    error = (await running.post("/plugins/early/enable")).json()["error"]
    assert error["message"] == "early is starting or stopping at this moment, and asks this itself."
    assert error["where"] == "plugin.py:6"
    assert running.state("early") == "failed"


WATCHER = """
self.seen = []
events = context.get_service("events")
for verb in ("install", "enabl", "reload", "upgrad", "disabl", "remov"):
    events.on(f"plugin.{verb}ing", self.before)
    events.on(f"plugin.{verb}ed", self.after)
events.on("service.provided", self.provided)
"""
WATCH = """
def before(self, data):
    if data["id"] == "subject":
        self.seen.append(("before", dict(data)))
        if self.context.state.get("refuses"):
            raise Veto("the watcher says no")

def after(self, data):
    if data["id"] == "subject":
        self.seen.append(("after", dict(data)))

def provided(self, data):
    self.seen.append(("provided", dict(data)))
"""


async def test_every_step_is_asked_and_told(running: Running) -> None:
    """Installing, enabling, reloading, upgrading, disabling and removing: before, and after."""
    await running.add(
        "watcher", WATCHER, methods=WATCH, before="from plexihub_sdk.errors import Veto"
    )
    seen = running.plugin("watcher").seen
    lifecycle = running.hub.kernel.lifecycle

    async def upgrade() -> None:
        source = write_plugin(running.folder, "subject", "context.provide('s', 1)", version="1.1.0")
        await running.install(source)

    async def install() -> None:
        await running.install(write_plugin(running.folder, "subject"))

    steps: list[tuple[Callable[[], Awaitable[Any]], str, dict[str, Any], dict[str, str]]] = [
        (install, "disabled", {"version": "1.0.0", "permissions": []}, {}),
        (lambda: lifecycle.enable("subject", CTX), "enabled", {}, {}),
        (lambda: lifecycle.reload("subject", CTX), "enabled", {}, {}),
        (upgrade, "enabled", _VERSIONS | {"permissions": []}, _VERSIONS),
        (lambda: lifecycle.disable("subject", CTX), "disabled", {}, {}),
        (lambda: running.hub.installer.remove(_SUBJECT, CTX), "disabled", {}, {}),
    ]
    for act, state, asked, told in steps:
        running.plugin("watcher").context.state["refuses"] = True
        with pytest.raises(Veto, match="the watcher says no"):
            await act()
        running.plugin("watcher").context.state["refuses"] = False
        await running.settle()
        del seen[:]
        await act()
        await running.settle()
        before, *provided, after = seen
        assert before == ("before", {"id": "subject", "tier": "trusted", **asked})
        assert after == ("after", {"id": "subject", "state": state, "reason": "", **told})
        names = [data["name"] for _, data in provided]
        assert names == (["s", "subject/s"] if act is upgrade else [])


@pytest.mark.checklist("P-19")
async def test_interceptors_compose_by_priority(running: Running) -> None:
    """Two plugins change one new person in the order of their priorities, whoever came first."""
    on = "context.get_service('events').on('user.creating', self.change, priority={})"
    change = "def change(self, user):\n    user['display_name'] += '{}'"
    await running.add("second", on.format(1), methods=change.format("b"))
    await running.add("first", on.format(2), methods=change.format("a"))
    user = await running.hub.users.create(
        CTX, username="ada", password=PASSWORD, display_name="Ada"
    )
    assert user.display_name == "Adaab"
