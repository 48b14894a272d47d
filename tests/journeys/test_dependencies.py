"""Plugins that need each other: ranges of versions, order, cycles, and services between them."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.support.plugins import CTX, Running, hub_here, until, write_plugin

pytestmark = pytest.mark.anyio


async def test_needed_plugin_is_enabled_first(running: Running) -> None:
    """Enabling says what is missing, too old or off; asked for both, it starts both in order."""
    view = write_plugin(running.folder, "view", dependencies={"calendar": ">=1.2,<2"})
    await running.install(view)
    missing = (await running.post("/plugins/view/enable")).json()["error"]
    assert (missing["code"], missing["where"]) == ("dependency", "calendar")
    assert missing["message"] == "view needs calendar >=1.2,<2, which is not installed."
    await running.install(write_plugin(running.folder, "calendar", version="1.0.9"))
    old = (await running.post("/plugins/view/enable")).json()["error"]
    assert old["message"] == "view needs calendar >=1.2,<2, and 1.0.9 is installed."
    await running.install(write_plugin(running.folder, "calendar", version="1.3.0-beta.1"))
    off = await running.post("/plugins/view/enable")
    assert off.status_code == 409
    assert off.json()["error"]["message"] == "view needs calendar >=1.2,<2, which is disabled."
    assert "plexihub plugin enable calendar" in off.json()["error"]["next"]
    both = await running.post("/plugins/view/enable", with_dependencies=True)
    assert (both.status_code, both.json()["state"]) == (200, "enabled")
    assert [(one["id"], one["state"], one["problem"]) for one in both.json()["needs"]] == [
        ("calendar", "enabled", "")
    ]
    there = (await running.get("/plugins/calendar")).json()
    assert there["needed_by"] == [{"id": "view", "state": "enabled", "versions": ">=1.2,<2"}]


async def test_needed_plugin_goes_last(running: Running) -> None:
    """What others need is not disabled or removed under them, unless they are disabled as well."""
    await running.add("calendar")
    await running.add("view", dependencies={"calendar": ""})
    await running.add("planner", dependencies={"view": "", "calendar": ""})
    refused = await running.post("/plugins/calendar/disable")
    assert refused.json()["error"]["message"] == "calendar is needed by planner, view."
    removed = await running.client.delete("/api/v1/plugins/calendar")
    assert (removed.status_code, running.state("calendar")) == (409, "enabled")
    told: list[str] = []
    running.hub.kernel.events.subscribe("plugin.disabled", lambda data: told.append(data["id"]))
    done = await running.post("/plugins/calendar/disable", with_dependents=True)
    assert done.status_code == 200
    await running.settle()
    assert told == ["planner", "view", "calendar"]


@pytest.mark.parametrize("single", [False, True])
async def test_cycle_is_written_out(running: Running, tmp_path: Path, *, single: bool) -> None:
    """A package that closes a cycle is refused at installation; a single file is one, too."""
    await running.install(write_plugin(running.folder, "a", dependencies={"b": ""}))
    await running.install(write_plugin(running.folder, "b", dependencies={"c": ">=1"}))
    path = write_plugin(running.folder, "c", dependencies={"a": ""})
    if single:
        path = tmp_path / "c.py"
        text = "class Plugin:\n    def __init__(self, context): ...\n"
        path.write_text(f'__version__ = "1.2.0"\nDEPENDENCIES = {{"a": ">=1"}}\n{text}')
    error = (await running.order(path)).json()["error"]
    assert (error["code"], error["message"]) == (
        "dependency",
        "These plugins need each other: c → a → b → c.",
    )
    assert not (running.hub.folder.plugins / "c").exists()


async def test_range_that_is_none_is_refused(running: Running) -> None:
    """The refusal names the field; nothing is installed."""
    path = write_plugin(running.folder, "a", dependencies={"b": "newest"})
    error = (await running.order(path)).json()["error"]
    assert (error["code"], error["where"]) == ("manifest_invalid", "dependencies.b")
    assert error["message"] == "'newest' is no range of versions."
    assert list(running.hub.folder.plugins.glob("*")) == []


async def test_hub_starts_and_stops_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a start what is needed (or optional) comes first; at a stop it goes last."""
    order: list[str] = []
    monkeypatch.setattr("builtins._order", order, raising=False)
    lines = "import builtins; builtins._order.append('+' + context.plugin_id)"
    close = "def close(self):\n    import builtins\n    builtins._order.append('-' + {!r})"
    chain: dict[str, dict[str, Any]] = {
        "d-base": {"optionalDependencies": {"c-top": ""}},  # gives way: c-top needs it
        "b-middle": {"dependencies": {"d-base": "~=1.0"}},
        "c-top": {"dependencies": {"b-middle": ""}, "optionalDependencies": {"a-extra": ""}},
        "a-extra": {},
    }
    async with hub_here(tmp_path) as running:
        for name, fields in chain.items():
            path = write_plugin(running.folder, name, lines, methods=close.format(name), **fields)
            await running.install(path)
        await running.hub.kernel.lifecycle.enable("a-extra", CTX)
        await running.hub.kernel.lifecycle.enable("c-top", CTX, with_dependencies=True)
        order.clear()
    assert order.index("-c-top") < order.index("-b-middle") < order.index("-d-base")
    order.clear()
    async with hub_here(tmp_path) as running:
        assert order.index("+d-base") < order.index("+b-middle") < order.index("+c-top")
        assert order.index("+a-extra") < order.index("+c-top")
        (running.hub.kernel.registry.get("d-base").stored.root / "plugin.py").write_text("1 / 0")
    async with hub_here(tmp_path) as running:
        assert (running.state("d-base"), running.state("a-extra")) == ("failed", "enabled")
        record = running.hub.kernel.registry.get("c-top")
        assert (record.state, record.reason) == (
            "failed",
            "c-top needs b-middle, which is failed.",
        )


async def test_dependents_of_a_dying_plugin_are_told(running: Running, tmp_path: Path) -> None:
    """What it needs dies and comes back: the plugin goes on, and hears of both."""
    guest = tmp_path / "guest.ts"
    guest.write_text('export default { id: "guest", version: "2.1.0", hooks: {} };')
    order = {"source": str(guest), "tier": "sandboxed"}
    assert (await running.post("/plugins", **order)).status_code == 201
    assert (await running.post("/plugins/guest/enable")).status_code == 200
    listens = "context.get_service('events').on('plugin.dependency_changed', self.heard.append)"
    await running.add("leaner", f"self.heard = []\n{listens}", dependencies={"guest": ">=2"})
    heard = running.plugin("leaner").heard
    pid = running.hub.kernel.registry.get("guest").measure().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(lambda: [one["state"] for one in heard] == ["restarting", "enabled"])
    assert {(one["id"], one["dependency"]) for one in heard} == {("leaner", "guest")}
    assert running.state("leaner") == "enabled"


@pytest.mark.checklist("P-10")
async def test_one_plugin_hears_the_event_of_another(running: Running) -> None:
    """A emits an event of its own, B reacts with what it carries."""
    await running.add(
        "speaker",
        "context.get_service('api').register_route('POST', '/api/v1/speak', self.speak)",
        methods="""
        def speak(self, request):
            self.context.get_service("events").emit("speaker.spoke", {"words": ["hello"]})
            return {}
        """,
    )
    await running.add(
        "hearer",
        "self.events = context.get_service('events')\n"
        "self.events.on('speaker.spoke', self.hear)\n"
        "(context.data_dir / 'heard.txt').write_text('')",
        methods="""
        def hear(self, data):
            (self.context.data_dir / "heard.txt").write_text(data["words"][0])
        """,
    )
    assert (await running.post("/speak")).status_code == 200
    await running.settle()
    heard = running.plugin("hearer").context.data_dir / "heard.txt"
    assert heard.read_text() == "hello"


async def test_service_of_a_plugin_is_the_very_object(running: Running) -> None:
    """One plugin provides, another gets the same object; it is gone with its plugin, and named."""
    await running.add(
        "calendar", "self.book = {'monday': []}\ncontext.provide('calendar', self.book)"
    )
    await running.add(
        "view",
        "self.got = []\ncontext.when_available('calendar', self.got.append)\n"
        "self.get = context.get_service",
    )
    view, book = running.plugin("view"), running.plugin("calendar").book
    assert view.get("calendar") is view.get("calendar/calendar") is view.got[0] is book
    assert running.hub.kernel.services.get("calendar") is book
    await running.hub.kernel.lifecycle.disable("calendar", CTX)
    with pytest.raises(Exception, match="calendar, which provides it, is off"):
        view.get("calendar")
    await running.hub.kernel.lifecycle.enable("calendar", CTX)
    await running.settle()
    assert view.get("calendar") is running.plugin("calendar").book is view.got[-1]
    assert view.got[-1] is not book


@pytest.mark.parametrize(
    ("name", "says"),
    [("events", "the hub's own"), ("calendar", "that of the plugin calendar"), ("a/b", "cannot")],
)
async def test_name_of_a_service_is_taken(running: Running, name: str, says: str) -> None:
    """A name of the hub's or of another plugin's is refused, naming whose it is; nothing stays."""
    await running.add("calendar", "context.provide('calendar', object())")
    before = running.hub.kernel.services.names()
    path = write_plugin(running.folder, "rival", f"context.provide({name!r}, object())")
    await running.install(path)
    error = (await running.post("/plugins/rival/enable")).json()["error"]
    assert says in error["message"]
    assert error["where"] == "plugin.py:6"
    assert running.hub.kernel.services.names() == before
