"""Requests to other machines: asked before, told after, bounded, and on record."""

from __future__ import annotations

from typing import Any

import pytest

from plexihub.kernel.context import Actor, CallContext, entered
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.services.network import NetworkService
from plexihub.services.network.service import NetworkError
from plexihub_sdk.errors import InputError, TooLargeError, Veto
from plexihub_sdk.ids import PluginId
from tests.unit.services.conftest import AuditKept
from tests.unit.services.network.conftest import Machine

pytestmark = pytest.mark.anyio
GUARD = PluginId("guard")
CALLER = CallContext(actor=Actor("plugin", "weather", "Weather"))


async def test_request_reaches_the_machine(
    network: NetworkService, machine: Machine, bus: EventBus, audit: AuditKept
) -> None:
    """JSON goes out and comes back; the event and the record have no query in them."""
    told: list[dict[str, Any]] = []
    bus.subscribe("outgoing.requested", told.append)
    with entered(CALLER):
        url = machine.url("/say?key=secret").replace("//", "//me:secret@")
        answer = await network.request("post", url, json={"a": 1}, headers={"X-One": "1"})
    await bus.settle()
    assert answer.status == 200
    assert answer.json()["body"] == '{"a":1}'
    sent = machine.asked[0]["headers"]
    assert (sent["x-one"], sent["content-type"], sent["user-agent"]) == (
        "1",
        "application/json",
        "plexihub/1.0",
    )
    [event] = told
    assert (event["url"], event["status"], event["bytes"], event["caller"]) == (
        machine.url("/say"),
        200,
        len(answer.body),
        "weather",
    )
    assert audit.told() == [("network.request", f"127.0.0.1:{machine.port}", "ok")]
    assert "secret" not in repr((event, audit.entries[0].details, audit.entries[0].target))


async def test_handler_changes_the_request(
    network: NetworkService, machine: Machine, hooks: HookTable
) -> None:
    """Another address and another header are what is sent."""

    def change(payload: dict[str, Any]) -> None:
        payload["url"] = payload["url"].replace("/old", "/new")
        payload["headers"]["x-added"] = "yes"

    hooks.add("outgoing.requesting", change, owner=GUARD)
    await network.request("GET", machine.url("/old"))
    assert machine.asked[0]["path"] == "/new"
    assert machine.asked[0]["headers"]["x-added"] == "yes"


@pytest.mark.parametrize(
    ("error", "told"), [(Veto("not there"), "not there"), (RuntimeError("broken"), "guard")]
)
async def test_guard_keeps_requests_in(
    network: NetworkService,
    machine: Machine,
    hooks: HookTable,
    audit: AuditKept,
    error: Exception,
    told: str,
) -> None:
    """Refused, or with a guard that fails, nothing is sent, and that is on record."""

    def guard(_payload: dict[str, Any]) -> None:
        raise error

    hooks.add("outgoing.requesting", guard, owner=GUARD)
    with pytest.raises(Veto, match=told):
        await network.request("GET", machine.url("/"))
    assert machine.asked == []
    assert audit.told() == [("network.request", f"127.0.0.1:{machine.port}", "vetoed")]


async def test_redirect_is_asked_about_and_loses_secrets(
    network: NetworkService, machine: Machine, hooks: HookTable
) -> None:
    """The next place is asked about like the first, and gets no credentials of the first."""
    asked: list[str] = []
    hooks.add("outgoing.requesting", lambda payload: asked.append(payload["url"]), owner=GUARD)
    secret = {"Authorization": "Bearer secret", "X-Plain": "1"}
    answer = await network.request("POST", machine.url("/away"), headers=secret, body="text")
    there = machine.url("/there", "localhost")
    assert (asked, answer.url) == ([machine.url("/away"), there], there)
    last = machine.asked[-1]
    assert (last["method"], last["body"]) == ("GET", "")
    assert "authorization" not in last["headers"]
    assert last["headers"]["x-plain"] == "1"


async def test_cookies_are_nobodys(network: NetworkService, machine: Machine) -> None:
    """What one request was given does not go out with the next."""
    for _ in range(2):
        await network.request("GET", machine.url("/cookie"))
    assert all("cookie" not in one["headers"] for one in machine.asked)


async def test_bounds(network: NetworkService, machine: Machine) -> None:
    """Time, size after decompression, and redirects end."""
    with pytest.raises(NetworkError, match=r"within 0\.2 seconds"):
        await network.request("GET", machine.url("/hang"), timeout=0.2)
    with pytest.raises(TooLargeError):
        await network.request("GET", machine.url("/bomb"))
    with pytest.raises(NetworkError, match="redirects"):
        await network.request("GET", machine.url("/loop"))
    with pytest.raises(InputError, match="no web address"):
        await network.request("GET", machine.url("/file"))


async def test_machine_that_is_not_there(network: NetworkService, bus: EventBus) -> None:
    """The error names the machine and what to look at; the event has status 0 and the reason."""
    told: list[dict[str, Any]] = []
    bus.subscribe("outgoing.requested", told.append)
    with pytest.raises(NetworkError, match=r"127\.0\.0\.1:1 gave no answer"):
        await network.request("GET", "http://127.0.0.1:1/")
    await bus.settle()
    assert told[0]["status"] == 0
    assert told[0]["error"]


@pytest.mark.parametrize(
    ("method", "url", "more"),
    [
        ("GET", "file:///etc/passwd", {}),
        ("GET", "http://", {}),
        ("GET", "http://a:b:c/", {}),
        ("GET", "http://host/" + "x" * 9000, {}),
        ("GET /", "http://host/", {}),
        ("GET", "http://host/", {"headers": {"x": "a\r\nb: c"}}),
        ("GET", "http://host/", {"headers": {"x": 1}}),
        ("GET", "http://host/", {"json": object()}),
        ("GET", "http://host/", {"json": 1, "body": "1"}),
    ],
)
async def test_what_cannot_be_sent(
    network: NetworkService, method: str, url: str, more: dict[str, Any]
) -> None:
    """It is refused before anybody is asked."""
    with pytest.raises(InputError):
        await network.request(method, url, **more)
