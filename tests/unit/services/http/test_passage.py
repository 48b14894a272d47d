"""Plugins between the door and the routes: what they see, change, refuse and hear of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from plexihub_sdk.errors import Veto
from plexihub_sdk.ids import PluginId
from tests.unit.services.http.conftest import Web, code

pytestmark = pytest.mark.anyio
GATE = PluginId("gate")
Payload = dict[str, Any]


@pytest.fixture
def on(web: Web) -> Callable[[str, Callable[[Payload], Any]], Any]:
    """Register a plugin's handler."""

    def add(name: str, handler: Callable[[Payload], Any]) -> Any:
        return web.kernel.hooks.add(name, handler, owner=GATE)

    return add


async def id_of(web: Web, username: str) -> str:
    """Answer somebody's id."""
    user = await web.parts.users.find(username)
    assert user is not None
    return user.id


async def test_request_is_shown_without_its_secrets(web: Web, on: Any) -> None:
    """Method, path, query, headers and person are there; cookie, token and credentials are not."""
    ada = await web.signed_in("ada")
    seen: list[Payload] = []
    on("request.handling", lambda payload: seen.append(dict(payload)))
    secret = {"authorization": "Bearer secret", "x-plain": "yes"}
    await ada.get("/api/v1/users?page=2", headers=secret)
    await ada.get("/nowhere/in/the/pages")
    first, page = seen
    user = await id_of(web, "ada")
    assert (first["method"], first["path"], first["query"]) == (
        "GET",
        "/api/v1/users",
        {"page": "2"},
    )
    assert (first["user_id"], page["user_id"], page["path"]) == (
        user,
        user,
        "/nowhere/in/the/pages",
    )
    assert first["headers"]["x-plain"] == "yes"
    assert not {"cookie", "authorization", "x-csrf-token"} & first["headers"].keys()


async def test_routes_see_changed_headers(web: Web, on: Any) -> None:
    """A header may be added, replaced and taken away; who speaks may not be changed."""
    heard: list[dict[str, str]] = []
    web.parts.api.register_route(
        "GET", "/api/v1/echo", lambda request: heard.append(dict(request.headers)), auth="anonymous"
    )

    def change(payload: Payload) -> None:
        payload["headers"] |= {
            "X-Team": "blue",
            "x-plain": "changed",
            "host": "evil",
            "cookie": "x",
        }
        del payload["headers"]["x-gone"]

    on("request.handling", change)
    client = web.client()
    await client.get("/api/v1/echo", headers={"x-plain": "as sent", "x-gone": "1"})
    [headers] = heard
    assert (headers["x-team"], headers["x-plain"], headers["host"]) == ("blue", "changed", "hub")
    assert not {"x-gone", "cookie"} & headers.keys()


async def test_nobody_becomes_somebody(web: Web, on: Any) -> None:
    """A handler that writes another person's id, or a session's cookie, changes nobody's rights."""
    admin = await web.signed_in("ada", role="admin")
    cookie = "; ".join(f"{name}={text}" for name, text in admin.cookies.items())

    def lie(payload: Payload) -> None:
        payload["user_id"] = "ada"
        payload["headers"]["cookie"] = cookie

    on("request.handling", lie)
    assert code(await web.client().get("/api/v1/config")) == (401, "unauthenticated")


@pytest.mark.parametrize("path", ["/api/v1/users", "/api/v1/echo", "/", "/people/ada"])
async def test_veto_is_403_with_the_reason(web: Web, on: Any, path: str) -> None:
    """Routes of the hub, of plugins, and pages alike; the operator's pipe passes by."""
    web.parts.api.register_route("GET", "/api/v1/echo", lambda _request: "hi", auth="anonymous")
    ada = await web.signed_in("ada")

    def refuse(_payload: Payload) -> None:
        raise Veto("We are closed.")

    undo = on("request.handling", refuse)
    answer = await ada.get(path)
    assert code(answer) == (403, "refused")
    assert answer.json()["error"]["message"] == "We are closed."
    assert answer.json()["error"]["where"] == "gate"
    assert (await web.operator().get(path)).status_code != 403
    undo()
    assert (await ada.get(path)).status_code != 403


async def test_failing_handler_lets_requests_pass(web: Web, on: Any) -> None:
    """A plugin's mistake closes no door: it would keep people from disabling the plugin."""
    on("request.handling", lambda _payload: 1 // 0)
    on("response.sending", lambda payload: payload.update(status="late"))
    ada = await web.signed_in("ada")
    assert (await ada.get("/api/v1/users")).status_code == 200


async def test_answer_gets_headers_and_another_body(web: Web, on: Any) -> None:
    """Headers are added and replaced, the policy of pages too, each sent once; JSON may change."""
    seen: list[Payload] = []

    def change(payload: Payload) -> None:
        seen.append(dict(payload))
        payload["headers"]["content-security-policy"] += "; media-src 'self'"
        payload["headers"] |= {"X-Team": "blue", "Set-Cookie": "stolen=1"}
        if payload["json"] is not None:
            payload["json"]["hub"]["name"] = "Another"

    undo = on("response.sending", change)
    answer = await web.client().get("/api/v1/session")
    assert answer.json()["hub"]["name"] == "Another"
    assert answer.headers["x-team"] == "blue"
    [policy] = answer.headers.get_list("content-security-policy")
    assert policy.endswith("; media-src 'self'")
    assert "script-src 'self'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in answer.headers
    assert (seen[0]["status"], seen[0]["method"], seen[0]["path"]) == (
        200,
        "GET",
        "/api/v1/session",
    )
    undo()
    after = await web.client().get("/api/v1/session")
    assert after.json()["hub"]["name"] != "Another"
    assert after.headers.get_list("content-security-policy") == [
        policy.removesuffix("; media-src 'self'")
    ]


async def test_session_cookie_is_not_shown(web: Web, on: Any) -> None:
    """The answer of a sign-in keeps its cookie, and no plugin sees it."""
    seen: list[Payload] = []
    on("response.sending", lambda payload: seen.append(dict(payload)))
    ada = await web.signed_in("ada")
    assert ada.cookies
    assert all(text not in repr(seen) for text in ada.cookies.values())


@pytest.mark.parametrize(
    "header", [{"x-bad": "two\r\nlines"}, {"x bad": "name"}, {"x-bad": "\N{SNOWMAN}"}]
)
async def test_header_that_cannot_be_sent(web: Web, on: Any, header: dict[str, str]) -> None:
    """It is an error that names the hook, never a second header."""
    on("response.sending", lambda payload: payload["headers"].update(header))
    answer = await web.client().get("/api/v1/session")
    assert code(answer) == (502, "plugin_raised")
    assert "x-bad" not in answer.headers


async def test_handled_requests_are_told(web: Web) -> None:
    """Each answer with its status, its person and the time it took; refused ones as well."""
    ada = await web.signed_in("ada")
    told: list[Payload] = []
    web.kernel.events.subscribe("request.handled", told.append)
    await ada.get("/api/v1/users")
    await ada.get("/api/v1/config")
    await web.kernel.events.settle()
    user = await id_of(web, "ada")
    assert [(one["path"], one["status"], one["user_id"]) for one in told] == [
        ("/api/v1/users", 200, user),
        ("/api/v1/config", 403, user),
    ]
    assert all(0 < one["milliseconds"] < 10_000 for one in told)


async def test_live_connection_is_asked_about(web: Web, on: Any) -> None:
    """A refused handshake never opens."""
    ada = await web.signed_in("ada")
    asked: list[Payload] = []

    def refuse(payload: Payload) -> None:
        asked.append(dict(payload))
        raise Veto("not now")

    on("request.handling", refuse)
    cookie = "; ".join(f"{name}={text}" for name, text in ada.cookies.items())
    scope = {
        "type": "websocket",
        "path": "/api/v1/live",
        "query_string": b"",
        "headers": [(b"cookie", cookie.encode()), (b"host", b"hub")],
        "client": ("127.0.0.1", 1),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await web.app(scope, receive, send)
    assert [one["type"] for one in sent] == ["websocket.close"]
    assert [(one["path"], bool(one["user_id"])) for one in asked] == [("/api/v1/live", True)]
