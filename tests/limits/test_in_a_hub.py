"""What people, the record, the metrics and the administrator see of a plugin at its limits."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.gateway import Method
from plexihub.kernel.ports import InstallRequest
from plexihub_sdk.errors import LimitExceededError
from plexihub_sdk.permissions import NETWORK_FETCH, ROLE_RIGHTS
from tests.limits.greedy import BURN, plugin
from tests.support.plugins import CTX, Running, hub_here, until

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]
HOLDS = (
    "globalThis.kept = Array.from({ length: 57 }, () => new Uint8Array(1e6).fill(1));"
    " return new Promise(() => {});"
)
SHOWS = (
    "return { customWidgets: [{ id: 'good', component: 'HelloWorld', props: { text: 'good' } }] };"
)
PAYLOAD = {"user_id": "u", "dashboard_id": "d", "widgets": []}
SAMPLE = re.compile(r'[a-z_]+(\{([a-z_]+="[^"\\]*",?)*\})? [0-9.e+-]+')


@pytest.fixture
async def running(tmp_path: Path, anyio_backend: object) -> AsyncIterator[Running]:
    """Run a hub that restarts what died at once."""
    del anyio_backend
    async with hub_here(tmp_path) as running:
        await running.hub.kernel.config.change("plugins.restart_seconds", 0.01, CTX)
        yield running


class Nothing(msgspec.Struct):
    """No parameters."""


async def fetch(_ctx: CallContext, _params: Nothing) -> str:
    """Answer without asking anybody."""
    return "fetched"


async def add(
    running: Running, name: str, body: str, *, permission: str = "ui:render", **more: Any
) -> None:
    """Install and enable a sandboxed plugin."""
    source = plugin(running.folder, name, body, **more).parent
    manifest = {"id": name, "version": "1.0.0", "entrypoint": f"{name}.ts"}
    text = msgspec.json.encode({**manifest, "permissions": [permission]})
    await asyncio.to_thread((source / "plugin.json").write_bytes, text)
    await running.hub.installer.install(InstallRequest(source=source), CTX)
    await running.hub.kernel.lifecycle.enable(name, CTX)


async def page(running: Running) -> dict[str, Any]:
    """Load a dashboard as a person does, with what every plugin adds."""
    return await running.hub.ask("dashboard.loading", dict(PAYLOAD), role="member")


async def breaches(running: Running) -> list[dict[str, Any]]:
    """Answer what the record says of limits, oldest first."""
    found = (await running.get("/audit?action=plugin.limit")).json()["items"]
    return [{**one["details"], "target": one["target"]} for one in reversed(found)]


async def numbers(running: Running) -> str:
    """Read the metrics."""
    answer = await running.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.text


@pytest.mark.checklist("A-14", "A-23")
async def test_person_has_the_page_and_the_hub_knows_why(running: Running) -> None:
    """The page comes without the greedy plugin; record, health, metrics and limits all say so."""
    await add(running, "greedy", HOLDS)
    await add(running, "good", SHOWS)
    answer = await page(running)
    assert [one["props"] for one in answer["customWidgets"]] == [{"text": "good"}]
    await until(lambda: running.state("greedy") == "enabled")
    [told] = await breaches(running)
    assert (told["target"], told["limit"], told["did"]) == ("greedy", "memory_mb", "killed")
    assert told["measured"] > told["allowed"] == 50
    shown = (await running.get("/plugins/greedy")).json()["health"]
    assert (shown["deaths"], shown["restarts"]) == (1, 1)
    assert re.match(r"used \d+ MB of memory, 50 MB are allowed", shown["last_error"])
    text = await numbers(running)
    labels = '{plugin="greedy",limit="memory_mb",did="killed"}'
    assert f"plexihub_plugin_limit_reached_total{labels} 1\n" in text
    assert 'plexihub_plugin_deaths_total{plugin="greedy"} 1' in text
    lines = (await running.get("/plugins/greedy/limits")).json()["items"]
    assert {one["name"]: one["reached"] for one in lines if one["reached"]} == {"memory_mb": 1}


@pytest.mark.checklist("A-23")
async def test_third_death_in_the_window_is_the_last(running: Running) -> None:
    """However long it works in between, three deaths within the window are too many."""
    await add(running, "greedy", HOLDS)
    record = running.hub.kernel.registry.get("greedy")
    for deaths in range(1, 4):
        await page(running)
        await until(lambda: record.health.deaths == deaths)  # noqa: B023 - awaited at once
        await until(lambda: record.state != "restarting")
    assert running.state("greedy") == "quarantined"
    assert record.reason.startswith("It died 3 times within 5 minutes. The last time it used ")
    assert await page(running)


@pytest.mark.checklist("A-23")
async def test_message_beyond_its_limit_is_on_record(running: Running) -> None:
    """An answer too long or too deep: page, record, health, metrics and the list of limits."""
    much = "return { customWidgets: [{ text: 'x'.repeat(5e6) }] };"
    deep = "let deep = []; for (let at = 0; at < 70; at++) deep = [deep]; return { deep };"
    await add(running, "long", much)
    await add(running, "deep", deep)
    await add(running, "good", SHOWS)
    answer = await page(running)
    assert [one["props"] for one in answer["customWidgets"]] == [{"text": "good"}]
    told = {one["target"]: one for one in await breaches(running)}
    assert (told["long"]["limit"], told["long"]["did"]) == ("message_mb", "refused")
    assert told["long"]["measured"] > told["long"]["allowed"] == 4
    assert (told["deep"]["limit"], told["deep"]["measured"]) == ("message_depth", 65)
    shown = (await running.get("/plugins/long")).json()["health"]
    assert (shown["failures"], shown["deaths"]) == (1, 0)
    assert "larger than 4 MiB" in shown["last_error"]
    labels = '{plugin="deep",limit="message_depth",did="refused"}'
    assert f"plexihub_plugin_limit_reached_total{labels} 1\n" in await numbers(running)
    lines = (await running.get("/plugins/long/limits")).json()["items"]
    assert {one["name"]: one["reached"] for one in lines if one["reached"]} == {"message_mb": 1}


@pytest.mark.checklist("A-13")
async def test_slowed_plugin_is_on_record(running: Running) -> None:
    """Busy work is slowed, recorded once with both numbers, and ended by its deadline."""
    await running.hub.kernel.config.change("plugins.call_seconds", 5.0, CTX)
    await add(running, "busy", BURN.format(ms=30_000))
    began = time.monotonic()
    assert await page(running)
    assert time.monotonic() - began < 12
    told = await breaches(running)
    assert [(one["limit"], one["did"]) for one in told] == [
        ("cpu_percent", "slowed"),
        ("call_seconds", "killed"),
    ]
    assert told[0]["allowed"] == 10.0


@pytest.mark.checklist("A-15")
async def test_hundred_and_first_request_is_refused(running: Running) -> None:
    """A minute has a hundred; a restart gives no new ones, and another plugin has its own."""
    kernel = running.hub.kernel
    kernel.gateway.register(
        Method("test.fetch", NETWORK_FETCH, Nothing, fetch, "Stands where fetch will be.")
    )
    contexts = {}
    for name in ("asks", "other"):
        await add(running, name, "return {};", permission="network:fetch")
        contexts[name] = CallContext(actor=Actor("plugin", name), rights=ROLE_RIGHTS["admin"])
    for _ in range(100):
        assert await kernel.gateway.dispatch(contexts["asks"], "test.fetch", {}) == "fetched"
    await kernel.lifecycle.reload("asks", CTX)
    with pytest.raises(LimitExceededError, match="More than 100 network requests"):
        await kernel.gateway.dispatch(contexts["asks"], "test.fetch", {})
    assert await kernel.gateway.dispatch(contexts["other"], "test.fetch", {}) == "fetched"
    [told] = await breaches(running)
    assert (told["target"], told["measured"], told["allowed"]) == ("asks", 101, 100)
    assert 'plexihub_plugin_network_requests{plugin="asks"} 100' in await numbers(running)
    changed = await change(running, "asks", requests_per_minute=102)
    assert changed["requests_per_minute"]["override"] == 102
    for _ in range(2):
        await kernel.gateway.dispatch(contexts["asks"], "test.fetch", {})
    with pytest.raises(LimitExceededError, match="More than 102"):
        await kernel.gateway.dispatch(contexts["asks"], "test.fetch", {})


async def change(running: Running, name: str, **limits: float | None) -> dict[str, Any]:
    """Change a plugin's limits, and answer all of them by name."""
    path = f"/api/v1/plugins/{name}/limits"
    answer = await running.client.patch(path, json={"limits": limits})
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["items"]}


@pytest.mark.checklist("A-14")
async def test_administrator_allows_one_plugin_more(running: Running) -> None:
    """At its next start it may use more; the others may not; each change is on record."""
    await add(running, "greedy", HOLDS.replace("new Promise(() => {})", "{}"))
    rows = await change(running, "greedy", memory_mb=120, call_seconds=2.5)
    assert (rows["memory_mb"]["value"], rows["memory_mb"]["default"]) == (120, 50)
    assert (rows["memory_mb"]["waits"], rows["call_seconds"]["waits"]) == (True, False)
    await running.post("/plugins/greedy/reload")
    rows = await change(running, "greedy")
    assert not rows["memory_mb"]["waits"]
    await page(running)
    await asyncio.sleep(1)
    assert running.hub.kernel.registry.get("greedy").health.deaths == 0
    records = (await running.get("/audit?action=plugin.set_limits")).json()["items"]
    assert records[-1]["details"]["new"] == {"memory_mb": 120, "call_seconds": 2.5}
    rows = await change(running, "greedy", memory_mb=None)
    assert (rows["memory_mb"]["override"], rows["call_seconds"]["override"]) == (None, 2.5)


async def test_log_beyond_its_limit_is_dropped(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    """At once after the change, what is beyond is dropped; the plugin lives on, and it counts."""
    await add(
        running, "talks", "for (let i = 0; i < 99; i++) console.log('x'.repeat(99)); return null;"
    )
    await change(running, "talks", log_kb_per_minute=4)
    with caplog.at_level("INFO", "plexihub.plugin.talks"):
        await page(running)
        await until(lambda: ("talks", "log_kb_per_minute", "dropped") in reached(running))
    lines = [one for one in caplog.records if one.name == "plexihub.plugin.talks"]
    assert 10 < len(lines) < 40
    [told] = await breaches(running)
    assert (told["did"], told["allowed"]) == ("dropped", 4)
    assert running.state("talks") == "enabled"


def reached(running: Running) -> Any:
    """Answer what was counted of limits."""
    return running.hub.kernel.limits.breaches


async def test_override_goes_with_the_plugin(running: Running) -> None:
    """Another plugin of a removed one's name starts with the limits of all."""
    await add(running, "greedy", SHOWS)
    await change(running, "greedy", memory_mb=120)
    await running.client.delete("/api/v1/plugins/greedy")
    await running.settle()
    assert running.hub.kernel.config.get("plugins.limits") == []


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"memory_mb": 1}, "Memory must be from 8 to 4096 MiB, not 1."),
        ({"memory_mb": 50.5}, "Memory must be a whole number."),
        ({"memry_mb": 60}, "There is no limit 'memry_mb'. Did you mean 'memory_mb'?"),
        ({"message_mb": 8}, "Length of a message is the same for every plugin."),
    ],
)
async def test_wrong_limit_is_refused(
    running: Running, limits: dict[str, float], says: str
) -> None:
    """What cannot be is refused with the reason, and nothing is changed."""
    await add(running, "good", SHOWS)
    answer = await running.client.patch("/api/v1/plugins/good/limits", json={"limits": limits})
    assert answer.status_code in {400, 404, 422}
    assert answer.json()["error"]["message"] == says
    assert running.hub.kernel.config.get("plugins.limits") == []


async def test_metrics_are_for_the_operator_and_the_token(running: Running) -> None:
    """Every line is well formed; without a token nobody else reads them, with it they do."""
    await add(running, "good", SHOWS)
    text = await numbers(running)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not SAMPLE.fullmatch(line)] == []
    assert 'plexihub_plugin_up{plugin="good",tier="sandboxed",state="enabled"} 1' in lines
    transport = httpx.ASGITransport(running.hub.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as nobody:
        assert (await nobody.get("/metrics")).status_code == 401
        token = "t" * 40
        headers = {"authorization": f"Bearer {token}"}
        assert (await nobody.get("/metrics", headers=headers)).status_code == 401
        await running.hub.kernel.config.change("metrics.token", token, CTX)
        assert (await nobody.get("/metrics", headers=headers)).status_code == 200
        wrong = {"authorization": f"Bearer {token[:-1]}x"}
        assert (await nobody.get("/metrics", headers=wrong)).status_code == 401
        assert (await nobody.get("/api/v1/plugins", headers=headers)).status_code == 401


async def test_usage_is_kept_for_minutes_and_told_who_looks(running: Running) -> None:
    """Measurements come without anybody looking; who looks is told each one for half a minute."""
    top = "setInterval(() => { const end = Date.now() + 20; while (Date.now() < end); }, 100);"
    await add(running, "works", SHOWS, top=top)
    usage = running.hub.usage
    share = running.hub.live.subscribe("ada")
    other = running.hub.live.subscribe("bob")
    usage.look(running.hub.kernel.registry.get("works").id, "ada")
    heard = await asyncio.wait_for(_first(share), 15)
    assert heard["topic"] == "plugin.usage"
    assert heard["data"]["point"]["cpu_percent"] > 0.5
    assert not [text for text in other._waiting if "plugin.usage" in text]
    points = (await running.get("/plugins/works/usage")).json()["points"]
    assert points[-1] == heard["data"]["point"]
    share.close()
    other.close()


async def _first(share: Any) -> dict[str, Any]:
    async for text in share:
        frame: dict[str, Any] = msgspec.json.decode(text)
        if frame["type"] == "event" and frame["topic"] == "plugin.usage":
            return frame
    raise AssertionError("nothing was told")
