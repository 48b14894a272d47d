"""What the kernel keeps comes back as it was."""

from dataclasses import replace
from pathlib import Path

import pytest

from plexihub.kernel.ports import StoredPlugin
from plexihub.services.database import Database, DatabaseConfigStore, DatabasePluginStore
from plexihub.services.database.models import Plugin
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

pytestmark = pytest.mark.anyio


def plugin(name: str, **more: object) -> StoredPlugin:
    """Make an installed plugin."""
    manifest = Manifest(
        id=PluginId(name),
        version="1.0.0",
        entrypoint="main.ts",
        permissions=("ui:render",),
        hooks=("onDashboardLoad",),
    )
    values = {"granted": ("ui:render",), "digest": "sha256:0", "installed_at": "2026-01-01"}
    return StoredPlugin(
        id=manifest.id,
        manifest=manifest,
        tier="sandboxed",
        runtime="deno",
        root=Path("/plugins") / name,
        **(values | more),  # type: ignore[arg-type]
    )


async def test_plugins_come_back_in_order_of_installation(database: Database) -> None:
    """Saved plugins are loaded as they were; saving again replaces and keeps the place."""
    store = DatabasePluginStore(database)
    for name in ("zebra", "ant"):
        await store.save(plugin(name))
    await store.save(plugin("zebra", enabled=True, quarantined="died too often"))
    assert await store.load_all() == [
        plugin("zebra", enabled=True, quarantined="died too often"),
        plugin("ant"),
    ]


async def test_scopes_come_back_and_old_rows_have_none(database: Database) -> None:
    """What was asked for and granted within a scope is kept; a list of names alone is read, too."""
    scope = {"network:fetch": {"hosts": ("api.example.com",)}}
    kept = plugin("weather", granted=("ui:render", "network:fetch"), scopes=scope)
    names = ("ui:render", "network:fetch")
    kept.manifest = replace(kept.manifest, permissions=names, scopes=scope)
    kept.previous = plugin("weather")
    kept.previous.root = Path("/plugins/weather.0")
    store = DatabasePluginStore(database)
    await store.save(kept)
    assert await store.load_all() == [kept]
    await database.rows(Plugin).update("weather", {"granted": ["ui:render"]})
    (old,) = await store.load_all()
    assert (old.granted, old.scopes) == (("ui:render",), {})


async def test_removed_plugin_is_forgotten(database: Database) -> None:
    """Removing twice is fine."""
    store = DatabasePluginStore(database)
    await store.save(plugin("ant"))
    await store.remove(PluginId("ant"))
    await store.remove(PluginId("ant"))
    assert await store.load_all() == []


async def test_settings_come_back(database: Database) -> None:
    """Settings keep their JSON value until they are deleted."""
    store = DatabaseConfigStore(database)
    await store.put("a", 1)
    await store.put("a", {"b": [None, True, "x"]})
    await store.put("c", None)
    assert await store.load() == {"a": {"b": [None, True, "x"]}, "c": None}
    await store.delete("a")
    assert await store.load() == {"c": None}
