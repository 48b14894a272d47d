"""An administrator decides where a plugin may go; the plugin is TypeScript in its own process."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from plexihub.kernel.context import CallContext, as_plugin
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.support.machine import MIB, running_machine
from tests.support.plugins import CTX, Running, until

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-42")]
SOURCE = """
const tried = async (work: () => unknown) => {
  try {
    return { ok: await work() };
  } catch (error) {
    const { name, code, message } = error as { name: string; code?: string; message: string };
    return { name, code, message };
  }
};
export default {
  ...SAID,
  hooks: {
    onDataFetch: async (context) => {
      const { url, init, as } = context.filters;
      const found = await tried(async () => {
        const answer = await fetch(url, init);
        if (as === "stream") {
          let size = 0, pieces = 0;
          for await (const piece of answer.body) (size += piece.length, pieces++);
          return { size, several: pieces > 1 };
        }
        const { status, ok, headers } = answer;
        return { status, ok, kind: headers.get("content-type"), value: await answer[as]() };
      });
      return { transformedData: found };
    },
    onActionExecute: async (context) => {
      const reach: Record<string, unknown> = {};
      for (const name of ["Deno", "WebSocket", "EventSource", "XMLHttpRequest", "Worker"]) {
        reach[name] = typeof (globalThis as Record<string, unknown>)[name];
      }
      reach.import = await tried(() => import(context.context.url));
      reach.node = await tried(() => import("node:net"));
      return { result: reach };
    },
  },
};
"""


async def add(running: Running, **scope: list[str]) -> None:
    """Install and enable a plugin that fetches what it is told to."""
    said = {
        "id": "weather",
        "version": "1.0.0",
        "permissions": [{"name": "network:fetch", **scope}],
    }
    # The rules would refuse a plugin that looks for other ways out; here the walls are tried.
    await running.hub.kernel.config.change("plugins.validation", "warn", CTX)
    running.folder.mkdir(exist_ok=True)
    source = running.folder / "weather.ts"
    source.write_text(SOURCE.replace("SAID", json.dumps(said)))
    assert (await running.post("/plugins", source=str(source))).status_code == 201
    assert (await running.post("/plugins/weather/enable")).status_code == 200


async def fetch(running: Running, url: str, init: Any = None, **more: Any) -> Any:
    """Have the plugin fetch, and answer what it got."""
    filters = {"url": url, "init": init or {}, "as": "text", **more}
    ctx = CallContext(rights=ROLE_RIGHTS["member"])
    payload = {"query": "x", "filters": filters, "data": None}
    return await running.hub.kernel.hooks.call("data.fetching", payload, ctx)


async def open_to(running: Running, *hosts: str) -> None:
    """Open private hosts."""
    await running.hub.kernel.config.change("plugins.network.private", list(hosts), CTX)


async def test_the_guest_s_fetch_is_that_of_the_web(running: Running) -> None:
    """Status, headers, text, JSON, bytes, forms, streams, signals: as written for a browser."""
    async with running_machine() as machine:
        host = f"127.0.0.1:{machine.port}"
        await open_to(running, host)
        await add(running, hosts=[host])
        url = f"http://{host}/v1"
        found = _ok(await fetch(running, url, **{"as": "json"}))
        assert (found["status"], found["ok"], found["kind"]) == (200, True, "application/json")
        assert found["value"]["path"] == "/v1"
        init = {"method": "POST", "headers": [["x-a", "1"]], "body": "täxt"}
        asked = _ok(await fetch(running, url, init, **{"as": "json"}))["value"]
        assert asked["headers"]["x-a"] == "1"
        assert asked["headers"]["content-type"] == "text/plain;charset=UTF-8"
        assert asked["body"].encode("latin-1").decode() == "täxt"
        much = f"http://{host}/bytes?n={3 * MIB}"
        assert _ok(await fetch(running, much, **{"as": "stream"})) == {
            "size": 3 * MIB,
            "several": True,
        }


@pytest.mark.checklist("A-19", "A-35")
async def test_an_unlisted_host_is_refused_with_what_to_do(running: Running) -> None:
    """The plugin reads why, and nothing went out."""
    async with running_machine() as machine:
        await open_to(running, f"127.0.0.1:{machine.port}")
        await add(running, hosts=["api.example.com"])
        refused = _shown(await fetch(running, f"http://127.0.0.1:{machine.port}/"))
        assert refused["name"] == "PermissionDenied"
        assert "is not among its hosts" in refused["message"]
        assert machine.heard == 0


async def test_an_unknown_host_waits_for_an_administrator(running: Running) -> None:
    """Its request is listed while it waits; allowed it goes on, and from then on without asking."""
    async with running_machine() as machine:
        host = f"127.0.0.1:{machine.port}"
        await open_to(running, host)
        await running.hub.kernel.config.change("plugins.network.unknown", "ask", CTX)
        await add(running)
        waiting = asyncio.ensure_future(fetch(running, f"http://{host}/v1?key=hidden"))
        await until(lambda: bool(running.hub.outside.hosts.describe(PluginId("weather"))["asked"]))
        asked = (await running.get("/plugins/weather/hosts")).json()["asked"]
        assert [(one["host"], one["waiting"]) for one in asked] == [(host, 1)]
        assert asked[0]["url"] == f"http://{host}/v1"
        assert machine.heard == 0
        shown = await running.post("/plugins/weather/hosts", host=host, decision="allow")
        assert shown.json()["decided"] == [{"host": host, "decision": "allow"}]
        assert _ok(await waiting)["status"] == 200
        assert _ok(await fetch(running, f"http://{host}/"))["status"] == 200
        assert [target for _who, target, _how in await running.audited("network.ask")] == [host]


async def test_a_host_is_allowed_once_and_refused_for_good(running: Running) -> None:
    """One request passes; the next waits and is refused, and so is every one after it."""
    async with running_machine() as machine:
        host = f"127.0.0.1:{machine.port}"
        await open_to(running, host)
        await add(running, hosts=["other.example"])
        await running.post("/plugins/weather/hosts", host=host, decision="once")
        assert _ok(await fetch(running, f"http://{host}/"))["status"] == 200
        assert "among its hosts" in _shown(await fetch(running, f"http://{host}/"))["message"]
        await running.post("/plugins/weather/hosts", host=host, decision="allow")
        assert _ok(await fetch(running, f"http://{host}/"))["status"] == 200
        await running.post("/plugins/weather/hosts", host=host, decision="refuse")
        assert "refused" in _shown(await fetch(running, f"http://{host}/"))["message"]
        decided = [detail for _who, detail, _how in await running.audited("plugin.host")]
        assert decided == ["weather"] * 3
        await running.post("/plugins/weather/hosts", host=host, decision="forget")
        gone = await running.post("/plugins/weather/hosts", host=host, decision="forget")
        assert gone.status_code == 404


async def test_nobody_decides_in_time(running: Running) -> None:
    """The plugin hears that nobody did before its call's deadline; the question stays listed."""
    await running.hub.kernel.config.change("plugins.network.unknown", "ask", CTX)
    await running.hub.kernel.config.change("plugins.call_seconds", 1.0, CTX)
    await add(running)
    refused = _shown(await fetch(running, "https://api.example.com/"))
    assert "No administrator has let" in refused["message"]
    assert running.state("weather") == "enabled"
    asked = (await running.get("/plugins/weather/hosts")).json()["asked"]
    assert [(one["host"], one["waiting"]) for one in asked] == [("api.example.com:443", 0)]


async def test_secrets_are_written_and_never_read(running: Running) -> None:
    """Over HTTP a value goes in, and only names and hosts come out."""
    async with running_machine() as machine:
        host = f"127.0.0.1:{machine.port}"
        await open_to(running, host)
        await add(running, hosts=[host])
        put = await running.client.put(
            "/api/v1/plugins/weather/secrets/key", json={"value": "very secret", "hosts": [host]}
        )
        assert put.status_code == 200, put.text
        init = {"headers": {"authorization": "Bearer {{secret:key}}"}}
        answered = _ok(await fetch(running, f"http://{host}/echo", init))
        assert machine.asked[-1]["headers"]["authorization"] == "Bearer very secret"
        assert "very secret" not in str(answered)
        shown = await running.get("/plugins/weather/secrets")
        assert [one["name"] for one in shown.json()["items"]] == ["key"]
        assert "very secret" not in shown.text
        gone = await running.client.delete("/api/v1/plugins/weather/secrets/key")
        assert gone.status_code == 204
        assert "was never set" in _shown(await fetch(running, f"http://{host}/", init))["message"]


@pytest.mark.checklist("A-19")
async def test_there_is_no_other_way_out_of_the_guest(running: Running) -> None:
    """No socket, no import over the network, no module of Node's: the canary hears nothing."""
    async with running_machine() as canary:
        await add(running, hosts=["api.example.com"])
        ctx = as_plugin(CallContext(rights=ROLE_RIGHTS["member"]), PluginId("weather"))
        payload = {"action": "x", "context": {"url": f"http://127.0.0.1:{canary.port}/x.ts"}}
        found = await running.hub.kernel.hooks.call("action.executing", payload, ctx)
        result = found["result"]
        kinds = ("Deno", "WebSocket", "EventSource", "XMLHttpRequest", "Worker")
        assert [result[kind] for kind in kinds] == ["undefined"] * 5
        assert "ok" not in result["import"]
        assert "ok" not in result["node"]
        assert canary.heard == 0


def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = payload.get("transformedData") or payload["data"]
    return found


def _ok(payload: dict[str, Any]) -> Any:
    found = _shown(payload)
    assert "ok" in found, found
    return found["ok"]
