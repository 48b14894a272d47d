"""Settings and trusted plugins: hearing of changes, reading everything, bringing a section."""

from __future__ import annotations

import asyncio
import math
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.ports import InstallRequest
from plexihub_sdk.errors import ManifestError, PluginError
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.support.hub import command

pytestmark = pytest.mark.anyio
CTX = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"], deadline=math.inf)
PASSWORD = "correct horse battery"  # noqa: S105 - of a person who lives as long as a test
KEY = "sk-0123456789"
FLAG = "A plugin changed a setting that is "
DESK = """
class DeskPlugin:
    def __init__(self, context):
        self.config = context.get_service("config")
        self.heard = []
        context.get_service("events").on("config.changed", self.heard.append)
        self.config.register_section({"properties": {
            "greeting": {"type": "string", "default": "Hello", "minLength": 3},
            "api_key": {"type": "string", "format": "password", "minLength": 8},
        }}, title="The desk")
        self.first = self.config.get("desk.greeting")
        api = context.get_service("api")
        api.register_route("POST", "/api/v1/desk/set", self.write)
        api.register_route("GET", "/api/v1/desk/all", self.read_all)

    def write(self, request):
        key, value = request.json["key"], request.json["value"]
        self.config.set(key, value)
        return {"now": self.config.get(key)}

    def read_all(self, request):
        return {row["key"]: self.config.get(row["key"]) for row in self.config.describe()}
"""
OTHER = """
class OtherPlugin:
    def __init__(self, context):
        self.config = context.get_service("config")
        context.get_service("api").register_route("POST", "/api/v1/other", self.write)

    def write(self, request):
        self.config.set("desk.api_key", "sk-of-the-other")
"""
SHY = """
{"id": "shy", "version": "1.0.0", "entrypoint": "main.ts", "settings": {"properties":
  {"colour": {"type": "string", "enum": ["red", "blue"], "default": "red"}}}}
"""


@asynccontextmanager
async def desk(folder: Path, **options: Any) -> AsyncIterator[tuple[Hub, Any]]:
    """Run a hub with the plugin, installed at the first time."""
    async with Hub(HubOptions(data=folder / "data", **options)) as hub:
        if not any(record.id == "desk" for record in hub.kernel.registry):
            await install(hub, folder, "desk.py", DESK)
        yield hub, plugin_of(hub, "desk")


async def install(hub: Hub, folder: Path, name: str, source: str) -> None:
    """Install a trusted plugin of one file and enable it."""
    path = folder / name
    path.write_text(source)
    request = InstallRequest(source=path, tier="trusted", consent=f"I trust {path.stem}")
    await hub.installer.install(request, CTX)
    await hub.kernel.lifecycle.enable(path.stem, CTX)


def plugin_of(hub: Hub, name: str) -> Any:
    """Answer the live object of a trusted plugin."""
    instance: Any = hub.kernel.registry.get(name).instance
    return instance.plugin


@asynccontextmanager
async def operator(hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    """Speak REST as the operator."""
    transport = httpx.ASGITransport(hub.operator_asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub/api/v1") as client:
        yield client


@asynccontextmanager
async def page(hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    """Speak REST as a page does, with an administrator's session."""
    await hub.users.create(CTX, username="ada", password=PASSWORD, role="admin")
    transport = httpx.ASGITransport(hub.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub/api/v1") as client:
        answer = await client.post("/session", json={"username": "ada", "password": PASSWORD})
        client.headers["x-csrf-token"] = answer.json()["csrf"]
        yield client


@pytest.mark.checklist("P-12")
async def test_change_is_heard_from_every_side(tmp_path: Path) -> None:
    """Page, REST, command line and plugin: each tells key, old and new once; a start tells none."""
    environ = {"PLEXIHUB_LOG_LEVEL": "warning", "PLEXIHUB_DESK_GREETING": "Servus"}
    async with (
        desk(tmp_path, environ=environ) as (hub, plugin),
        operator(hub) as rest,
        page(hub) as ada,
    ):
        await hub.kernel.events.settle()
        assert (plugin.first, plugin.heard) == ("Servus", [])
        await ada.put("/config/hub.name", json={"value": "By the page"})
        await rest.put("/config/hub.name", json={"value": "By REST"})
        told = ("config", "set", "hub.name", "By the command line")
        done = await asyncio.to_thread(command, *told, data=tmp_path / "data")
        assert done.returncode == 0, done.stderr
        await rest.post("/desk/set", json={"key": "hub.name", "value": "By a plugin"})
        await rest.delete("/config/hub.name")
        await rest.put("/config/desk.api_key", json={"value": KEY})
        assert (await rest.put("/config/hub.name", json={"value": ""})).status_code == 400
        await hub.kernel.events.settle()
    names = ["PlexiHub", "By the page", "By REST", "By the command line", "By a plugin", "PlexiHub"]
    assert plugin.heard == [
        *({"key": "hub.name", "old": old, "new": new} for old, new in pairwise(names)),
        {"key": "desk.api_key", "old": None, "new": "********"},
    ]


@pytest.mark.checklist("P-22", "P-23", "P-24", "P-25")
async def test_plugin_reads_everything_and_rest_no_secret(tmp_path: Path) -> None:
    """A trusted plugin reads every key as it is: the database's address, API keys, security."""
    async with desk(tmp_path) as (hub, _plugin), operator(hub) as rest:
        await rest.put("/config/desk.api_key", json={"value": KEY})
        seen = (await rest.get("/desk/all")).json()
        rows = {row["key"]: row for row in (await rest.get("/config")).json()["items"]}
        # The hub's own rows are in the database that the plugin was told of.
        with closing(sqlite3.connect(seen["database.url"].partition("///")[2])) as database:
            stored = database.execute("SELECT value FROM settings WHERE key='desk.api_key'")
            assert KEY in stored.fetchone()[0]
    assert seen.keys() == rows.keys()
    assert (seen["desk.api_key"], rows["desk.api_key"]["value"]) == (KEY, "********")
    assert rows["database.url"]["value"] == "********"
    assert seen["security.waf.enabled"] is True
    # Secrets differ from what REST shows, of which there is nothing to see; all else is the same.
    differing = {key for key, value in seen.items() if value != rows[key]["value"]}
    assert differing == {key for key in seen if rows[key]["secret"] and seen[key]}
    assert {rows[key]["value"] for key in differing} == {"********"}


@pytest.mark.checklist("P-31")
async def test_writing_the_hubs_own_settings_is_flagged(tmp_path: Path) -> None:
    """The audit's record says who changed what from what to what, without secrets."""
    async with desk(tmp_path) as (hub, _plugin), operator(hub) as rest:
        await install(hub, tmp_path, "other.py", OTHER)
        await rest.post("/desk/set", json={"key": "log.level", "value": "error"})
        await rest.post("/desk/set", json={"key": "desk.greeting", "value": "Ahoy"})
        await rest.post("/other")
        found = (await rest.get("/audit", params={"action": "config."})).json()["items"]
        found = [one for one in found if one["actor"]["kind"] == "plugin"]
        files = [one for one in (tmp_path / "data" / "audit").iterdir() if one.is_file()]
        assert not any(b"sk-of-the-other" in one.read_bytes() for one in files)
    assert [(one["actor"]["id"], one["target"], one["details"]) for one in reversed(found)] == [
        ("desk", "log.level", {"old": "info", "new": "error", "flagged": f"{FLAG}the hub's own."}),
        ("desk", "desk.greeting", {"old": "Hello", "new": "Ahoy"}),
        ("other", "desk.api_key", {"old": None, "new": "********", "flagged": f"{FLAG}of desk."}),
    ]


@pytest.mark.checklist("P-32")
async def test_plugins_own_values_persist(tmp_path: Path) -> None:
    """What was set outlives a restart and a disabling; what the schema refuses changes nothing."""
    async with desk(tmp_path) as (hub, _plugin), operator(hub) as rest:
        assert (await rest.put("/config/desk.greeting", json={"value": "Ahoy"})).status_code == 200
        refused = await rest.put("/config/desk.greeting", json={"value": "X"})
        assert "shorter than 3" in refused.json()["error"]["message"]
    async with desk(tmp_path) as (hub, plugin), operator(hub) as rest:
        assert plugin.first == "Ahoy"
        titles = [one["title"] for one in (await rest.get("/config")).json()["sections"]]
        assert titles == ["The desk"]
        await hub.kernel.lifecycle.disable("desk", CTX)
        answer = await rest.get("/config/desk.greeting")
        assert (answer.status_code, (await rest.get("/config")).json()["sections"]) == (404, [])
        await hub.kernel.lifecycle.enable("desk", CTX)
        assert plugin_of(hub, "desk").first == "Ahoy"


async def test_schema_that_is_none_leaves_nothing(tmp_path: Path) -> None:
    """The plugin fails with one sentence that names it and the place; the hub goes on."""
    source = DESK.replace('"minLength": 3', '"minLenght": 3')
    async with Hub(HubOptions(data=tmp_path / "data")) as hub, operator(hub) as rest:
        before = (await rest.get("/config")).json()
        with pytest.raises(PluginError, match=r"desk .*properties\.greeting\.minLenght.*minLength"):
            await install(hub, tmp_path, "desk.py", source)
        assert hub.kernel.registry.get("desk").state == "failed"
        assert (await rest.get("/config")).json() == before
        assert (await rest.get("/desk/all")).status_code == 404


async def test_sandboxed_plugin_has_a_section_too(tmp_path: Path) -> None:
    """Its manifest declares it; a manifest whose schema is none cannot be installed."""
    source = tmp_path / "shy"
    source.mkdir()
    (source / "main.ts").write_text("export default { hooks: {} };")
    async with Hub(HubOptions(data=tmp_path / "data")) as hub, operator(hub) as rest:
        (source / "plugin.json").write_text(SHY.replace("enum", "enumm"))
        with pytest.raises(ManifestError, match=r"shy .*colour\.enumm"):
            await hub.installer.install(InstallRequest(source=source), CTX)
        (source / "plugin.json").write_text(SHY)
        await hub.installer.install(InstallRequest(source=source), CTX)
        await hub.kernel.lifecycle.enable("shy", CTX)
        answer = await rest.put("/config/shy.colour", json={"value": "blue"})
        assert (answer.status_code, answer.json()["source"]) == (200, "stored")
