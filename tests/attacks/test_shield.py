"""The request shield of a whole hub: what it stops, what it lets pass, and how it is switched."""

from __future__ import annotations

import asyncio
import json
import math
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel import plain
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.runtimes.trusted import TrustedInstance
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.attacks.conftest import Target
from tests.corpus.requests import Sent, attacks, innocent, send

pytestmark = pytest.mark.anyio
EXAMPLES = Path(__file__).parents[2] / "examples" / "trusted"
ATTACK = "/api/v1/session?id=1+or+1=1"
CTX = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"], deadline=math.inf)


async def change(target: Target, key: str, value: Any) -> None:
    """Change a setting as the operator."""
    await target.hub.kernel.config.change(key, value, CTX)


async def test_corpora_are_told_apart(target: Target) -> None:
    """Every innocent request passes; every attack is answered 403 by the rule that it names."""
    await change(target, "security.rate.address", 0)
    requests = [one for one in innocent() if one.place != "message"]
    assert len(innocent()) >= 60
    assert len(attacks()) >= 60
    refused = [
        (one.place, one.text) for one in requests if await blocked_by(target.hub, one) is not None
    ]
    missed = [
        (one.rule, one.text[:60])
        for one in attacks()
        if await blocked_by(target.hub, one) != one.rule
    ]
    assert (refused, missed) == ([], [])
    assert await spoken_freely(target) == [one.text for one in innocent() if one.place == "message"]


async def blocked_by(hub: Hub, sent: Sent) -> str | None:
    """Send one; answers the rule that blocked it."""
    status, headers, body = await send(hub.asgi, sent)
    if status != 403:
        return None
    error = json.loads(body)["error"]
    assert error["code"] == "blocked"
    assert error["trace"] == headers["x-trace-id"]
    rule: str = error["rule"]
    return rule


async def spoken_freely(target: Target) -> list[str]:
    """Write every innocent message in a channel, and answer what a reader then finds there."""
    ada = await target.person("ada", "admin")
    channel = await ada.post("/api/v1/chat/channels", json={"name": "security"})
    path = f"/api/v1/chat/channels/{channel.json()['id']}/messages"
    for one in innocent():
        if one.place == "message":
            body = {"text": one.text, "client_id": str(uuid.uuid4())}
            assert (await ada.post(path, json=body)).status_code == 201, one.text
    return [found["text"] for found in (await ada.get(path)).json()["items"]]


async def test_block_is_on_record_without_what_was_sent(target: Target) -> None:
    """The audit has rule, place, address and trace; the value may be a secret and is not there."""
    answer = await target.client().get("/api/v1/session?token=hunter2'+or+'1'='1")
    assert answer.status_code == 403
    (record,) = await target.records("request.block")
    assert (record.outcome, record.target) == ("denied", "GET /api/v1/session")
    assert record.details == {"rule": "sql", "place": "query token", "address": "127.0.0.1"}
    assert record.trace == answer.json()["error"]["trace"]
    assert "hunter2" not in str(record)


async def test_watched_attack_passes_and_is_on_record(target: Target) -> None:
    """In the mode `watch` nothing is refused, and everything noted."""
    await change(target, "security.waf.mode", "watch")
    assert (await target.client().get(ATTACK)).status_code == 200
    (record,) = await target.records("request.watch")
    assert (record.outcome, record.details["rule"]) == ("ok", "sql")
    assert await target.records("request.block") == []


async def test_unknown_mode_is_refused(target: Target) -> None:
    """A mode that is none changes nothing, and says which there are."""
    answer = await target.operator().put(
        "/api/v1/config/security.waf.mode", json={"value": "maybe"}
    )
    assert answer.status_code == 400
    assert "watch, block" in answer.json()["error"]["message"]
    assert (await target.client().get(ATTACK)).status_code == 403


async def test_operator_is_neither_judged_nor_counted(target: Target) -> None:
    """Who runs the hub can always reach it, to undo a limit that shuts everybody out."""
    await change(target, "security.rate.address", 1)
    await change(target, "security.rate.reads", 1)
    operator = target.operator()
    answers = [await operator.get(ATTACK) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "ratelimit" not in answers[-1].headers


@pytest.mark.checklist("P-33")
async def test_verbatim_plugin_switches_the_filter_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A blocked attack passes once the document's plugin was called, after a restart, too."""
    options = HubOptions(data=tmp_path / "hub", settings_file=tmp_path / "none.toml")
    async with Hub(options) as hub:
        target = Target(hub, [])
        assert (await attack(hub)).status_code == 403
        plugin = await target.install(EXAMPLES / "disable_waf.py", "trusted")
        assert (await attack(hub)).status_code == 403
        instance = hub.kernel.registry.get(plugin).instance
        assert isinstance(instance, TrustedInstance)
        await plain.run(instance.plugin.disable_security_feature)
        line = "Web Application Firewall has been disabled by MyPlugin.\n"
        assert line in capsys.readouterr().out
        assert (await attack(hub)).status_code == 200
        records = await target.records("config.change")
        (record,) = [one for one in records if one.target == "security.waf.enabled"]
        assert record.outcome == "ok"
    async with Hub(options) as hub:
        assert (await attack(hub)).status_code == 200
        await hub.kernel.config.change("security.waf.enabled", True, CTX)
        assert (await attack(hub)).status_code == 403


async def attack(hub: Hub) -> httpx.Response:
    """Send an attack."""
    transport = httpx.ASGITransport(hub.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        return await client.get(ATTACK)


LIMITS = """
class LimitsPlugin:
    def __init__(self, context):
        self.config = context.get_service('config')

    def limit(self, key, value):
        self.config.set(key, value)
"""


@pytest.mark.checklist("P-30")
@pytest.mark.parametrize("limit", [3, 5])
async def test_request_after_a_changed_limit_is_refused(
    target: Target, tmp_path: Path, limit: int
) -> None:
    """A plugin sets the limit to N: N requests pass, the next is answered 429, for this person."""
    (tmp_path / "limits.py").write_text(LIMITS)
    plugin = await target.install(tmp_path / "limits.py", "trusted")
    grace, tomas = await target.person("grace"), await target.person("tomas")
    for _ in range(limit + 3):
        assert (await grace.get("/api/v1/users/grace")).status_code == 200
    instance = target.hub.kernel.registry.get(plugin).instance
    assert isinstance(instance, TrustedInstance)
    await plain.run(instance.plugin.limit, "security.rate.reads", limit)
    answers = [await grace.get("/api/v1/users/grace") for _ in range(limit + 1)]
    assert [one.status_code for one in answers] == [200] * limit + [429]
    assert answers[-1].json()["error"]["code"] == "too_many_requests"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert f'"reads";q={limit};w=60' in answers[-1].headers["ratelimit-policy"]
    assert '"reads";r=0;t=' in answers[-1].headers["ratelimit"]
    assert (await tomas.get("/api/v1/users/tomas")).status_code == 200
    body = {"display_name": "Grace"}
    assert (await grace.patch("/api/v1/users/grace", json=body)).status_code == 200


async def test_writes_are_limited_by_themselves(target: Target) -> None:
    """Who has written too much is refused before the write, and may read on."""
    grace = await target.person("grace")
    await change(target, "security.rate.writes", 2)
    answers = [
        await grace.patch("/api/v1/users/grace", json={"display_name": f"Grace {number}"})
        for number in range(3)
    ]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert (await grace.get("/api/v1/users/grace")).json()["display_name"] == "Grace 1"


async def test_address_is_limited_whoever_sends(target: Target) -> None:
    """All that comes from one address counts, pages too; an address of somebody else's does not."""
    await change(target, "security.rate.address", 3)
    grace = target.client()
    paths = ["/api/v1/session", "/nowhere", "/api/v1/users", "/api/v1/session"]
    codes = [(await grace.get(path)).status_code for path in paths]
    assert codes[-1] == 429
    assert 429 not in codes[:-1]
    elsewhere = httpx.ASGITransport(target.hub.asgi, client=("198.51.100.7", 1))
    async with httpx.AsyncClient(transport=elsewhere, base_url="http://hub") as client:
        assert (await client.get("/api/v1/session")).status_code == 200


async def test_refused_sign_in_tells_when_to_come_back(target: Target) -> None:
    """Sign-in keeps its own limit, and says after how many seconds, in the header as well."""
    client = target.client()
    body = {"username": "nobody", "password": "wrong wrong"}
    answer = await client.post("/api/v1/session", json=body)
    # On a slow machine attempts come back while others are still checked.
    for _ in range(40):
        if answer.status_code != 429:
            answer = await client.post("/api/v1/session", json=body)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert '"writes"' not in answer.headers["ratelimit-policy"]


@pytest.mark.parametrize(("path", "status"), [("/a/%2e%2e/b", 403), ("/../b", 403), ("/100%", 404)])
async def test_server_that_hands_over_no_raw_path_is_served(
    target: Target, path: str, status: int
) -> None:
    """Where an embedding application has only the decoded path, that is judged."""

    async def without(scope: Any, receive: Any, send: Any) -> None:
        kept = {key: value for key, value in scope.items() if key != "raw_path"}
        await target.hub.asgi({**kept, "path": f"/assets{path}"}, receive, send)

    transport = httpx.ASGITransport(without)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        assert (await client.get("/")).status_code == status


async def test_live_connections_are_counted_and_judged(target: Target) -> None:
    """A page that connects too often is told to come back later; an attack is refused outright."""
    grace = await target.person("grace")
    await change(target, "security.rate.connects", 1)
    assert (await first_frames(target, grace))[0]["type"] == "websocket.accept"
    accepted, closed = await first_frames(target, grace)
    assert (accepted["type"], closed["type"]) == ("websocket.accept", "websocket.close")
    assert closed["code"] == 1013
    (refused,) = await first_frames(target, grace, b"id=1+or+1=1")
    assert (refused["type"], refused["code"]) == ("websocket.close", 1008)
    assert len(await target.records("request.block")) == 1


async def first_frames(target: Target, client: httpx.AsyncClient, query: bytes = b"") -> list[Any]:
    """Connect as a page, and answer what comes before the page has said a word and leaves."""
    cookie = f"plexihub_session={client.cookies['plexihub_session']}"
    headers = [(b"host", b"hub"), (b"cookie", cookie.encode())]
    scope: dict[str, Any] = {"type": "websocket", "path": "/api/v1/live", "headers": headers}
    scope |= {"query_string": query, "client": ("127.0.0.1", 1)}
    incoming = [{"type": "websocket.connect"}, {"type": "websocket.disconnect"}]
    sent: list[Any] = []

    async def receive() -> Any:
        return incoming.pop(0) if incoming else await asyncio.Event().wait()

    async def keep(message: Any) -> None:
        sent.append(message)

    await target.hub.asgi(scope, receive, keep)
    return sent
