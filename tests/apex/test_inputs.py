"""All inputs of a plugin are validated, by the hub and by the plugin's own Zod schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub_sdk.errors import InputRefusedError, PluginLoadError
from plexihub_sdk.ids import UserId
from tests.apex.stage import Stage
from tests.support.seed import block
from tests.zoo.sandbox import make_sandbox, write

pytestmark = pytest.mark.anyio
SCHEMA = 'import { z } from "zod";\n' + block("Validation")
PLUGIN = (
    SCHEMA
    + """
let reached = 0;
export default { id: "strict", version: "1.0.0", pluginInputSchema, hooks: {
  onActionExecute: () => ({ result: ++reached }),
  onDashboardLoad: () => ({ customWidgets: [
    { id: "w", component: "Stat", props: { value: reached } }] }),
} };
"""
)
ADA = "0c7d4f63-7f3a-4d0e-9a44-0b9b8ad0e1c2"


@pytest.mark.checklist("A-43", "A-44")
@pytest.mark.parametrize(
    ("payload", "user", "refused"),
    [
        ({"action": "x" * 100, "context": {"a": [1]}}, ADA, ""),
        ({"action": "ok"}, ADA, ""),
        ({"action": "", "context": {}}, ADA, ""),
        ({"action": "x" * 101, "context": {}}, ADA, "action"),
        ({"action": 5, "context": {}}, ADA, "action"),
        ({"context": {}}, ADA, "action"),
        ({"action": "ok", "context": [1, 2]}, ADA, "payload"),
        ({"action": "ok", "context": "text"}, ADA, "payload"),
        ({"action": "ok", "context": {}}, "ada", "userId"),
        ({"action": "ok", "context": {}}, ADA + "0", "userId"),
        ({"action": "ok", "context": {}}, None, "userId"),
    ],
)
async def test_designs_schema_decides_what_reaches_the_plugins_code(
    tmp_path: Path, payload: dict[str, Any], user: str | None, refused: str
) -> None:
    """100 characters pass and 101 do not; no arrays; payload may be absent; ids are UUIDs."""
    sandbox = make_sandbox(tmp_path)
    async with sandbox.running(write(tmp_path / "p", "strict.ts", PLUGIN)) as guest:
        ctx = CallContext(on_behalf_of=UserId(user) if user else None)
        if not refused:
            assert await guest.call_hook("onActionExecute", payload, ctx) == {"result": 1}
            return
        with pytest.raises(InputRefusedError, match=f"pluginInputSchema refuses.*{refused}"):
            await guest.call_hook("onActionExecute", payload, ctx)
        well = {"action": "ok"}
        ctx = CallContext(on_behalf_of=UserId(ADA))
        # The next one is the first that its code sees.
        assert await guest.call_hook("onActionExecute", well, ctx) == {"result": 1}


@pytest.mark.checklist("A-43", "A-44", "A-26")
async def test_action_of_a_person_is_validated_over_http(stage: Stage) -> None:
    """100 characters are done and answered; all else is a 400 that names the field."""
    code = "onActionExecute: ({ action }: any) => ({ result: action.length + calls++ }),"
    schema = SCHEMA + "export { pluginInputSchema };\nlet calls = 0;"
    await stage.add("strict", code, above=schema)
    ada = await stage.target.person("ada")

    async def act(**body: Any) -> tuple[int, Any]:
        answer = await ada.post("/api/v1/actions", json=body)
        return answer.status_code, answer.json().get("result") or answer.json()["error"]["where"]

    assert await act(action="x" * 100, payload={"n": 1}) == (200, 100)
    assert (await act(action="x" * 101, payload={}))[0] == 400
    assert (await act(action="x", payload=[1]))[0] == 400
    assert (await act(action="x", user="somebody"))[0] == 400
    assert await act(action="x") == (200, 1 + 1)
    seen = await stage.records("plugin.execution", "strict")
    assert [one.outcome for one in seen] == ["ok", "ok"]


@pytest.mark.checklist("A-43")
@pytest.mark.parametrize(
    ("hook", "payload"),
    [
        ("dashboard.loading", {"userId": 5}),
        ("dashboard.loading", {"userId": "u", "dashboardId": ["d"]}),
        ("dashboard.loading", {"userId": "u" * 101}),
        ("data.fetching", {"query": {"not": "text"}}),
        ("data.fetching", {"query": "people", "filters": ["not", "an", "object"]}),
        ("action.executing", {"action": "x" * 101, "context": {}}),
        ("action.executing", {"action": "x", "context": [1]}),
        ("action.executing", {"action": None}),
    ],
)
async def test_what_the_catalogue_does_not_allow_stays_in_the_hub(
    stage: Stage, hook: str, payload: dict[str, Any]
) -> None:
    """Whoever asks wrongly, the plugin's code is not called; the refusal is on record."""
    code = """
    onDashboardLoad: () => { console.log("reached"); return null; },
    onDataFetch: () => ({ transformedData: "reached" }),
    onActionExecute: () => ({ result: "reached" }),
    """
    await stage.add("quiet", code)
    failures: list[Any] = []
    before = dict(payload)
    answer = await stage.target.hub.kernel.hooks.call(hook, payload, failures=failures)
    assert answer == before
    assert [type(error) for _, error in failures] == [InputRefusedError]
    [record] = await stage.heard("plugin.execution", "quiet")
    assert record.outcome == "denied"
    health = stage.target.hub.kernel.registry.get("quiet").health
    assert (health.failures, health.failing) == (0, False)


async def test_event_of_the_wrong_form_is_not_told(stage: Stage) -> None:
    """A trusted plugin that tells nonsense as a sign-in does not reach strangers with it."""
    await stage.add("ears", 'onAuthSuccess: () => { throw new Error("reached"); },')
    bus = stage.target.hub.kernel.events
    for told in ({"userId": 5, "sessionId": "s"}, {"userId": "u"}, ["u"], None):
        bus.publish("user.login", told)
    await bus.settle()
    records = await stage.heard("plugin.execution", "ears", least=4)
    assert {one.outcome for one in records} == {"denied"}


@pytest.mark.parametrize(
    "schema", ["5", "{}", "{ parse() {} }", '{ "~standard": { vendor: "x" } }']
)
async def test_schema_that_is_none_keeps_the_plugin_from_loading(
    tmp_path: Path, schema: str
) -> None:
    """A form that could not be held is said at once, not at the first call."""
    code = f"export const pluginInputSchema = {schema}; export default {{ hooks: {{}} }};"
    with pytest.raises(PluginLoadError, match="is no schema"):
        await make_sandbox(tmp_path).runtime.describe(write(tmp_path / "p", "x.ts", code))


async def test_whole_of_zod_is_there_without_a_network(tmp_path: Path) -> None:
    """Parsing, transforming, refining, unions and errors work as its documentation says."""
    code = """
    import zod, { z, ZodError } from "zod";
    const Vote = z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("yes"), weight: z.coerce.number().int().positive() }),
      z.object({ kind: z.literal("no") }).strict(),
    ]).array().nonempty();
    export default { hooks: { onDashboardLoad() {
      const bad = Vote.safeParse([{ kind: "no", more: 1 }]);
      return [Vote.parse([{ kind: "yes", weight: "3" }]), bad.error instanceof ZodError,
        zod.string().email().safeParse("x").success, z.infer === undefined];
    } } };
    """
    sandbox = make_sandbox(tmp_path)
    async with sandbox.running(write(tmp_path / "p", "votes.ts", code)) as guest:
        answer = await guest.call_hook("onDashboardLoad", {}, CallContext())
    assert answer == [[{"kind": "yes", "weight": 3}], True, False, True]
