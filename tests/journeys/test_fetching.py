"""What plugins of both languages fetch, break off, and have left after a crash."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.support.machine import MIB, running_machine
from tests.support.plugins import CTX, Running, until

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-35", "A-42")]
TYPESCRIPT = """
const DOES: Record<string, (url: string) => unknown> = {
  async form(url) {
    const body = new URLSearchParams({ city: "Zürich & Bern", days: "3" });
    return await (await fetch(`${url}/v1`, { method: "POST", body })).json();
  },
  async late(url) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("long enough")), 50);
    await fetch(`${url}/hang`, { signal: stop.signal });
  },
  async timeout(url) { await fetch(`${url}/hang`, { signal: AbortSignal.timeout(50) }); },
  async before(url) { await fetch(`${url}/never`, { signal: AbortSignal.abort() }); },
  async between(url) {
    const stop = new AbortController();
    const answer = await fetch(`${url}/bytes?n=${3 * 2 ** 20}`, { signal: stop.signal });
    for await (const _part of answer.body) stop.abort(new Error("seen enough"));
  },
};
export default { ...SAID, hooks: {
  async onActionExecute({ action, context }: any) {
    try {
      return { result: { ok: await DOES[action](context.url) } };
    } catch (error) {
      return { result: { name: error.name, message: error.message } };
    }
  },
} };
"""
PYTHON = """
PLUGIN = SAID

def on_action_execute(context, plugin):
    got = plugin.api.fetch(context["context"]["url"], method="POST", json={"of": "plain"})
    parts = [got["body"]]
    while got["handle"] is not None and len(parts) < 9:
        part = plugin.api.network.read(got["handle"])
        parts.append(part["body"])
        if part["done"]:
            break
    size = len("".join(parts))
    return {"result": {"status": got["status"], "size": size, "body": parts[0][:500]}}

async def on_data_fetch(context, plugin):
    import asyncio
    urls = context["filters"]["urls"]
    got = await asyncio.gather(*(plugin.api.fetch(url) for url in urls), return_exceptions=True)
    return {"transformed_data": [
        one["status"] if isinstance(one, dict) else type(one).__name__ for one in got
    ]}
"""


async def add(running: Running, host: str, source: str, ending: str) -> None:
    """Install and enable a plugin that may call a host of this machine."""
    await running.hub.kernel.config.change("plugins.network.private", [host], CTX)
    permissions = [{"name": "network:fetch", "hosts": [host]}]
    said = {"id": "fetcher", "version": "1.0.0", "permissions": permissions}
    file = Path(running.folder) / f"fetcher.{ending}"
    file.parent.mkdir(exist_ok=True)
    file.write_text(source.replace("SAID", json.dumps(said)), encoding="utf-8")
    assert (await running.post("/plugins", source=str(file))).status_code == 201
    assert (await running.post("/plugins/fetcher/enable")).status_code == 200


async def do(running: Running, action: str, url: str) -> Any:
    """Have the plugin do something, and answer what came of it."""
    payload = {"action": action, "context": {"url": url}, "result": None, "metadata": {}}
    ctx = CallContext(rights=ROLE_RIGHTS["member"])
    return (await running.hub.kernel.hooks.call("action.executing", payload, ctx))["result"]


async def test_form_is_sent_as_a_browser_sends_it(running: Running) -> None:
    """`URLSearchParams` as a body has its content type and its spelling."""
    async with running_machine() as machine:
        host = f"127.0.0.1:{machine.port}"
        await add(running, host, TYPESCRIPT, "ts")
        asked = (await do(running, "form", f"http://{host}"))["ok"]
    kind = "application/x-www-form-urlencoded;charset=UTF-8"
    assert asked["headers"]["content-type"] == kind
    assert asked["body"] == "city=Z%C3%BCrich+%26+Bern&days=3"


async def test_fetch_is_broken_off_by_its_signal(running: Running) -> None:
    """Before it, while it waits, and while it reads; the plugin gets the reason and lives on."""
    async with running_machine() as machine:
        url = f"http://127.0.0.1:{machine.port}"
        await add(running, f"127.0.0.1:{machine.port}", TYPESCRIPT, "ts")
        assert (await do(running, "before", url))["name"] == "AbortError"
        assert machine.heard == 0
        assert (await do(running, "late", url))["message"] == "long enough"
        assert (await do(running, "timeout", url))["name"] == "TimeoutError"
        assert (await do(running, "between", url))["message"] == "seen enough"
        assert machine.heard == 3
        assert "ok" in await do(running, "form", url)
    health = (await running.get("/plugins/fetcher")).json()["health"]
    assert (health["failures"], health["deaths"]) == (0, 0)


async def test_python_fetches_in_plain_code_and_in_async_code(running: Running) -> None:
    """Plain code waits for each answer and its rest; async code has several under way at once."""
    async with running_machine() as machine:
        host = f"127.0.0.1:{machine.port}"
        await add(running, host, PYTHON, "py")
        got = await do(running, "x", f"http://{host}/v1?q=1")
        assert got["status"] == 200
        assert json.loads(got["body"])["body"] == '{"of":"plain"}'
        assert (await do(running, "x", f"http://{host}/letters?n={2 * MIB}"))["size"] == 2 * MIB
        urls = [f"http://{host}/a", "http://other.test/", f"http://{host}/b"]
        payload = {"query": "x", "filters": {"urls": urls}, "data": None}
        ctx = CallContext(rights=ROLE_RIGHTS["member"])
        found = await running.hub.kernel.hooks.call("data.fetching", payload, ctx)
        shown = found.get("transformedData") or found["data"]
        assert shown == [200, "PermissionDenied", 200]


async def test_crash_gives_no_new_requests(running: Running) -> None:
    """Killed from outside and started anew, a plugin has what was left of its minute."""
    await running.hub.kernel.config.change("plugins.restart_seconds", 0.01, CTX)
    async with running_machine() as machine:
        url = f"http://127.0.0.1:{machine.port}"
        await add(running, f"127.0.0.1:{machine.port}", TYPESCRIPT, "ts")
        changed = await running.client.patch(
            "/api/v1/plugins/fetcher/limits", json={"limits": {"requests_per_minute": 3}}
        )
        assert changed.status_code == 200, changed.text
        for _ in range(2):
            assert "ok" in await do(running, "form", url)
        before = (await running.get("/plugins/fetcher")).json()["health"]["pid"]
        os.kill(before, signal.SIGKILL)
        record = running.hub.kernel.registry.get("fetcher")
        await until(lambda: record.health.deaths == 1 and running.state("fetcher") == "enabled")
        after = (await running.get("/plugins/fetcher")).json()["health"]["pid"]
        assert after not in {before, None}
        assert "ok" in await do(running, "form", url)
        refused = await do(running, "form", url)
        assert "More than 3 network requests" in refused["message"]
        assert machine.heard == 3
