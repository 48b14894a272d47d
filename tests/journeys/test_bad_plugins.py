"""Trusted plugins that are wrong in every way: said with plugin and place, and nothing stays."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from tests.support.plugins import CTX, Running, traces, write_plugin

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse"  # noqa: S105 - of a person of this test
REGISTERS = """
context.get_service("api").register_route("GET", "/api/v1/half", lambda _request: {})
context.get_service("events").on("user.creating", print)
context.get_service("events").on("user.created", print)
context.get_service("ui").inject_css(":root { --half: 1 }")
context.get_service("scheduler").add_job(print, "interval", seconds=1)
context.get_service("database").register_models([Half])
context.provide("half", self)
"""
HALF = """
from plexihub_sdk.models import Model, column

class Half(Model, table="half_rows"):
    id: str = column(primary_key=True)
"""


async def refusal(running: Running, name: str) -> dict[str, Any]:
    """Enable a plugin that cannot be, and answer why."""
    answer = await running.post(f"/plugins/{name}/enable")
    assert answer.status_code in {400, 409, 502}, answer.text
    error: dict[str, Any] = answer.json()["error"]
    return error


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ("raise ValueError('half way')", "ValueError: half way"),
        ("context.provide('events', self)", "There is a service named 'events' already"),
        (
            "context.get_service('api').register_route('GET', '/api/v1/users', print)",
            "GET /api/v1/users is the hub's own.",
        ),
        (
            "context.get_service('api').register_route('GET', '/api/v1/taken', print)",
            "GET /api/v1/taken belongs to the plugin taker.",
        ),
        (
            "context.get_service('scheduler').add_job(print, 'cron', hour=25, id='late')",
            "hour",
        ),
        (
            "context.get_service('database').register_models([Taken])",
            "The table 'taker_rows' belongs to taker.",
        ),
        (
            "context.get_service('database').register_models([type('Bad', (), {})])",
            "Bad",
        ),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("context.get_service('no-such')", "No service is named 'no-such'"),
    ],
)
async def test_nothing_half_registered(running: Running, ends: str, says: str) -> None:
    """A constructor that fails after registering everything leaves nothing, and says where."""
    await running.add(
        "taker",
        "context.get_service('api').register_route('GET', '/api/v1/taken', print)\n"
        "context.get_service('database').register_models([Kept])",
        before=HALF.replace("half_rows", "taker_rows").replace("Half", "Kept"),
    )
    before_code = HALF + HALF.replace("Half", "Taken").replace("half_rows", "taker_rows")
    source = write_plugin(running.folder, "half", REGISTERS + ends, before=before_code)
    await running.install(source)
    before, modules = traces(running.hub), _modules()
    error = await refusal(running, "half")
    assert says in error["message"]
    line = (source / "plugin.py").read_text().splitlines().index(f"        {ends}") + 1
    assert error["where"] == f"plugin.py:{line}"
    assert (running.state("half"), traces(running.hub), _modules()) == ("failed", before, modules)
    assert (await running.get("/half")).status_code == 404
    shown = (await running.get("/plugins/half")).json()
    assert says in shown["reason"]


def _modules() -> list[str]:
    return [name for name in sys.modules if name.startswith("_plexihub_half")]


@pytest.mark.parametrize(
    ("close", "logged"),
    [
        ("raise ValueError('not closing')", "not closing"),
        ("raise SystemExit(1)", "SystemExit"),
        ("self.context.get_service('events').on('user.created', print)", ""),
    ],
)
async def test_failing_close_still_ends(
    running: Running, caplog: pytest.LogCaptureFixture, close: str, logged: str
) -> None:
    """A plugin whose `close` fails, or registers once more, is off all the same."""
    before = traces(running.hub)
    await running.add("clinging", REGISTERS, before=HALF, methods=f"def close(self):\n    {close}")
    assert (await running.post("/plugins/clinging/disable")).json()["state"] == "disabled"
    after = traces(running.hub)
    for kind in ("routes", "owned"):
        after[kind].pop("clinging")
    assert (after, logged in caplog.text) == (before, True)
    assert (await running.post("/plugins/clinging/enable")).json()["state"] == "enabled"


async def test_close_that_never_returns(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub waits for it as long as it says, and not longer."""
    monkeypatch.setattr("plexihub.runtimes.trusted.CLOSE_SECONDS", 0.1)
    close = "async def close(self):\n    await asyncio.Event().wait()"
    await running.add("clinging", methods=close, before="import asyncio")
    async with asyncio.timeout(5):
        assert (await running.post("/plugins/clinging/disable")).json()["state"] == "disabled"


async def test_start_that_never_returns(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A constructor that waits for ever is given up, with what it registered."""
    monkeypatch.setattr("plexihub.runtimes.trusted.START_SECONDS", 0.2)
    waits = "from plexihub.kernel import plain\n"
    waits += "plain.wait(asyncio.Event().wait(), asyncio.get_running_loop())"
    before = traces(running.hub)
    await running.install(write_plugin(running.folder, "slow", waits, before="import asyncio"))
    error = await refusal(running, "slow")
    assert error["message"].startswith("It did not start within")
    after = traces(running.hub)
    for kind in ("routes", "owned"):
        after[kind].pop("slow")
    assert after == before


@pytest.mark.parametrize(
    ("leaves", "where"),
    [
        ("user['tags'] = 5", "tags"),
        ("user['username'] = None", "username"),
        ("user['display_name'] = ['Ada']", "display_name"),
        ("user['role'] = {'admin': True}", "role"),
        ("user.clear()", "username"),
        ("user['tags'] = [user]", ""),
    ],
)
async def test_payload_of_a_wrong_type(running: Running, leaves: str, where: str) -> None:
    """What a handler leaves is checked like a person's own words; nobody is created of garbage."""
    await running.add(
        "garbler",
        "context.get_service('events').on('user.creating', self.garble)",
        methods=f"def garble(self, user):\n    {leaves}",
    )
    body = {"username": "grace", "display_name": "Grace", "password": PASSWORD, "role": "member"}
    answer = await running.post("/users", **body)
    assert answer.status_code in {201, 400, 422}, answer.text
    people = (await running.get("/users")).json()["items"]
    if answer.status_code == 201:  # the handler failed, and the payload is as before it
        assert [(one["username"], one["tags"]) for one in people] == [("grace", [])]
    else:
        assert (people, where) == ([], answer.json()["error"]["where"])


async def test_handler_that_never_returns(running: Running) -> None:
    """It is given up at the hook's deadline; the next one runs and the operation goes on."""
    await running.add(
        "sleeper",
        "context.get_service('events').on('user.creating', self.sleep, priority=9)\n"
        "context.get_service('events').on('user.creating', self.tag)",
        before="import asyncio",
        methods="""
        async def sleep(self, user):
            user["tags"].append("half")
            await asyncio.Event().wait()

        def tag(self, user):
            user["tags"].append("whole")
        """,
    )
    user = await running.hub.users.create(CTX.within(0.2), username="ada", password=PASSWORD)
    assert user.tags == ["whole"]
    health = running.hub.kernel.registry.get("sleeper").health
    assert (health.failures, health.last_error) == (1, "No answer from sleeper in time.")
    assert ("sleeper", "user.creating", "timeout") in await running.audited("plugin.execution")
