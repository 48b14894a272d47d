"""A job of a plugin over a restart of the whole hub, seen by an administrator."""

from __future__ import annotations

import asyncio
import math
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.ports import InstallRequest
from plexihub_sdk.errors import ConfigError, PluginError
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.support.hub import command

pytestmark = pytest.mark.anyio
EXAMPLE = Path(__file__).parents[2] / "examples" / "trusted" / "nightly-report"
CTX = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"], deadline=math.inf)
IMPOSSIBLE = """
class ImpossiblePlugin:
    def __init__(self, context):
        context.get_service("api").register_route("GET", "/api/v1/impossible", lambda _request: {})
        context.get_service("scheduler").add_job(print, "cron", hour=25)
"""
TICKING = """
class TickingPlugin:
    def __init__(self, context):
        self.events = context.get_service("events")
        context.get_service("scheduler").add_job(self.tick, "interval", seconds=1)

    def tick(self):
        self.events.emit("ticking.ticked")
"""


async def install(hub: Hub, source: Path, name: str) -> None:
    """Install a trusted plugin and enable it."""
    request = InstallRequest(source=source, tier="trusted", consent=f"I trust {name}")
    await hub.installer.install(request, CTX)
    await hub.kernel.lifecycle.enable(name, CTX)


async def jobs(hub: Hub) -> dict[str, Any]:
    """Ask for the jobs over HTTP, once what is due has run."""
    hub.scheduler.look()
    await hub.scheduler.settle()
    transport = httpx.ASGITransport(hub.operator_asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        answer = await client.get("/api/v1/jobs")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    body["items"] = [one for one in body["items"] if one["plugin"] != "core"]
    return body


@pytest.mark.checklist("P-83")
async def test_missed_night_is_made_up_for_after_restart(tmp_path: Path) -> None:
    """The hub was off at three: at its next start the job runs once, and says how it went."""
    options = HubOptions(data=tmp_path / "data")
    async with Hub(options) as hub:
        await install(hub, EXAMPLE, "nightly-report")
        (job,) = (await jobs(hub))["items"]
        assert (job["active"], job["last_run_at"]) == (True, None)
        file = hub.database._url.database
    with closing(sqlite3.connect(str(file), isolation_level=None)) as connection:
        connection.execute(
            "UPDATE jobs SET next_run_at = '2026-01-01 03:00:00.000000' WHERE plugin != 'core'"
        )
    async with Hub(options) as hub:
        body = await jobs(hub)
    (again,) = body["items"]
    assert again["last_outcome"] == "ok"
    assert again["next_run_at"].endswith("T03:00:00Z")
    (load,) = body["load"]
    assert (load["plugin"], load["runs"]) == ("nightly-report", 1)
    assert load["total_ms"] == again["last_ms"]


@pytest.mark.checklist("P-83")
async def test_impossible_job_fails_its_plugin_whole(tmp_path: Path) -> None:
    """The plugin is told where the rule is wrong; no route or job of it is there; the hub runs."""
    source = tmp_path / "impossible.py"
    source.write_text(IMPOSSIBLE, encoding="utf-8")
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        with pytest.raises(PluginError) as caught:
            await install(hub, source, "impossible")
        assert "job 'print' of impossible is refused: `hour` cannot be 25" in str(caught.value)
        assert caught.value.where == "impossible.py:5"
        assert (await jobs(hub))["items"] == []
        assert hub.routes.of(hub.kernel.registry.get("impossible").id) == []


@pytest.mark.checklist("P-83")
async def test_job_runs_by_itself_until_plugin_is_disabled(tmp_path: Path) -> None:
    """A running hub begins the runs, one after another; disabled, the plugin has no job left."""
    source, ticks = tmp_path / "ticking.py", asyncio.Queue[object]()
    source.write_text(TICKING, encoding="utf-8")
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        hub.kernel.events.subscribe("ticking.ticked", ticks.put_nowait)
        await install(hub, source, "ticking")
        async with asyncio.timeout(30):
            for _ in range(2):
                await ticks.get()
        await hub.kernel.lifecycle.disable("ticking", CTX)
        (job,) = (await jobs(hub))["items"]
        assert (job["id"], job["active"], job["last_outcome"]) == ("tick", False, "ok")


@pytest.mark.checklist("P-83")
async def test_operator_runs_and_pauses_from_the_command_line(tmp_path: Path) -> None:
    """The commands reach the running hub: a run ends with its result, a pause holds."""
    source, data = tmp_path / "ticking.py", tmp_path / "data"
    source.write_text(TICKING.replace('"interval", seconds=1', '"cron", hour=2'), encoding="utf-8")
    async with Hub(HubOptions(data=data)) as hub:
        await install(hub, source, "ticking")

        async def job(*arguments: str) -> str:
            done = await asyncio.to_thread(command, "job", *arguments, data=data)
            assert done.returncode == 0, done.stderr
            return done.stdout

        assert "every day at 02:00 (UTC)" in await job("list")
        assert "ok after" in await job("run", "ticking", "tick")
        assert "Paused ticking/tick" in await job("pause", "ticking", "tick")
        (found,) = (await jobs(hub))["items"]
        assert (found["paused"], found["last_outcome"]) == (True, "ok")
        assert "Resumed ticking/tick" in await job("resume", "ticking", "tick")


async def test_hub_backs_itself_up_on_schedule(tmp_path: Path) -> None:
    """The hub's own job makes a backup and verifies it; the setting moves it, and takes it away."""
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        await hub.scheduler.run_now(CTX, "core", "backup")
        await hub.scheduler.settle()
        shown = await hub.scheduler.show("core", "backup")
        (made,) = await hub.backup.list()
        assert (shown["last_outcome"], shown["last_result"]) == ("ok", made.name)
        assert made.verified
        assert shown["schedule"] == "every day at 03:00 (UTC)"
        await hub.kernel.config.change("backup.schedule", "30 4 * * 0", CTX)
        await hub.kernel.events.settle()
        shown = await hub.scheduler.show("core", "backup")
        assert shown["schedule"] == "every Sunday at 04:30 (UTC)"
        with pytest.raises(ConfigError, match="February has no day 30"):
            await hub.kernel.config.change("backup.schedule", "0 0 30 2 *", CTX)
        await hub.kernel.config.change("backup.schedule", "", CTX)
        await hub.kernel.events.settle()
        assert await hub.scheduler.list() == []
