"""What a sandboxed plugin keeps, as its author writes it and its operator sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import InstallRequest
from plexihub_sdk.ids import PluginId, UserId
from plexihub_sdk.permissions import ROLE_RIGHTS

pytestmark = pytest.mark.anyio
OWN = ("storage:own", "files:own", "files:read")


def options(folder: Path) -> HubOptions:
    """Say where the hub keeps its data."""
    return HubOptions(
        data=folder / "data", settings_file=folder / "none.toml", builtin=(), listen=False
    )


def package(folder: Path, code: str, **manifest: Any) -> Path:
    """Write a plugin whose `onDashboardLoad` runs the code, with `api` and `context` at hand."""
    folder.mkdir(parents=True, exist_ok=True)
    fields = {
        "id": "keeper",
        "version": "1.0.0",
        "entrypoint": "main.ts",
        "permissions": list(OWN),
        "hooks": ["onDashboardLoad", "onSettingsChange"],
        **manifest,
    }
    (folder / "plugin.json").write_text(json.dumps(fields), encoding="utf-8")
    (folder / "main.ts").write_text(
        "const heard: any[] = [];\n"
        "export default { hooks: {\n"
        "  onSettingsChange(context: any) { heard.push(context); },\n"
        "  async onDashboardLoad(context: any, plugin: any) {\n"
        f"    const api = plugin.api;\n    {code}\n  }},\n}} }};\n",
        encoding="utf-8",
    )
    return folder


async def install(hub: Hub, source: Path) -> None:
    """Install and enable a plugin with everything it asks for."""
    stored = await hub.installer.install(InstallRequest(source=source), CallContext())
    await hub.kernel.lifecycle.enable(stored.id, CallContext())


async def run(hub: Hub, person: str | None = "u1", plugin: str = "keeper") -> Any:
    """Run the plugin's code for a person, and answer what it answered."""
    instance = hub.kernel.registry.get(PluginId(plugin)).instance
    assert instance is not None
    whom = None if person is None else UserId(person)
    ctx = CallContext(on_behalf_of=whom, rights=ROLE_RIGHTS["member"])
    return await instance.call_hook("onDashboardLoad", {"userId": person or ""}, ctx)


SUMS = """
await Promise.all(Array.from({ length: 50 }, () => api.storage.increment("n")));
await api.storage.mine.set("theme", { dark: true }, { ttl: 3600 });
const { version } = await api.storage.set("a", 1, { ifAbsent: true });
const late = await api.storage.set("a", 2, { ifVersion: version + 1 }).catch((e: any) => e.code);
const page = await api.storage.list({ prefix: "a" });
return { sum: await api.storage.get("n"), mine: await api.storage.mine.get("theme"), late,
  keys: page.items.map((one: any) => one.key), none: await api.storage.get("theme"),
  entry: (await api.storage.entry("a")).version === version,
  gone: [await api.storage.delete("a"), await api.storage.delete("a")] };
"""


@pytest.mark.checklist("A-20")
async def test_fifty_sums_at_one_time_lose_nothing(tmp_path: Path) -> None:
    """A plugin's requests overlap; its counter counts, and its compare-and-set refuses."""
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "p", SUMS))
        assert await run(hub) == {
            "sum": 50,
            "mine": {"dark": True},
            "late": "conflict",
            "keys": ["a"],
            "none": None,
            "entry": True,
            "gone": [True, False],
        }


SCHEMA = {
    "type": "object",
    "properties": {
        "limit": {"type": "integer", "default": 3, "minimum": 1},
        "token": {"type": "string", "writeOnly": True},
        "empty": {"type": "string", "writeOnly": True},
    },
}


@pytest.mark.checklist("P-32")
async def test_own_settings_are_read_and_changes_are_heard(tmp_path: Path) -> None:
    """A sandboxed plugin reads its own section alone, hears of its changes, and holds no secret."""
    code = "return { settings: await api.settings.get(), heard };"
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "p", code, settings=SCHEMA))
        other = package(tmp_path / "q", code, id="other", settings=SCHEMA)
        await install(hub, other)
        config = hub.kernel.config
        assert (await run(hub))["settings"] == {
            "values": {"limit": 3},
            "secrets": [],
        }
        await config.change("keeper.limit", 7, CallContext())
        await config.change("keeper.token", "hunter2", CallContext())
        await config.change("other.limit", 9, CallContext())
        await config.change("hub.name", "Elsewhere", CallContext())
        await hub.kernel.events.settle()
        found, others = await run(hub), await run(hub, plugin="other")
        assert found["settings"] == {"values": {"limit": 7}, "secrets": ["token"]}
        assert [(one["name"], one["old"], one["new"]) for one in found["heard"]] == [
            ("limit", 3, 7),
            ("token", None, "********"),
        ]
        assert [(one["id"], one["name"], one["new"]) for one in others["heard"]] == [
            ("other", "limit", 9)
        ]
        assert "hunter2" not in str((found, others))
