"""What the kernel keeps comes back as it was."""

from pathlib import Path

import pytest

from plexihub.kernel.ports import StoredPlugin
from plexihub.services.database import Database, DatabaseConfigStore, DatabasePluginStore
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
