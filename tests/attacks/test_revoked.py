"""A permission that is taken back in the middle of things: nothing is left within a second."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


OFFERS = """
onRequest: () => ({ body: "here" }),
onCommand: () => ({ text: "here" }),
onJob: () => "ran",
onActionExecute: () => ({}),
"""


async def test_offers_leave_with_their_permission_and_come_back_with_it(
    target: Target, tmp_path: Path
) -> None:
    """Routes, commands, buttons and jobs are gone within a second of the decision, no restart."""
    room, hub = await Room(target, tmp_path).open(), target.hub
    offers: dict[str, Any] = {
        "routes": [{"method": "GET", "path": "/status"}],
        "commands": [{"name": "poll", "description": "Ask"}],
        "messageActions": [{"id": "keep", "label": "Keep"}],
        "jobs": [{"id": "digest", "seconds": 3600}],
    }
    asked = ["http:serve", "commands:offer", "schedule:run"]
    await room.guest("stall", OFFERS, permissions=asked, **offers)
    plugin = PluginId("stall")

    def offered() -> dict[str, bool]:
        brings = hub.ui.contributions(plugin)
        paths = {one["path"] for one in hub.routes.of(plugin)}
        return {
            "http:serve": "/api/v1/stall/status" in paths,
            "commands:offer": bool(brings["commands"] or brings["message_actions"]),
            "schedule:run": any(place[0] == "stall" for place in hub.scheduler._jobs),
        }

    assert all(offered().values())
    digest = hub.kernel.registry.get("stall").stored.digest
    for permission in asked:
        path = f"/plugins/stall/permissions/{permission}"
        assert (await room.call("ada", "DELETE", path)).is_success
        assert await _until(lambda one=permission: not offered()[one]) < 1  # type: ignore[misc]
        assert sum(offered().values()) == 2
        assert (await room.call("ada", "PUT", path, digest=digest)).is_success
        assert await _until(lambda: all(offered().values())) < 1


STREAMS = """
async onActionExecute({ context }: any, plugin: any) {
  const said: string[] = [];
  try {
    const answer = await plugin.api.fetch(context.url);
    said.push("began");
    const reader = answer.body.getReader();
    while (!(await reader.read()).done) said.push("more");
    said.push("done");
  } catch (error: any) {
    said.push(error.code ?? error.name);
  }
  return { result: said };
},
"""


@pytest.mark.parametrize("way", ["slow-head", "slow-body"])
async def test_request_to_elsewhere_ends_with_its_permission(
    target: Target, tmp_path: Path, way: str
) -> None:
    """One that waits for its answer and one that streams end within a second."""
    asked = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            if way == "slow-body":
                head = b"HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n"
                writer.write(head + b"x" * 1_200_000)
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    room, hub = await Room(target, tmp_path).open(), target.hub
    await hub.kernel.config.set("plugins.network.private", [f"127.0.0.1:{port}"])
    fetches = [{"name": "network:fetch", "hosts": [f"127.0.0.1:{port}"]}]
    await room.guest("reader", STREAMS, permissions=fetches)
    url = f"http://127.0.0.1:{port}/"
    body = {"action": "reader.go", "payload": {"url": url}}
    work = asyncio.create_task(room.post("bob", "/actions", **body))
    await asyncio.wait_for(asked.wait(), 10)
    await asyncio.sleep(0.3)
    assert not work.done()
    began = time.monotonic()
    done = await room.call("ada", "DELETE", "/plugins/reader/permissions/network:fetch")
    assert done.is_success
    said = (await asyncio.wait_for(work, 5))["result"]
    took = time.monotonic() - began
    server.close()
    assert took < 1
    assert said[-1] in {"permission_denied", "network_failed"}
    assert "done" not in said
