"""Permissions from the question to the review: consent, difference, request, why, who."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.ports import InstallRequest
from tests.apex.stage import Stage, until
from tests.attacks.conftest import Target, target

__all__ = ("target",)
pytestmark = pytest.mark.anyio
DOES = """
async onActionExecute({ action }: any, plugin: any) {
  if (action === "clerk.ask") {
    return { result: await plugin.api.permissions.request("messages:write", "To greet people") };
  }
  await plugin.api.storage.set("seen", 1);
  return { result: 1 };
},
"""
READS = {"name": "data:read", "models": ["users"]}


@pytest.fixture
def stage(target: Target, tmp_path: Path) -> Stage:
    """Give the hub, and a folder for plugins."""
    return Stage(target, tmp_path / "plugins")


async def _order(stage: Stage, source: Path, **more: Any) -> dict[str, Any]:
    answer = await stage.target.operator().post(
        "/api/v1/plugins", json={"source": str(source), **more}
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _rows(person: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    found = (await person.get("/api/v1/plugins/clerk/permissions")).json()
    return {one["name"]: one for one in found["items"]}


async def _run(person: httpx.AsyncClient, action: str = "clerk.run") -> httpx.Response:
    return await person.post("/api/v1/actions", json={"action": action, "payload": {}})


@pytest.mark.checklist("A-11")
async def test_upgrade_runs_on_the_old_grant_until_somebody_decides(stage: Stage) -> None:
    """New, wider and gone are told; the new code has what was granted, and no more, until then."""
    ada, bob = await stage.target.person("ada", "admin"), await stage.target.person("bob")
    await stage.add("clerk", DOES, permissions=("storage:own", READS, "ui:render"))
    wider = {"name": "data:read", "models": ["users", "channels"]}
    asked = ("storage:own", wider, "messages:write")
    source = stage.write("clerk", DOES, permissions=asked, version="1.1.0")
    shown = await stage.target.operator().post(
        "/api/v1/plugins/describe", json={"source": str(source)}
    )
    page = [(one["name"], one["change"]["kind"]) for one in shown.json()["consent_page"]]
    assert page == [
        ("data:read", "wider"),
        ("messages:write", "new"),
        ("storage:own", "same"),
        ("ui:render", "gone"),
    ]
    installed = await _order(stage, source, later=True)
    assert (installed["version"], installed["state"]) == ("1.1.0", "enabled")
    assert installed["permissions"]["pending"] == ["data:read", "messages:write"]
    rows = await _rows(ada)
    assert {name: one["state"] for name, one in rows.items()} == {
        "data:read": "granted",
        "messages:write": "pending",
        "storage:own": "granted",
    }
    read = rows["data:read"]
    assert (read["wider"], read["granted_words"]) == (True, "only the models users")
    assert (await _run(bob)).status_code == 200
    digest = read["digest"]
    refused = await ada.delete("/api/v1/plugins/clerk/permissions/messages:write?only=request")
    assert refused.status_code == 200
    path = "/api/v1/plugins/clerk/permissions/data:read"
    assert (await ada.put(path, json={"digest": digest})).status_code == 200
    read = (await _rows(ada))["data:read"]
    assert (read["wider"], read["granted_words"], read["decided_by_name"]) == (
        False,
        "only the models users, channels",
        "ada",
    )
    [record, _] = await stage.target.records("plugin.approve")
    kinds = {one["name"]: one["kind"] for one in record.details["changes"]}
    assert kinds == {"data:read": "wider", "messages:write": "new", "ui:render": "gone"}
    found = (await ada.get("/api/v1/plugins/clerk/permissions")).json()["changes"]
    assert {one["name"]: one["kind"] for one in found} == kinds


async def test_refused_wider_wish_leaves_what_was_granted(stage: Stage) -> None:
    """The old scope stays in force; taken back as a whole, nothing of it does."""
    ada = await stage.target.person("ada", "admin")
    await stage.add("clerk", DOES, permissions=(READS,))
    wider = {"name": "data:read", "models": ["users", "channels"]}
    source = stage.write("clerk", DOES, permissions=(wider,), version="1.1.0")
    await _order(stage, source, later=True)
    path = "/api/v1/plugins/clerk/permissions/data:read"
    assert (await ada.delete(f"{path}?only=request")).status_code == 200
    read = (await _rows(ada))["data:read"]
    assert (read["state"], read["requested_at"]) == ("granted", None)
    assert read["granted_words"] == "only the models users"
    assert (await ada.delete(path)).status_code == 200
    assert (await _rows(ada))["data:read"]["state"] == "refused"


@pytest.mark.checklist("A-11")
async def test_refusal_becomes_one_request_that_an_administrator_sees(stage: Stage) -> None:
    """Once for many refusals, with how often and why; refused, it is not asked for again."""
    ada, bob = await stage.target.person("ada", "admin"), await stage.target.person("bob")
    source = stage.write("clerk", DOES, permissions=("storage:own", "messages:write", "ui:render"))
    await _order(stage, source, grant=["ui:render"])
    await stage.target.hub.kernel.lifecycle.enable("clerk", stage.target.operator_ctx)
    for _ in range(3):
        assert (await _run(bob)).status_code == 502
    stored = stage.target.hub.kernel.registry.get("clerk").stored
    await until(lambda: "storage:own" in stored.requests)
    assert (await _run(bob, "clerk.ask")).json()["result"] == "pending"
    items = (await ada.get("/api/v1/permissions/waiting")).json()["items"]
    told = [(one["name"], one["refused_times"], one["reason"]) for one in items]
    assert told == [("messages:write", 0, "To greet people"), ("storage:own", 3, "")]
    assert {one["requested_by"] for one in items} == {"plugin:clerk"}
    asked = await stage.target.records("plugin.permission.request")
    assert sorted(one.details["permission"] for one in asked) == ["messages:write", "storage:own"]
    assert (await bob.get("/api/v1/permissions/waiting")).status_code == 403
    assert (await ada.delete("/api/v1/plugins/clerk/permissions/messages:write")).status_code == 200
    assert (await _run(bob, "clerk.ask")).json()["result"] == "refused"
    digest = items[0]["digest"]
    path = "/api/v1/plugins/clerk/permissions/storage:own"
    assert (await ada.put(path, json={"digest": digest})).status_code == 200
    assert (await _run(bob)).status_code == 200
    assert (await ada.get("/api/v1/permissions/waiting")).json()["items"] == []


@pytest.mark.checklist("A-11")
async def test_why_says_which_question_decided(stage: Stage) -> None:
    """Asked, granted by whom, the person's own right by the role, and the scope."""
    ada, bob = await stage.target.person("ada", "admin"), await stage.target.person("bob")
    await stage.add("clerk", DOES, permissions=("storage:own", READS, "admin:users"))

    async def why(permission: str, **query: str) -> dict[str, Any]:
        path = f"/api/v1/plugins/clerk/permissions/{permission}/why"
        found = await ada.get(path, params=query)
        assert found.status_code == 200, found.text
        return dict(found.json())

    good = await why("data:read", person="bob", to="users")
    assert (good["allowed"], good["rule"]) == (True, "allowed")
    says = [one["says"] for one in good["steps"]]
    assert "only the models users" in says[0]
    assert "operator" in says[1]
    assert says[2] == "bob may, by the role Member."
    beyond = await why("data:read", to="channels")
    assert (beyond["allowed"], beyond["rule"]) == (False, "beyond_scope")
    assert "not within what its manifest asks for" in beyond["reason"]
    assert (await why("messages:write"))["rule"] == "not_asked"
    pending = await why("admin:users", person="ada")
    assert (pending["rule"], "waits for an administrator" in pending["reason"]) == (
        "not_granted",
        True,
    )
    digest = stage.target.hub.kernel.registry.get("clerk").stored.digest
    await ada.put("/api/v1/plugins/clerk/permissions/admin:users", json={"digest": digest})
    assert (await why("admin:users", person="ada"))["allowed"]
    assert (await why("admin:users", person="bob"))["rule"] == "not_yours"
    path = "/api/v1/plugins/clerk/permissions"
    assert (await ada.get(f"{path}/no:such/why")).status_code == 404
    assert (await ada.get(f"{path}/storage:own/why?to=x")).status_code == 400
    assert (await bob.get(f"{path}/storage:own/why")).status_code == 403


@pytest.mark.checklist("A-11")
async def test_who_may_and_the_review_of_access(stage: Stage) -> None:
    """Plugins and people by permission; the table has them all, and no cell is a formula."""
    ada, bob = await stage.target.person("ada", "admin"), await stage.target.person("bob")
    root = stage.write("clerk", DOES, permissions=("storage:own", "admin:users"))
    said = json.loads((root / "plugin.json").read_text()) | {"name": "=HYPERLINK(1)"}
    (root / "plugin.json").write_text(json.dumps(said))
    await stage.target.install(root)
    await _run(bob)
    who = (await ada.get("/api/v1/permissions/storage:own/who")).json()
    clerk = next(one for one in who["plugins"] if one["id"] == "clerk")
    assert (clerk["state"], clerk["last_used"] is not None) == ("granted", True)
    assert [(one["username"], one["through"]) for one in who["people"]] == [
        ("ada", "the role Administrator"),
        ("bob", "the role Member"),
    ]
    only = (await ada.get("/api/v1/permissions/admin:users/who")).json()
    assert [one["username"] for one in only["people"]] == ["ada"]
    items = (await ada.get("/api/v1/access-review")).json()["items"]
    rows = {(one["id"], one["permission"]): one for one in items}
    own, admin = rows["clerk", "storage:own"], rows["clerk", "admin:users"]
    assert (own["state"], own["decided_by"], own["used"]) == ("granted", "operator", 1)
    assert (admin["state"], admin["last_used"]) == ("pending", "")
    sheet = await ada.get("/api/v1/access-review?format=csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(sheet.text)))
    assert len(table) == len(items)
    assert {one["name"] for one in table if one["id"] == "clerk"} == {"'=HYPERLINK(1)"}
    assert len(await stage.target.records("access.review")) == 2
    assert (await bob.get("/api/v1/access-review")).status_code == 403


async def test_what_was_used_outlives_the_hub(tmp_path: Path) -> None:
    """Counts and the last use are there after a restart, and go with the plugin."""
    options = HubOptions(data=tmp_path / "hub", settings_file=tmp_path / "none.toml")
    async with Hub(options) as hub:
        first = Stage(Target(hub, []), tmp_path / "plugins")
        await first.add("clerk", DOES, permissions=("storage:own",))
        await first.ask("clerk", "storage.set", key="seen", value=1)
    async with Hub(options) as hub:
        again = Stage(Target(hub, []), tmp_path / "plugins")
        await again.ask("clerk", "storage.set", key="seen", value=2)
        use = hub.desk.uses("clerk")["storage:own"]
        assert (use.allowed, bool(use.last_used)) == (2, True)
        await hub.installer.remove(hub.kernel.registry.get("clerk").id, again.target.operator_ctx)
        await hub.kernel.events.settle()
        assert hub.desk.uses("clerk") == {}


POLICY = """
[[rule]]
name = "Nobody hears messages"
permissions = ["messages:read"]
decision = "refuse"

[[rule]]
name = "The clerk manages people"
plugins = ["clerk"]
permissions = ["admin:users"]
decision = "grant"

[[rule]]
name = "Own things are harmless"
risks = ["low"]
decision = "grant"

[[rule]]
name = "Users may be read"
permissions = ["data:read"]
within = { models = ["users"] }
decision = "grant"
"""


@pytest.mark.checklist("A-11")
async def test_policy_file_decides_and_each_decision_names_its_rule(tmp_path: Path) -> None:
    """Granted, refused and left by rule; admin permissions only by name; approvals cannot pass."""
    file = tmp_path / "policy.toml"
    file.write_text(POLICY)
    options = HubOptions(
        data=tmp_path / "hub",
        settings_file=tmp_path / "none.toml",
        flags={"plugins.policy": str(file)},
    )
    async with Hub(options) as hub:
        stage = Stage(Target(hub, []), tmp_path / "plugins")
        asked = ("messages:read", "admin:users", "system:config", "storage:own", READS)
        source = stage.write("clerk", DOES, permissions=(*asked, "messages:write"))
        request = InstallRequest(source=source, later=True)
        stored = await hub.installer.install(request, stage.target.operator_ctx)
        assert stored.granted == ("admin:users", "storage:own", "data:read")
        assert sorted(stored.requests) == ["messages:write", "system:config"]
        records = await stage.target.records("plugin.permission.policy")
        assert {one.details["permission"]: one.details["decision"] for one in records} == {
            "messages:read": "refuse",
            "admin:users": "grant",
            "storage:own": "grant",
            "data:read": "grant",
        }
        assert stored.decisions["data:read"].name == f"Users may be read ({file}:18)"
        ada = await stage.target.person("ada", "admin")
        path = "/api/v1/plugins/clerk/permissions/messages:read"
        answer = await ada.put(path, json={"digest": stored.digest})
        assert (answer.status_code, "policy file refuses" in answer.text) == (403, True)
        for client in stage.target.clients:
            await client.aclose()
