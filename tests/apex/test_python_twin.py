"""The same words in Python: on record, approved, heard and validated alike."""

from __future__ import annotations

import json

import pytest

from tests.apex.stage import Stage

pytestmark = pytest.mark.anyio
CODE = '''
async def on_action_execute(context, plugin):
    """Say so in the audit, then do what takes an administrator's approval."""
    if context["action"] == "say":
        await plugin.api.audit.log(
            event_type="plugin.execution",
            user_id=plugin.user_id,
            resource=plugin.id,
            action="on_action_execute",
            result="success",
            metadata={"executionTimeMs": 1.5},
        )
        return {"result": "said"}
    people = await plugin.api.admin.users.list()
    return {"result": [one["username"] for one in people]}
'''


async def test_python_plugin_has_the_same_words(stage: Stage) -> None:
    """Its word lands in the audit; people are listed only once an administrator approved."""
    root = stage.folder / "twin"
    root.mkdir(parents=True)
    said = {"id": "twin", "version": "1.0.0", "entrypoint": "main.py"}
    (root / "plugin.json").write_text(json.dumps({**said, "permissions": ["admin:users"]}))
    (root / "main.py").write_text(CODE)
    await stage.target.install(root)
    ada = await stage.target.person("ada", "admin")

    async def act(action: str) -> tuple[int, object]:
        answer = await ada.post("/api/v1/actions", json={"action": action})
        return answer.status_code, answer.json().get("result")

    assert await act("say") == (200, "said")
    who = (await ada.get("/api/v1/session")).json()["user"]["id"]
    [word] = await stage.heard("twin:plugin.execution", "twin")
    assert word.details["said"]["metadata"] == {"executionTimeMs": 1.5}
    assert (word.on_behalf_of, word.details["said"]["userId"]) == (who, who)
    assert (await act("list"))[0] == 502
    digest = stage.target.hub.kernel.registry.get("twin").stored.digest
    path = "/api/v1/plugins/twin/permissions/admin:users"
    assert (await ada.put(path, json={"digest": digest})).status_code == 200
    assert await act("list") == (200, ["ada"])
