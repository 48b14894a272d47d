"""Events of a plugin's own are heard by those who may, under names that are the plugin's."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from plexihub_sdk.errors import ManifestError, PermissionDenied
from plexihub_sdk.manifest import parse_manifest
from tests.apex.stage import Stage, until
from tests.support.seed import block

pytestmark = pytest.mark.anyio
[LINE] = re.findall(r"^await plugin\.api\.emit.*$", block("API Methods"), re.MULTILINE)
EMITS = f"""
async onActionExecute({{ context }}: any, plugin: any) {{
  const data = context;
  {LINE}
  return {{ result: 1 }};
}},
"""
HEARS = """
"plugin.emitter.custom-event"(event: any, plugin: any) { heard.push([event, plugin.userId]); },
onActionExecute: ({ action }: any) => action === "heard" ? { result: heard } : null,
"""


@pytest.mark.checklist("A-30")
async def test_designs_line_reaches_sandboxed_and_trusted_listeners(stage: Stage) -> None:
    """Both hear it under the emitter's name, for the person; an undeclared listener does not."""
    await stage.add("emitter", EMITS, permissions=("events:emit",))
    await stage.add("hearer", HEARS, above="const heard: unknown[] = [];")
    deaf = 'onActionExecute: () => null, "plugin.emitter.custom-event": () => {},'
    await stage.add("deaf", deaf, listens=("onActionExecute",))
    live: list[Any] = []
    stage.target.hub.kernel.events.subscribe("plugin.emitter.custom-event", live.append)
    ada = await stage.target.person("ada")
    done = await ada.post("/api/v1/actions", json={"action": "go", "payload": {"n": 1}})
    assert done.status_code == 200
    await until(lambda: len(live) == 1)
    who = (await ada.get("/api/v1/session")).json()["user"]["id"]
    told = {"payload": {"n": 1, "userId": who}}
    assert live == [told]
    await stage.target.hub.kernel.events.settle()
    hearer = stage.target.hub.kernel.registry.get("hearer").instance
    assert hearer is not None
    said = await hearer.call_hook("onActionExecute", {"action": "heard"}, stage.target.operator_ctx)
    assert said == {"result": [[told, who]]}
    called = await stage.records("plugin.execution", "deaf")
    assert {one.target for one in called} == {"action.executing"}
    records = await stage.records("plugin.execution", "hearer")
    assert ("plugin.emitter.custom-event", "ok") in {(one.target, one.outcome) for one in records}


@pytest.mark.checklist("A-34")
@pytest.mark.parametrize(
    "name",
    ["user.login", "onAuthSuccess", "user.creating", "onDashboardLoad", "config.changed"],
)
async def test_name_of_the_hubs_own_is_refused_and_nobody_hears_it(stage: Stage, name: str) -> None:
    """Neither spelling of a hook or an event of the catalogue is a plugin's to emit."""
    await stage.add("forger", "onActionExecute: () => null,", permissions=("events:emit",))
    heard: list[Any] = []
    for bus_name in (name, f"plugin.forger.{name}"):
        stage.target.hub.kernel.events.subscribe(bus_name, heard.append)
    with pytest.raises(PermissionDenied):
        await stage.ask("forger", "events.emit", name=name, data={})
    await stage.target.hub.kernel.events.settle()
    assert heard == []
    [record] = await stage.records("gateway.call", "forger")
    assert (record.target, record.outcome) == ("events.emit", "denied")


@pytest.mark.checklist("A-34")
async def test_plugin_speaks_in_no_other_plugins_name(stage: Stage) -> None:
    """Whatever it calls the event, it stands behind its own id."""
    await stage.add("forger", "onActionExecute: () => null,", permissions=("events:emit",))
    await stage.add("hearer", HEARS, above="const heard: unknown[] = [];")
    for name in ("plugin.emitter.custom-event", "emitter.custom-event"):
        await stage.ask("forger", "events.emit", name=name, data={"forged": True})
    await stage.target.hub.kernel.events.settle()
    assert await stage.records("plugin.execution", "hearer") == []


@pytest.mark.checklist("A-30")
async def test_emitting_takes_the_permission(stage: Stage) -> None:
    """Without it nothing is told, and the refusal is on record."""
    await stage.add("silent", "onActionExecute: () => null,")
    heard: list[Any] = []
    stage.target.hub.kernel.events.subscribe("plugin.silent.x", heard.append)
    with pytest.raises(PermissionDenied):
        await stage.ask("silent", "events.emit", name="x")
    await stage.target.hub.kernel.events.settle()
    assert heard == []


@pytest.mark.parametrize(
    "name",
    [
        "plugin.emitter",
        "plugin.Emitter.x",
        "plugin..x",
        "plugin.a.",
        "plugin.a.b c",
        "custom-event",
    ],
)
def test_hook_that_is_no_event_of_a_plugin_is_refused(name: str) -> None:
    """A mistyped name is said at install and not silently never called."""
    with pytest.raises(ManifestError, match="Unknown entry"):
        parse_manifest({"id": "x", "version": "1.0.0", "entrypoint": "x.ts", "hooks": [name]})


OWN = {
    "ts": """
const heard: unknown[] = [];
export default { hooks: {
  "custom-event": (data: unknown) => { heard.push(data); },
  onActionExecute: async ({ action }: any, plugin: any) =>
    ({ result: action === "emit" ? await plugin.api.emit("custom-event", { n: 1 }) : heard }),
} };
""",
    "py": """
class OwnPlugin:
    def __init__(self, context):
        self.heard, self.events = [], context.get_service("events")
        self.events.on("custom-event", self.heard.append)
        self.events.on("onActionExecute", self.act)

    async def act(self, payload):
        if payload["action"] == "emit":
            await self.events.emit("custom-event", {"n": 1})
        return {"result": self.heard}
""",
}


@pytest.mark.checklist("A-30")
@pytest.mark.parametrize("language", OWN)
async def test_plugin_hears_its_own_event_by_the_plain_name(stage: Stage, language: str) -> None:
    """It alone: another one that declares the same plain name hears nothing of it."""
    hears = ("custom-event", "onActionExecute")
    for name in ("teller", "other"):
        folder = stage.write(name, "", permissions=("events:emit",), listens=hears)
        (folder / "main.ts").unlink()
        (folder / f"main.{language}").write_text(OWN[language])
        manifest = json.loads((folder / "plugin.json").read_text())
        manifest["entrypoint"] = f"main.{language}"
        (folder / "plugin.json").write_text(json.dumps(manifest))
        await stage.target.install(folder)
    kernel, ctx = stage.target.hub.kernel, stage.target.operator_ctx
    teller, other = (kernel.registry.get(name).instance for name in ("teller", "other"))
    assert teller is not None
    assert other is not None
    await teller.call_hook("onActionExecute", {"action": "emit", "context": {}}, ctx)
    await kernel.events.settle()
    asked = {"action": "heard", "context": {}}
    assert (await teller.call_hook("onActionExecute", asked, ctx))["result"] == [{"n": 1}]
    assert (await other.call_hook("onActionExecute", asked, ctx))["result"] == []
    records = await stage.records("plugin.execution", "teller")
    assert "plugin.teller.custom-event" in {one.target for one in records}


@pytest.mark.parametrize("name", ["onDashboradLoad", "user.craeted", "on_job", "a b", ""])
def test_mistyped_hook_is_no_event_of_the_plugins_own(name: str) -> None:
    """What looks like the hub's is refused; so is any plain name without `events:emit`."""
    said = {"id": "own", "version": "1.0.0", "entrypoint": "main.ts"}
    with pytest.raises(ManifestError, match="Unknown entry"):
        parse_manifest({**said, "permissions": ["events:emit"], "hooks": [name]})
    with pytest.raises(ManifestError, match="Unknown entry"):
        parse_manifest({**said, "hooks": ["custom-event"]})
