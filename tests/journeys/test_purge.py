"""Removing a plugin keeps what it stored, unless somebody chooses to delete it, now or later."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import InstallRequest
from tests.support.hub import command_here

pytestmark = pytest.mark.anyio
CODE = """
from plexihub_sdk import Model, column, new_id

class Keep(Model, table="keeper_rows"):
    id: str = column(primary_key=True, default=new_id)

class KeeperPlugin:
    def __init__(self, context):
        context.get_service("database").register_models([Keep])[0].create()
        (context.data_dir / "own.txt").write_text("mine")
        config = context.get_service("config")
        config.register_section({"type": "object", "properties": {"word": {"type": "string"}}})
        config.set("keeper.word", "hello")
"""


def options(folder: Path) -> HubOptions:
    """Say where the hub keeps its data."""
    return HubOptions(
        data=folder / "data", settings_file=folder / "none.toml", builtin=(), listen=False
    )


async def install(hub: Hub, folder: Path) -> None:
    """Install and enable the plugin that keeps something of everything."""
    path = folder / "keeper.py"
    path.write_text(CODE, encoding="utf-8")
    order = InstallRequest(source=path, tier="trusted", consent="I trust keeper")
    stored = await hub.installer.install(order, CallContext())
    await hub.kernel.lifecycle.enable(stored.id, CallContext())
    await hub.kernel.events.settle()


def operator(hub: Hub) -> httpx.AsyncClient:
    """Make a client of the operator."""
    transport = httpx.ASGITransport(hub.operator_asgi)
    return httpx.AsyncClient(transport=transport, base_url="http://hub/api/v1")


def tables(folder: Path) -> list[str]:
    """List the plugin's tables with a connection of our own."""
    with closing(sqlite3.connect(folder / "data" / "hub.db")) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'keeper%'")
        return [row[0] for row in found]


def settings(folder: Path) -> list[Any]:
    """List the stored settings of the plugin."""
    with closing(sqlite3.connect(folder / "data" / "hub.db")) as connection:
        found = connection.execute("SELECT value FROM settings WHERE key LIKE 'keeper.%'")
        return [json.loads(row[0]) for row in found]


@pytest.mark.checklist("P-42")
async def test_what_a_plugin_keeps_goes_by_choice(tmp_path: Path) -> None:
    """Removed, everything stays and is listed; purged later, or with the removal, it is gone."""
    async with Hub(options(tmp_path)) as hub, operator(hub) as api:
        await install(hub, tmp_path)
        kept = (await api.get("/plugins/keeper/data")).json()
        assert kept == {
            "plugin": "keeper",
            "installed": True,
            "tables": {"keeper_rows": 1},
            "files": 1,
            "size": 4,
            "settings": ["keeper.word"],
            "keys": 0,
            "stored": 0,
            "rows": 0,
            "limits": {},
        }
        refused = await api.delete("/leftovers/keeper")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
        assert (await api.delete("/plugins/keeper?purge=perhaps")).status_code == 400
        assert (await api.get("/leftovers")).json()["items"] == []
        assert (await api.delete("/plugins/keeper")).status_code == 204
        assert (await api.get("/leftovers")).json()["items"] == [{**kept, "installed": False}]
        assert (tables(tmp_path), settings(tmp_path)) == (["keeper_rows"], ["hello"])
        assert (await api.delete("/leftovers/keeper")).json()["tables"] == {"keeper_rows": 1}
        assert (tables(tmp_path), settings(tmp_path)) == ([], [])
        assert not (tmp_path / "data" / "plugin-data" / "keeper").exists()
        assert (await api.delete("/leftovers/keeper")).status_code == 404
        records = (await api.get("/audit", params={"action": "plugin.purge"})).json()["items"]
        assert [(one["target"], one["outcome"]) for one in records] == [("keeper", "ok")]
        await install(hub, tmp_path)
        assert (await api.get("/plugins/keeper/data")).json()["tables"] == {"keeper_rows": 1}
        assert (await api.delete("/plugins/keeper?purge=true")).status_code == 204
        assert (tables(tmp_path), settings(tmp_path)) == ([], [])
        assert (await api.get("/leftovers")).json()["items"] == []


@pytest.mark.parametrize("name", ["..", "core", "%2e%2e%2fhub", "Keeper/..", "nobody"])
async def test_only_a_plugins_own_things_are_purged(tmp_path: Path, name: str) -> None:
    """No name leads out of the folder of the plugins' data, or to the hub's own tables."""
    async with Hub(options(tmp_path)) as hub, operator(hub) as api:
        (tmp_path / "data" / "plugin-data").mkdir(exist_ok=True)
        answer = await api.delete(f"/leftovers/{name}")
        assert answer.status_code in {404, 405}
        assert (tmp_path / "data" / "hub.db").exists()
        assert (await api.get("/session")).status_code == 200


def test_commands_ask_before_they_purge(tmp_path: Path) -> None:
    """Without a terminal `--yes` says it; what is left is listed and deleted by name."""
    data = tmp_path / "data"
    path = tmp_path / "keeper.py"
    path.write_text(CODE, encoding="utf-8")

    def run(*words: str) -> Any:
        return command_here("plugin", *words, data=data)

    assert run("leftovers").stdout == "Removed plugins left nothing behind.\n"
    trusted = ("--trusted", "--consent", "I trust keeper")
    assert run("install", str(path), *trusted).returncode == 0
    (data / "plugin-data" / "keeper").mkdir(parents=True)
    (data / "plugin-data" / "keeper" / "own.txt").write_text("mine")
    refused = run("remove", "keeper", "--purge")
    assert refused.returncode == 2
    assert "1 file (4 bytes)" in refused.stderr
    assert "--yes" in refused.stderr
    assert run("remove", "keeper").returncode == 0
    assert "keeper  1 file (4 bytes)" in run("leftovers").stdout
    assert run("leftovers", "--purge", "--yes").returncode == 2
    done = run("leftovers", "keeper", "--purge", "--yes")
    assert done.stdout == "Deleted what was left of keeper.\n"
    assert run("leftovers", "keeper", "--purge", "--yes").returncode == 3
    assert run("install", str(path), *trusted).returncode == 0
    assert run("remove", "keeper", "--purge", "--yes").returncode == 0
