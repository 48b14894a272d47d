"""Every plugin action stands in the audit: what the hub measured, and what the plugin says."""

from __future__ import annotations

import pytest

from plexihub.kernel.audit import AuditQuery
from tests.apex.stage import Stage
from tests.support.seed import block

pytestmark = pytest.mark.anyio
LOGS = """
async onDashboardLoad(context: HookContext, plugin: any) {{
  const hookName = "onDashboardLoad";
  const started = performance.now();
  await new Promise((done) => setTimeout(done, 30));
  const executionTimeMs = performance.now() - started, memoryUsedMb = 1.5;
{words}
}},
"""


@pytest.mark.checklist("A-45", "A-46")
async def test_designs_log_call_lands_in_the_audit_as_the_plugins_word(stage: Stage) -> None:
    """The block as written: on record with the plugin as who acts, for the person who looks."""
    await stage.add("speaker", LOGS.format(words=block("Audit Trail")))
    ada = await stage.target.person("ada")
    await stage.dashboard(ada)
    [said] = await stage.heard("speaker:plugin.execution", "speaker")
    person = (await ada.get("/api/v1/session")).json()["user"]["id"]
    assert (said.target, said.outcome, said.on_behalf_of) == ("speaker", "ok", person)
    assert said.actor.kind == "plugin"
    words = said.details["said"]
    assert (words["userId"], words["action"]) == (person, "onDashboardLoad")
    assert words["metadata"]["executionTimeMs"] >= 30
    assert words["metadata"]["memoryUsedMb"] == 1.5
    [measured] = await stage.heard("plugin.execution", "speaker")
    assert measured.trace == said.trace
    assert measured.execution_ms is not None
    assert measured.execution_ms >= 30


@pytest.mark.checklist("A-45")
@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ('{ eventType: "PLUGIN", action: "x", result: "success" }', "invalid_input"),
        ('{ eventType: "plugin.execution", action: "x", result: "fine" }', "invalid_input"),
        ('{ eventType: "a.b", action: "x", result: "success", actor: "core" }', "invalid_input"),
        ('{ eventType: "a.b", action: "x".repeat(301), result: "success" }', "invalid_input"),
        (
            '{ eventType: "a.b", action: "x", result: "success", metadata: {x: "y".repeat(5e3)} }',
            "too_large",
        ),
        ("5 as any", "invalid_input"),
    ],
)
async def test_word_that_does_not_fit_is_refused_and_not_recorded(
    stage: Stage, entry: str, code: str
) -> None:
    """What forges, floods or breaks the form leaves the refusal on record, and nothing else."""
    body = f"""
    async onDashboardLoad(_c: unknown, plugin: any) {{
      try {{ await securityAuditLogger.log({entry}); }}
      catch (error) {{
        return {{ customWidgets: [{{ id: "w", component: "Seen", props: {{
          code: error.code ?? "plugin_raised" }} }}] }};
      }}
    }},
    """
    await stage.add("forger", body, permissions=("ui:render",))
    ada = await stage.target.person("ada")
    [widget] = await stage.shown(ada, "forger")
    assert widget["props"]["code"] == code
    spoken = await stage.target.hub.kernel.audit.read(AuditQuery())
    assert not [one for one in spoken if one.action.startswith("forger:")]
    assert not [one for one in spoken if one.actor.kind == "core" and one.target == "x"]


@pytest.mark.checklist("A-45", "A-46")
@pytest.mark.parametrize(
    ("name", "body", "permissions", "outcome"),
    [
        ("fine", "return;", (), "ok"),
        ("denied", "return { customWidgets: [{ id: 'a', component: 'Text' }] };", (), "denied"),
        ("failed", "throw new Error('no');", (), "failed"),
        ("vetoed", "throw new Veto('not now');", (), "vetoed"),
        ("garbled", "return { customWidgets: 5 };", ("ui:render",), "failed"),
        ("timeout", "for (;;);", (), "timeout"),
        ("crashed", "new Array(5e8).fill(1.5).map((x, i) => ({ x, i }));", (), "crashed"),
    ],
)
async def test_every_call_of_a_hook_is_one_record_however_it_ends(
    stage: Stage, name: str, body: str, permissions: tuple[str, ...], outcome: str
) -> None:
    """Ended well or badly: who, for whom, which hook, how, and the measured time."""
    await stage.target.hub.kernel.config.change(
        "plugins.call_seconds", 1.0, stage.target.operator_ctx
    )
    code = f"async onDashboardLoad(_c: unknown) {{ {body} }},"
    await stage.add(f"ends-{name}", code, permissions=permissions)
    ada = await stage.target.person("ada")
    made = await ada.post("/api/v1/dashboards", json={"title": "Ours"})
    answer = await ada.get(f"/api/v1/dashboards/{made.json()['id']}")
    assert (answer.status_code == 200) is (outcome != "vetoed")
    [record] = await stage.heard("plugin.execution", f"ends-{name}")
    assert (record.outcome, record.target) == (outcome, "dashboard.loading")
    assert record.on_behalf_of is not None
    assert record.execution_ms is not None
    assert record.execution_ms > (900 if name == "timeout" else 0)


@pytest.mark.checklist("A-46")
async def test_measured_time_and_memory_are_those_of_the_call(stage: Stage) -> None:
    """A hook of 300 ms is recorded with 300 ms; 20 MB that it keeps show in the next figure."""
    body = """
    async onDashboardLoad() {
      const end = Date.now() + 300;
      while (Date.now() < end);
      if (count++ === 1) kept.push(new Uint8Array(20 * 1024 * 1024).fill(7));
    },
    """
    await stage.add("weighed", body, above="let count = 0; const kept: Uint8Array[] = [];")
    ada = await stage.target.person("ada")
    for number in range(3):
        await stage.dashboard(ada)
        await stage.heard("plugin.execution", "weighed", least=number + 1)
    last, second, first = await stage.records("plugin.execution", "weighed")
    for record in (first, second, last):
        assert record.execution_ms is not None
        assert 299 <= record.execution_ms < 3000
    assert first.memory_mb is not None
    assert second.memory_mb is not None
    assert last.memory_mb is not None
    assert 15 < second.memory_mb - first.memory_mb < 40
    assert last.memory_mb > first.memory_mb + 15
