"""The table of hooks, through what people really do."""

from __future__ import annotations

import httpx
import pytest

from plexihub.kernel.ports import InstallRequest
from tests.apex.stage import Stage, until
from tests.attacks.conftest import PASSWORD

pytestmark = pytest.mark.anyio


async def identity(person: httpx.AsyncClient) -> str:
    """Answer a person's id."""
    return str((await person.get("/api/v1/session")).json()["user"]["id"])


@pytest.mark.checklist("A-21", "A-24")
async def test_dashboard_shows_what_its_hook_adds_for_person_and_dashboard(stage: Stage) -> None:
    """Each person and each dashboard gets a call with exactly these two, and its own widgets."""
    code = """
    onDashboardLoad: (context: HookContext) => ({ customWidgets: [{ id: "seen",
      component: "Seen", props: { keys: Object.keys(context), ...context } }] }),
    """
    await stage.add("teller", code, permissions=("ui:render",))
    ada, bob = await stage.target.person("ada"), await stage.target.person("bob")
    first = (await ada.post("/api/v1/dashboards", json={"title": "One"})).json()["id"]
    other = (await ada.post("/api/v1/dashboards", json={"title": "Two"})).json()["id"]
    for person, dashboard in ((ada, first), (ada, other), (bob, other)):
        page = (await person.get(f"/api/v1/dashboards/{dashboard}")).json()
        [widget] = [one for one in page["widgets"] if one["plugin"] == "teller"]
        assert widget["props"] == {
            "keys": ["userId", "dashboardId"],
            "userId": await identity(person),
            "dashboardId": dashboard,
        }


@pytest.mark.checklist("A-21")
async def test_hook_that_the_manifest_does_not_declare_is_never_called(stage: Stage) -> None:
    """It has handlers for two, declares one: only that one runs, and only that one is recorded."""
    code = """
    onDashboardLoad: () => ({ customWidgets: [{ id: "w", component: "Seen" }] }),
    onAuthSuccess: () => { throw new Error("it was called"); },
    onActionExecute: () => ({ result: "it was called" }),
    """
    await stage.add("modest", code, permissions=("ui:render",), listens=("onDashboardLoad",))
    ada = await stage.target.person("ada")
    assert len(await stage.shown(ada, "modest")) == 1
    answer = await ada.post("/api/v1/actions", json={"action": "x"})
    assert answer.status_code == 404
    await stage.target.hub.kernel.events.settle()
    records = await stage.records("plugin.execution", "modest")
    assert [one.target for one in records] == ["dashboard.loading"]


@pytest.mark.checklist("A-26")
async def test_result_and_metadata_of_an_action_come_back_to_who_triggered_it(stage: Stage) -> None:
    """The action and its context go in with the person's id; result and metadata come out."""
    code = """
    onActionExecute: ({ action, context }: any, plugin: any) => action === "greet"
      ? { result: `Hello ${context.name}`, metadata: { for: context.userId, by: plugin.userId } }
      : null,
    """
    await stage.add("greeter", code)
    ada = await stage.target.person("ada")
    body = {"action": "greet", "payload": {"name": "Grace", "userId": "somebody else"}}
    answer = await ada.post("/api/v1/actions", json=body)
    who = await identity(ada)
    assert answer.json() == {"result": "Hello Grace", "metadata": {"for": who, "by": who}}
    unknown = await ada.post("/api/v1/actions", json={"action": "wave"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "not_found")
    nobody = await stage.target.client().post("/api/v1/actions", json=body)
    assert nobody.status_code in {401, 403}
    records = await stage.records("plugin.execution", "greeter")
    assert [one.on_behalf_of for one in records] == [who, who]


@pytest.mark.checklist("A-26")
async def test_action_whose_plugin_fails_says_so_to_who_triggered_it(stage: Stage) -> None:
    """A raised error is a 502 with its sentence, a veto a 422 with its reason."""
    code = """
    onActionExecute: ({ action }: any) => {
      throw action === "veto" ? new Veto("Not today.") : new Error("It is broken.");
    },
    """
    await stage.add("grumpy", code)
    ada = await stage.target.person("ada")
    broken = await ada.post("/api/v1/actions", json={"action": "go"})
    assert (broken.status_code, broken.json()["error"]["code"]) == (502, "plugin_raised")
    assert "It is broken." in broken.json()["error"]["message"]
    vetoed = await ada.post("/api/v1/actions", json={"action": "veto"})
    assert (vetoed.status_code, vetoed.json()["error"]["message"]) == (422, "Not today.")


@pytest.mark.checklist("A-27")
async def test_sign_in_is_told_after_it_succeeded_and_its_answer_is_ignored(stage: Stage) -> None:
    """A wrong password tells nothing; a right one tells person and session, and nothing else."""
    code = """
    onAuthSuccess: (context: any) => {
      seen.push(context);
      return { userId: "somebody else", accepted: false, customWidgets: [5] };
    },
    onActionExecute: () => ({ result: seen }),
    """
    await stage.add("witness", code, above="const seen: unknown[] = [];")
    ada = await stage.target.person("ada")
    witness = stage.target.hub.kernel.registry.get("witness").health
    await until(lambda: witness.calls == 1)
    stranger = stage.target.client()
    for password in ("wrong", ""):
        tried = {"username": "ada", "password": password}
        assert (await stranger.post("/api/v1/session", json=tried)).status_code in {400, 401}
    await stage.target.hub.kernel.events.settle()
    assert witness.calls == 1
    tried = {"username": "ada", "password": PASSWORD}
    answer = await stranger.post("/api/v1/session", json=tried)
    assert answer.status_code == 200
    assert answer.json()["user"]["username"] == "ada"
    await until(lambda: witness.calls == 2)
    seen = (await ada.post("/api/v1/actions", json={"action": "show"})).json()["result"]
    who = await identity(ada)
    sessions = {one["id"] for one in (await ada.get("/api/v1/sessions")).json()["items"]}
    assert [sorted(one) for one in seen] == [["sessionId", "userId"]] * 2
    assert {one["userId"] for one in seen} == {who}
    assert {one["sessionId"] for one in seen} == sessions


@pytest.mark.checklist("A-27")
async def test_session_id_that_a_plugin_hears_opens_nothing(stage: Stage) -> None:
    """As cookie, bearer token or CSRF token it is worth as little as any other word."""
    code = """
    onAuthSuccess: ({ sessionId }: any) => { last = sessionId; },
    onActionExecute: () => ({ result: last }),
    """
    await stage.add("thief", code, above='let last = "";')
    ada = await stage.target.person("ada")
    await until(lambda: stage.target.hub.kernel.registry.get("thief").health.calls == 1)
    stolen = (await ada.post("/api/v1/actions", json={"action": "show"})).json()["result"]
    [cookie] = ada.cookies.jar
    assert stolen
    assert cookie.value is not None
    assert stolen not in cookie.value
    for extra in (
        {"cookie": f"{cookie.name}={stolen}"},
        {"authorization": f"Bearer {stolen}"},
        {"cookie": f"{cookie.name}={stolen}", "x-csrf-token": stolen},
    ):
        answer = await stage.target.client().get("/api/v1/users", headers=extra)
        assert answer.status_code == 401
    bob = await stage.target.person("bob")
    assert (await bob.delete(f"/api/v1/sessions/{stolen}")).status_code in {403, 404}
    assert (await ada.get("/api/v1/users")).status_code == 200


@pytest.mark.checklist("A-33")
async def test_widget_of_a_plugin_without_the_permission_is_shown_to_nobody(stage: Stage) -> None:
    """Neither the hook's answer nor the api puts it on a page; granted, the same plugin does."""
    code = """
    onDashboardLoad: () => ({ customWidgets: [{ id: "w", component: "Seen" }] }),
    onActionExecute: async (_context: unknown, plugin: any) => {
      await plugin.api.renderWidget({ component: "Seen", id: "r" });
      return { result: "shown" };
    },
    """
    source = stage.write("painter", code, permissions=("ui:render",))
    hub, ctx = stage.target.hub, stage.target.operator_ctx
    await hub.installer.install(InstallRequest(source=source, grant=()), ctx)
    await hub.kernel.lifecycle.enable("painter", ctx)
    ada = await stage.target.person("ada", "admin")
    answer = await ada.post("/api/v1/actions", json={"action": "x"})
    assert (answer.status_code, "ui:render" in answer.text) == (502, True)
    assert await stage.shown(ada, "painter") == []
    checks = await stage.records("permission.check", "painter")
    assert {one.outcome for one in checks} == {"denied"}
    digest = hub.kernel.registry.get("painter").stored.digest
    path = "/api/v1/plugins/painter/permissions/ui:render"
    assert (await ada.put(path, json={"digest": digest})).status_code == 200
    assert (await ada.post("/api/v1/actions", json={"action": "x"})).json()["result"] == "shown"
    assert {one["id"] for one in await stage.shown(ada, "painter")} == {"w", "r"}
