"""A permission that is taken back in the middle of things: nothing is left within a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from plexihub_sdk.ids import PluginId
from tests.attacks.conftest import Target
from tests.support.guests import Room

pytestmark = pytest.mark.anyio
HOLDER = """
async onActionExecute({ action }: any, plugin: any) {
  if (action === "holder.show") {
    await plugin.api.renderWidget({ component: "Text", props: { text: "still here" } });
  }
  if (action === "holder.box") {
    await plugin.api.call("sandbox.create", { code: "export default { hooks: {} };" });
  }
  const said: string[] = [];
  if (action === "holder.keep") {
    while (said[said.length - 1] !== "permission_denied" && said.length < 40) {
      await new Promise((done) => setTimeout(done, 50));
      await plugin.api.storage.set("key", 1)
        .then(() => said.push("ok"), (error: any) => said.push(error.code));
    }
  }
  return { result: said };
},
"""


async def _until(holds: Callable[[], bool]) -> float:
    """Wait until something holds, and answer how many seconds that took."""
    began = time.monotonic()
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)
    return time.monotonic() - began


async def test_what_goes_on_by_itself_ends_with_its_permission(
    target: Target, tmp_path: Path
) -> None:
    """Widgets leave the dashboards and sandboxes end; a call that runs is refused its next step."""
    room, hub = await Room(target, tmp_path).open(), target.hub
    asked = ["ui:render", "sandbox:run", "storage:own", "messages:write"]
    await room.guest("holder", HOLDER, permissions=asked)

    async def revoke(permission: str) -> None:
        done = await room.call("ada", "DELETE", f"/plugins/holder/permissions/{permission}")
        assert done.is_success, done.text

    def widgets() -> list[str]:
        return hub.ui.contributions(PluginId("holder"))["widgets"]

    await room.post("bob", "/actions", action="holder.show")
    await room.post("bob", "/actions", action="holder.box")
    assert len(widgets()) == hub.sandboxes.of("holder") == 1
    await revoke("messages:write")
    await hub.kernel.events.settle()
    assert len(widgets()) == hub.sandboxes.of("holder") == 1

    await revoke("ui:render")
    assert await _until(lambda: not widgets()) < 1
    assert hub.sandboxes.of("holder") == 1
    await revoke("sandbox:run")
    assert await _until(lambda: not hub.sandboxes.of("holder")) < 1

    work = asyncio.create_task(room.post("bob", "/actions", action="holder.keep"))
    await asyncio.sleep(0.4)
    assert not work.done()
    await revoke("storage:own")
    said = (await work)["result"]
    assert (said[0], said[-1]) == ("ok", "permission_denied")
