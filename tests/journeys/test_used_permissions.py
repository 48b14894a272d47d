"""What a plugin does with its permissions is seen against what it asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apex.stage import Stage
from tests.attacks.conftest import Target, target

__all__ = ("target",)
pytestmark = pytest.mark.anyio
DOES = """
async onActionExecute(_given: any, plugin: any) {
  await plugin.api.storage.set("seen", 1);
  await plugin.api.call("data.find", { model: "users" });
  await plugin.api.call("data.query", { sql: "SELECT id FROM users" });
  await plugin.api.call("data.find", { model: "messages" }).catch(() => null);
  await plugin.api.call("sandbox.create", { code: "x" }).catch(() => null);
  return { result: 1 };
},
"""


async def test_used_permissions_and_the_fewest_that_would_do(
    target: Target, tmp_path: Path
) -> None:
    """Counts, scopes and refusals of a real sandboxed plugin come with the minimal manifest."""
    stage = Stage(target, tmp_path / "plugins")
    asked = ("storage:own", {"name": "data:read", "models": ["users"]}, "ui:render")
    await stage.add("clerk", DOES, permissions=asked)
    bob, ada = await target.person("bob"), await target.person("ada", "admin")
    body = {"action": "clerk.run", "payload": {}}
    assert (await bob.post("/api/v1/actions", json=body)).json()["result"] == 1
    path = "/api/v1/plugins/clerk/permissions/used"
    assert (await bob.get(path)).status_code == 403
    used = (await ada.get(path)).json()
    rows = {one["name"]: one for one in used["items"]}
    assert list(rows) == ["storage:own", "data:read", "ui:render", "sandbox:run"]
    assert (rows["storage:own"]["allowed"], rows["ui:render"]["allowed"]) == (1, 0)
    assert rows["data:read"]["values"] == {"models": {"users": 2}}
    assert rows["data:read"]["beyond"] == {"models": {"messages": 1}}
    assert rows["sandbox:run"]["rules"] == {"not_asked": 1}
    assert used["minimal"] == [
        "storage:own",
        {"name": "data:read", "models": ["messages", "users"]},
        "sandbox:run",
    ]
