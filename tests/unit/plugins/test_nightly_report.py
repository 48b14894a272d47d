"""The example with a job: what it posts, when, and what is seen of it where it cannot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from plexihub.kernel.audit import AuditQuery
from plexihub_sdk import new_id
from tests.unit.plugins.conftest import BUILTIN, EXAMPLES, World

pytestmark = pytest.mark.anyio


async def pass_a_night(world: World) -> dict[str, Any]:
    """Let a night pass, and answer what is seen of the one job."""
    world.clock.now += timedelta(days=1)
    world.scheduler.look()
    await world.scheduler.settle()
    (job,) = await world.scheduler.list()
    found: dict[str, Any] = job
    return found


@pytest.mark.checklist("P-83")
async def test_each_night_sums_up_the_day(world: World) -> None:
    """Two nights make two reports in the plugin's name, which do not count one another."""
    await world.add(BUILTIN / "chat")
    await world.add(EXAMPLES / "nightly-report")
    await world.join("ada", role="admin")
    channel = await world.call("POST", "/api/v1/chat/channels", "ada", body={"name": "general"})
    path = f"/api/v1/chat/channels/{channel['id']}/messages"
    for text in ("Hello", "Lunch?"):
        await world.call("POST", path, "ada", body={"text": text, "client_id": new_id()})
    for _ in range(2):
        assert (await pass_a_night(world))["last_outcome"] == "ok"
    posted = (await world.call("GET", path, "ada"))["items"][2:]
    report = "The last day: 2 messages from 1 people.\ngeneral: 2"
    assert [one["text"] for one in posted] == [report, report]
    assert posted[0]["author"]["display_name"] == "Nightly Report"
    await world.kernel.audit.flush()
    records = await world.kernel.audit.read(AuditQuery(action="job.run"))
    assert [(one.actor.name, one.outcome) for one in records] == [("Nightly Report", "ok")] * 2
    assert all(one.execution_ms and one.memory_mb for one in records)


async def test_report_without_chat_says_so(world: World) -> None:
    """The run fails with a sentence that administrators see, and comes again the next night."""
    await world.add(BUILTIN / "chat")
    record = await world.add(EXAMPLES / "nightly-report")
    await world.kernel.lifecycle.disable("chat", world.core)
    job = await pass_a_night(world)
    assert (job["last_outcome"], job["active"]) == ("failed", True)
    assert job["last_error"] == "The chat is not running, so the report has no place."
    await world.kernel.lifecycle.disable(record.id, world.core)
    assert await pass_a_night(world) == job | {"active": False}
