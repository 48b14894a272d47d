"""A permission within a scope: shown, granted, kept, and asked for anew where it grows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plexihub.kernel.context import Actor, CallContext
from plexihub_sdk.ids import PluginId
from tests.support.plugins import Running, hub_here

pytestmark = pytest.mark.anyio
WEATHER = CallContext(actor=Actor("plugin", "weather"))
NARROW = {"name": "network:fetch", "hosts": ["api.example.com"], "methods": ["GET"]}
WIDE = {"name": "network:fetch", "hosts": ["*.example.com"]}


def write(folder: Path, version: str, *permissions: object) -> Path:
    """Write a version of a sandboxed plugin."""
    folder.mkdir(exist_ok=True)
    said = {"id": "weather", "version": version, "permissions": permissions, "hooks": {}}
    source = folder / "weather.ts"
    source.write_text(f"export default {json.dumps(said)};")
    return source


async def test_a_scope_is_shown_granted_and_kept(tmp_path: Path) -> None:
    """Before and after the installation, and after a restart, in the same words."""
    says = "only the hosts api.example.com; only by GET"
    async with hub_here(tmp_path) as running:
        source = str(write(running.folder, "1.0.0", NARROW, "ui:render"))
        shown = (await running.post("/plugins/describe", source=source)).json()["permissions"]
        assert shown["asked"] == ["network:fetch", "ui:render"]
        assert shown["scopes"]["network:fetch"]["words"] == says
        assert (await running.post("/plugins", source=source)).status_code == 201
    async with hub_here(tmp_path) as running:
        kept = (await running.get("/plugins/weather")).json()["permissions"]
        assert kept["granted"] == ["network:fetch", "ui:render"]
        assert list(kept["scopes"]) == ["network:fetch"]
        assert kept["scopes"]["network:fetch"]["words"] == says


async def test_a_wider_wish_takes_a_new_decision(tmp_path: Path) -> None:
    """An upgrade that asks for more has what was granted, until somebody grants the rest."""
    async with hub_here(tmp_path) as running:
        await running.post("/plugins", source=str(write(running.folder, "1.0.0", NARROW)))
        source = str(write(running.folder, "1.1.0", WIDE))
        shown = (await running.post("/plugins/describe", source=source)).json()
        assert shown["installed"]["wider"] == ["network:fetch"]
        assert (await running.post("/plugins", source=source)).status_code == 201
        assert _scope(running) == {"hosts": ("api.example.com",), "methods": ("GET",)}
        source = str(write(running.folder, "1.2.0", WIDE))
        await running.post("/plugins", source=source, grant=["network:fetch"])
        assert _scope(running) == {"hosts": ("*.example.com",)}
        assert (await running.post("/plugins/weather/rollback")).status_code == 200
        assert _scope(running) == {"hosts": ("api.example.com",), "methods": ("GET",)}


def _scope(running: Running) -> object:
    return running.hub.kernel.registry.grant_of(PluginId("weather")).scope("network:fetch")
