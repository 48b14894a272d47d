"""Admin permissions wait for an administrator, do real work then, and can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import Actor, CallContext
from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.ids import UserId
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.apex.stage import Stage
from tests.attacks.conftest import Target

pytestmark = pytest.mark.anyio
ADMIN = ("admin:users", "admin:billing", "system:config")
#: Does what the action says: a path below `plugin.api`, and its arguments.
DOES = """
async onActionExecute({ action, context }: any, plugin: any) {
  let part = plugin.api;
  const path = action.split("."), method = path.pop();
  for (const name of path) part = part[name];
  return { result: { did: await part[method](...context.given) } };
},
"""


async def act(person: httpx.AsyncClient, action: str, *given: Any) -> tuple[int, Any]:
    """Have the plugin do something; answer the status, and what it did or the error."""
    body = {"action": action, "payload": {"given": list(given)}}
    answer = await person.post("/api/v1/actions", json=body)
    found = answer.json()
    return answer.status_code, found["result"]["did"] if "result" in found else found["error"]


async def standing(person: httpx.AsyncClient, plugin: str = "steward") -> dict[str, str]:
    """Answer how each of a plugin's permissions stands."""
    found = (await person.get(f"/api/v1/plugins/{plugin}/permissions")).json()
    return {one["name"]: one["state"] for one in found["items"]}


async def decide(
    person: httpx.AsyncClient, method: str, permission: str, digest: str | None = None
) -> httpx.Response:
    """Approve (PUT), refuse or revoke (DELETE), or ask for (POST) a permission."""
    path = f"/api/v1/plugins/steward/permissions/{permission}"
    if method != "PUT":
        return await person.request(method, path)
    if digest is None:
        digest = (await person.get("/api/v1/plugins/steward")).json()["digest"]
    return await person.put(path, json={"digest": digest})


@pytest.fixture
async def ada(stage: Stage) -> httpx.AsyncClient:
    """Install the plugin, and sign the first administrator in."""
    await stage.add("steward", DOES, permissions=(*ADMIN, "ui:render"))
    return await stage.target.person("ada", "admin")


@pytest.mark.checklist("A-36")
async def test_admin_permission_is_pending_until_approved_and_revoked_within_a_second(
    stage: Stage, ada: httpx.AsyncClient
) -> None:
    """Denied, approved, done; revoked, denied at once; each decision on record."""
    assert await standing(ada) == dict.fromkeys(ADMIN, "pending") | {"ui:render": "granted"}
    status, error = await act(ada, "admin.users.list")
    assert (status, "admin:users" in error["message"]) == (502, True)
    assert (await decide(ada, "PUT", "admin:users")).status_code == 200
    status, people = await act(ada, "admin.users.list")
    assert (status, [one["username"] for one in people]) == (200, ["ada"])
    assert (await decide(ada, "DELETE", "admin:users")).status_code == 200
    status, _ = await act(ada, "admin.users.list")
    assert status == 502
    assert (await standing(ada))["admin:users"] == "refused"
    for action in ("approve", "revoke"):
        [record] = await stage.target.records(f"plugin.permission.{action}")
        assert (record.target, record.outcome, record.actor.name) == ("steward", "ok", "ada")
        assert record.details["permission"] == "admin:users"
    checks = await stage.records("permission.check", "steward")
    assert [one.outcome for one in checks] == ["denied", "ok", "denied"]
    [revoked] = await stage.target.records("plugin.permission.revoke")
    took = datetime.fromisoformat(checks[0].time) - datetime.fromisoformat(revoked.time)
    assert timedelta(0) <= took < timedelta(seconds=1)


@pytest.mark.checklist("A-36")
async def test_who_is_no_administrator_or_no_longer_signed_in_approves_nothing(
    stage: Stage, ada: httpx.AsyncClient
) -> None:
    """A member gets 403, an ended session 401, an impersonation 403, and nothing changes."""
    digest = (await ada.get("/api/v1/plugins/steward")).json()["digest"]
    bob = await stage.target.person("bob")
    assert (await decide(bob, "PUT", "admin:users", digest)).status_code == 403
    eve = await stage.target.person("eve", "admin")
    who = (await eve.get("/api/v1/session")).json()["user"]["id"]
    await stage.target.hub.sessions.revoke_all(stage.target.operator_ctx, who)
    assert (await decide(eve, "PUT", "admin:users", digest)).status_code == 401
    nobody = stage.target.client()
    assert (await decide(nobody, "PUT", "admin:users", digest)).status_code in {401, 403}
    acting = await ada.post(f"/api/v1/users/{who}/impersonate", json={})
    ada.headers["x-csrf-token"] = acting.json()["csrf"]
    assert (await decide(ada, "PUT", "admin:users", digest)).status_code == 403
    assert "admin:users" not in stage.target.hub.kernel.registry.get("steward").stored.granted


@pytest.mark.checklist("A-36")
async def test_own_request_is_approved_by_another_administrator(
    stage: Stage, ada: httpx.AsyncClient
) -> None:
    """Alone, an administrator decides; as soon as there are two, the other one does."""
    eve = await stage.target.person("eve", "admin")
    assert (await decide(ada, "DELETE", "admin:users")).status_code == 200
    unasked = await decide(eve, "PUT", "admin:users")
    assert (unasked.status_code, unasked.json()["error"]["code"]) == (409, "conflict")
    assert (await decide(ada, "POST", "admin:users")).status_code == 200
    own = await decide(ada, "PUT", "admin:users")
    assert (own.status_code, own.json()["error"]["code"]) == (403, "permission_denied")
    assert "yourself" in own.json()["error"]["message"]
    assert (await standing(ada))["admin:users"] == "pending"
    assert (await decide(eve, "PUT", "admin:users")).status_code == 200
    records = await stage.target.records("plugin.permission.approve")
    assert [(one.outcome, one.actor.name) for one in records] == [
        ("ok", "eve"),
        ("denied", "ada"),
        ("failed", "eve"),
    ]


@pytest.mark.checklist("A-36")
async def test_operator_who_installed_it_does_not_approve_what_an_administrator_can(
    stage: Stage, ada: httpx.AsyncClient
) -> None:
    """The command line's own request waits for a person, who is there."""
    operator = stage.target.operator()
    own = await decide(operator, "PUT", "system:config")
    assert own.status_code == 403
    assert (await decide(ada, "PUT", "system:config")).status_code == 200


@pytest.mark.checklist("A-36")
async def test_approval_counts_for_the_files_that_were_shown_and_no_others(
    stage: Stage, ada: httpx.AsyncClient
) -> None:
    """A changed package takes a new decision; the old one played again is refused."""
    shown = (await ada.get("/api/v1/plugins/steward")).json()["digest"]
    assert (await decide(ada, "PUT", "admin:users", shown)).status_code == 200
    await stage.target.install(
        stage.write("steward", DOES + "// other", permissions=ADMIN, version="1.1.0")
    )
    assert (await standing(ada))["admin:users"] == "pending"
    assert (await act(ada, "admin.users.list"))[0] == 502
    replay = await decide(ada, "PUT", "admin:users", shown)
    assert (replay.status_code, replay.json()["error"]["where"]) == (409, "digest")
    assert (await decide(ada, "PUT", "admin:users")).status_code == 200
    assert (await act(ada, "admin.users.list"))[0] == 200
    back = await stage.target.operator().post("/api/v1/plugins/steward/rollback")
    assert back.status_code == 200
    assert (await act(ada, "admin.users.list"))[0] == 502


@pytest.mark.checklist("A-36")
async def test_plugin_decides_about_no_permission(stage: Stage, ada: httpx.AsyncClient) -> None:
    """Neither as itself nor for an administrator who has nothing to do with it."""
    del ada
    kernel = stage.target.hub.kernel
    ctx = CallContext(
        actor=Actor("plugin", "steward"), on_behalf_of=UserId("x"), rights=ROLE_RIGHTS["admin"]
    )
    digest = kernel.registry.get("steward").stored.digest
    with pytest.raises(PermissionDenied):
        await kernel.approvals.approve("steward", "admin:users", ctx, digest=digest)
    assert "admin:users" not in kernel.registry.get("steward").stored.granted


@pytest.mark.checklist("A-36")
async def test_decisions_and_requests_outlive_the_hub(target: Target, tmp_path: Any) -> None:
    """What waits waits on after a restart; what is approved is."""
    stage = Stage(target, tmp_path / "plugins")
    source = stage.write("steward", DOES, permissions=ADMIN)
    options = HubOptions(data=tmp_path / "second", settings_file=tmp_path / "none.toml")
    async with Hub(options) as hub:
        await Target(hub, []).install(source)
        digest = hub.kernel.registry.get("steward").stored.digest
        await hub.kernel.approvals.approve(
            "steward", "admin:users", target.operator_ctx, digest=digest
        )
    async with Hub(options) as hub:
        stored = hub.kernel.registry.get("steward").stored
        assert stored.granted == ("admin:users",)
        assert sorted(stored.requests) == ["admin:billing", "system:config"]
        assert stored.requests["system:config"].by == "operator:"


@pytest.mark.checklist("A-37")
async def test_people_are_managed_after_approval_and_for_an_administrator_only(
    stage: Stage, ada: httpx.AsyncClient
) -> None:
    """A member who was created signs in; deactivated, they do not; a member's plugin may not."""
    grace = {"username": "grace", "password": "a long enough one"}
    assert (await act(ada, "admin.users.create", grace))[0] == 502
    assert await stage.target.hub.users.find("grace") is None
    await decide(ada, "PUT", "admin:users")
    status, made = await act(ada, "admin.users.create", grace)
    assert (status, made["role"], made["isActive"]) == (200, "member", True)
    guest = stage.target.client()
    assert (await guest.post("/api/v1/session", json=grace)).status_code == 200
    status, _ = await act(ada, "admin.users.create", {**grace, "username": "root", "role": "admin"})
    assert status == 502
    status, gone = await act(ada, "admin.users.disable", made["id"])
    assert (status, gone["isActive"]) == (200, False)
    assert (await guest.get("/api/v1/users")).status_code == 401
    me = (await ada.get("/api/v1/session")).json()["user"]["id"]
    assert (await act(ada, "admin.users.disable", me))[0] == 502
    bob = await stage.target.person("bob")
    status, error = await act(bob, "admin.users.list")
    assert (status, "has no right" in error["message"]) == (502, True)
    created = await stage.target.records("user.create")
    assert "steward" in {one.actor.id for one in created}


@pytest.mark.checklist("A-38")
async def test_ledger_charges_once_refunds_no_more_and_keeps_whole_cents(
    stage: Stage, ada: httpx.AsyncClient
) -> None:
    """Denied before; then a charge, the same again, refunds in parts, never beyond it."""
    me = (await ada.get("/api/v1/session")).json()["user"]["id"]
    charge = {"userId": me, "cents": 1000, "reference": "order-1", "note": "Coffee"}
    assert (await act(ada, "billing.charge", charge))[0] == 502
    await decide(ada, "PUT", "admin:billing")
    status, first = await act(ada, "billing.charge", charge)
    assert (status, first["cents"], first["pluginId"]) == (200, 1000, "steward")
    assert (await act(ada, "billing.charge", charge))[1]["id"] == first["id"]
    for wrong in (
        {**charge, "cents": 1001},
        {**charge, "cents": 10.5, "reference": "b"},
        {**charge, "cents": 0, "reference": "c"},
        {**charge, "cents": -5, "reference": "d"},
        {**charge, "userId": "nobody", "reference": "e"},
        {**charge, "currency": "dollars", "reference": "f"},
    ):
        assert (await act(ada, "billing.charge", wrong))[0] == 502
    part = {"chargeId": first["id"], "reference": "back-1", "cents": 300}
    assert (await act(ada, "billing.refund", part))[1]["cents"] == -300
    too_much = {"chargeId": first["id"], "reference": "back-2", "cents": 701}
    assert (await act(ada, "billing.refund", too_much))[0] == 502
    rest = {"chargeId": first["id"], "reference": "back-3"}
    assert (await act(ada, "billing.refund", rest))[1]["cents"] == -700
    assert (await act(ada, "billing.refund", {**rest, "reference": "back-4"}))[0] == 502
    entries = (await act(ada, "billing.entries", {"userId": me}))[1]
    assert [one["cents"] for one in entries] == [1000, -300, -700]
    after = (await act(ada, "billing.entries", {"after": entries[0]["id"], "limit": 1}))[1]
    assert [one["cents"] for one in after] == [-300]
    refunds = await stage.records("billing.refund", "steward")
    assert [(one.details["before"], one.details["after"]) for one in refunds] == [
        (700, 0),
        (1000, 700),
    ]


@pytest.mark.checklist("A-39")
async def test_settings_change_after_approval_and_secrets_stay_secret(
    stage: Stage, ada: httpx.AsyncClient
) -> None:
    """Denied before; then the hub has another name; secrets are masked, walls cannot be moved."""
    config = stage.target.hub.kernel.config
    assert (await act(ada, "config.set", "hub.name", "Stolen"))[0] == 502
    assert config.get("hub.name") == "PlexiHub"
    await decide(ada, "PUT", "system:config")
    assert await act(ada, "config.get", "hub.name") == (200, "PlexiHub")
    assert await act(ada, "config.set", "hub.name", "Ours") == (200, "Ours")
    assert config.get("hub.name") == "Ours"
    secret = config.get("security.token_secret")
    status, rows = await act(ada, "config.list")
    assert status == 200
    assert "hub.name" in {one["key"] for one in rows}
    assert secret not in str(rows)
    masked = (await act(ada, "config.get", "security.token_secret"))[1]
    assert masked == "********"
    for key, value in (
        ("security.token_secret", "x" * 40),
        ("security.waf.enabled", False),
        ("plugins.memory_mb", 4096),
        ("plugins.deno", "/bin/sh"),
        ("database.url", "sqlite:////tmp/x"),
        ("log.level", "shouting"),
        ("no.such", 1),
    ):
        before = config.get(key, None)
        assert (await act(ada, "config.set", key, value))[0] == 502
        assert config.get(key, None) == before
    [changed] = [
        one for one in await stage.records("config.change", "steward") if one.outcome == "ok"
    ]
    assert (changed.details["old"], changed.details["new"]) == ("PlexiHub", "Ours")
