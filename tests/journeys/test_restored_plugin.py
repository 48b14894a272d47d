"""What belongs to a sandboxed plugin comes back with a backup: all but the key to its secrets."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import Actor, CallContext
from plexihub.services.backup import restore
from plexihub_sdk.ids import PluginId, UserId
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.support.guests import write_guest
from tests.support.machine import running_machine
from tests.support.plugins import CTX, Running, hub_here

pytestmark = pytest.mark.anyio
PLUGIN = """
async onActionExecute({ action, context }, plugin) {
  const { storage, tables, files, admin } = plugin.api;
  if (action === "keep") {
    await storage.set("city", { name: "Bern" });
    await tables.insert("votes", { poll: "lunch" });
    await files.write("notes/one.txt", "hello");
  }
  if (action === "fetch") {
    const headers = { authorization: "Bearer {{secret:key}}" };
    const asked = fetch(context.url, { headers });
    return { result: await asked.then((answer) => answer.status, (error) => error.message) };
  }
  return { result: {
    city: await storage.get("city"),
    votes: (await tables.find("votes", {})).map((row) => row.poll),
    note: await files.read("notes/one.txt"),
    people: (await admin.users.list()).length,
  } };
},
"""
PARTS = ("hosts", "secrets", "limits", "permissions")
KEEPER = PluginId("keeper")
PASSWORD = "correct horse battery"  # noqa: S105 - of a person of this test
PERMISSIONS = ("storage:own", "files:own", "admin:users", "network:fetch")


async def decides(running: Running) -> CallContext:
    """Make the context of ada, who administers."""
    ada = await running.hub.users.find("ada")
    assert ada is not None
    actor = Actor("user", ada.id, "ada")
    return CallContext(actor=actor, on_behalf_of=UserId(ada.id), rights=ROLE_RIGHTS["admin"])


async def do(running: Running, action: str, **context: Any) -> Any:
    """Have the plugin do something for an administrator."""
    payload = {"action": action, "context": context, "result": None, "metadata": {}}
    ctx = await decides(running)
    return (await running.hub.kernel.hooks.call("action.executing", payload, ctx))["result"]


async def belongings(running: Running) -> dict[str, Any]:
    """Answer what the plugin keeps, and what administrators decided about it."""
    shown = {part: (await running.get(f"/plugins/keeper/{part}")).json() for part in PARTS}
    return {
        "kept": await do(running, "look"),
        "hosts": shown["hosts"]["decided"],
        "secrets": [(one["name"], one["hosts"]) for one in shown["secrets"]["items"]],
        "limits": {
            one["name"]: one["override"]
            for one in shown["limits"]["items"]
            if one["override"] is not None
        },
        "permissions": {one["name"]: one["state"] for one in shown["permissions"]["items"]},
    }


async def settle_in(running: Running, host: str) -> None:
    """Install the plugin, decide about it as an administrator, and let it keep something."""
    source = write_guest(
        running.folder,
        "keeper",
        PLUGIN,
        permissions=PERMISSIONS,
        tables={"votes": {"columns": {"poll": "text"}}},
    )
    await running.hub.users.create(CTX, username="ada", password=PASSWORD, role="admin")
    await running.hub.kernel.config.change("plugins.network.private", [host], CTX)
    assert (await running.post("/plugins", source=str(source))).status_code == 201
    assert (await running.post("/plugins/keeper/enable")).status_code == 200
    kernel = running.hub.kernel
    digest = kernel.registry.get("keeper").stored.digest
    await kernel.approvals.approve("keeper", "admin:users", await decides(running), digest=digest)
    await running.hub.outside.hosts.decide(CTX, KEEPER, host, "allow")
    await running.hub.outside.vault.put(CTX, KEEPER, "key", "open sesame", [host])
    await kernel.limits.change(KEEPER, {"memory_mb": 80.0, "requests_per_minute": 7}, CTX)
    await do(running, "keep")


@pytest.mark.checklist("P-16", "A-28", "A-36")
async def test_plugin_is_restored_with_all_that_is_its_own(tmp_path: Path) -> None:
    """Values, rows, files, hosts, limits and approvals act again; a secret does with its key."""
    async with running_machine() as machine:
        host = f"127.0.0.1:{machine.port}"
        url = f"http://{host}/"
        async with hub_here(tmp_path) as running:
            await settle_in(running, host)
            before = await belongings(running)
            assert await do(running, "fetch", url=url) == 200
            made = await running.hub.backup.create()
        archive = tmp_path / "data" / "backups" / made.name
        kept = before["kept"]
        assert (kept["city"], kept["votes"], kept["people"]) == ({"name": "Bern"}, ["lunch"], 1)
        assert kept["note"]["content"] == "hello"
        assert before["hosts"] == [{"host": host, "decision": "allow"}]
        assert before["limits"] == {"memory_mb": 80.0, "requests_per_minute": 7}
        assert before["permissions"]["admin:users"] == "granted"

        await restore(archive, tmp_path / "elsewhere")
        assert not (tmp_path / "elsewhere" / "secrets.key").exists()
        async with hub_here(tmp_path, data="elsewhere") as running:
            assert await belongings(running) == before
            refused = await do(running, "fetch", url=url)
            assert "was sealed with another key" in refused
            await running.hub.outside.vault.put(CTX, KEEPER, "key", "open sesame", [host])
            assert await do(running, "fetch", url=url) == 200

        await restore(archive, tmp_path / "with-key")
        shutil.copy(tmp_path / "data" / "secrets.key", tmp_path / "with-key")
        async with hub_here(tmp_path, data="with-key") as running:
            assert await do(running, "fetch", url=url) == 200
    said = [one["headers"]["authorization"] for one in machine.asked]
    assert said == ["Bearer open sesame"] * 3
