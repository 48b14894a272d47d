"""REST routes of plugins: there while the plugin is, under the hub's rules."""

import asyncio
from typing import Any

import pytest

from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.context import current, owner
from plexihub.services.http import plugin_call
from plexihub_sdk import Request, Response
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.routes import Handler, SocketHandler
from tests.unit.services.http.conftest import Web, code

pytestmark = pytest.mark.anyio

DEMO = PluginId("demo")


def register(web: Web, path: str, handler: Handler, method: str = "GET", **more: Any) -> None:
    """Register a route as the plugin's code would."""
    token = owner.set(DEMO)
    try:
        web.parts.api.register_route(method, path, handler, **more)
    finally:
        owner.reset(token)


def register_line(web: Web, path: str, handler: SocketHandler, **more: Any) -> None:
    """Register a WebSocket route as the plugin's code would."""
    token = owner.set(DEMO)
    try:
        web.parts.api.register_websocket(path, handler, **more)
    finally:
        owner.reset(token)


@pytest.mark.checklist("P-66", "P-80")
async def test_route_answers_while_the_plugin_is_there(web: Web) -> None:
    """The exact path answers; after the plugin is gone it is 404."""
    client = await web.signed_in("bob")
    register(web, "/api/v1/myplugin/status", lambda _request: {"ok": True})
    assert (await client.get("/api/v1/myplugin/status")).json() == {"ok": True}
    path = "/api/v1/myplugin/status"
    assert web.parts.api.of(DEMO) == [{"method": "GET", "path": path, "auth": "user"}]
    web.kernel.ownership.drop(DEMO)
    assert code(await client.get("/api/v1/myplugin/status")) == (404, "not_found")
    assert web.parts.api.of(DEMO) == []


async def test_handler_receives_the_call(web: Web) -> None:
    """Parameters, query, body and person arrive; cookie and token do not."""
    client = await web.signed_in("bob")
    seen: list[Request] = []

    async def post(request: Request) -> Response:
        seen.append(request)
        assert (owner.get(), current().actor.kind) == (DEMO, "plugin")
        return Response(status=201, json={"x": request.value("x", int)}, headers={"x-a": "b"})

    register(web, "/api/v1/notes/{note_id}/lines/{line}", post, "POST")
    answer = await client.post("/api/v1/notes/a%20b/lines/3?q=1&q=2", json={"x": 5})
    assert (answer.status_code, answer.json(), answer.headers["x-a"]) == (201, {"x": 5}, "b")
    (request,) = seen
    assert request.params == {"note_id": "a b", "line": "3"}
    assert (request.query, request.signed_in().username) == ({"q": "2"}, "bob")
    assert not {"cookie", "x-csrf-token"} & set(request.headers)


async def test_plain_handler_uses_the_database(web: Web) -> None:
    """A handler that is no coroutine may wait for the database."""
    client = await web.signed_in("bob")

    def count(_request: Request) -> int:
        number: int = web.parts.database.get_model("User").count()
        return number

    register(web, "/api/v1/count", count)
    assert (await client.get("/api/v1/count")).json() == 1


@pytest.mark.checklist("P-67")
async def test_who_may_call_is_what_the_plugin_chose(web: Web) -> None:
    """By default somebody must be signed in; anonymous routes are marked and recorded."""
    register(web, "/api/v1/a", lambda _request: 1)
    register(web, "/api/v1/b", lambda _request: 1, auth="admin")
    register(web, "/api/v1/c", lambda _request: 1, auth="anonymous")
    stranger, member = web.client(), await web.signed_in("bob")
    statuses = [
        [(await client.get(f"/api/v1/{path}")).status_code for path in "abc"]
        for client in (stranger, member)
    ]
    assert statuses == [[401, 401, 200], [200, 403, 200]]
    assert [one["auth"] for one in web.parts.api.of(DEMO)] == ["user", "admin", "anonymous"]
    records = (await web.operator().get("/api/v1/audit", params={"action": "route.call"})).json()[
        "items"
    ]
    newest = records[0]
    assert (newest["target"], newest["actor"]["id"], newest["outcome"]) == (
        "GET /api/v1/c",
        "demo",
        "ok",
    )
    assert newest["details"] == {"auth": "anonymous"}
    assert newest["execution_ms"] > 0


async def test_unsafe_plugin_route_needs_the_token(web: Web) -> None:
    """A plugin's route is protected against other sites like the hub's own."""
    client = await web.signed_in("bob")
    register(web, "/api/v1/a", lambda _request: 1, "POST")
    assert (await client.post("/api/v1/a")).status_code == 200
    del client.headers["x-csrf-token"]
    assert code(await client.post("/api/v1/a")) == (403, "csrf_failed")


async def test_handlers_error_becomes_the_fitting_status(web: Web) -> None:
    """Errors of the SDK keep their code; nothing else tells its details."""
    client = await web.signed_in("bob")

    async def missing(_request: Request) -> None:
        raise NotFoundError("There is no such note.", where="note")

    async def odd(_request: Request) -> object:
        return object()

    register(web, "/api/v1/missing", missing)
    register(web, "/api/v1/odd", odd)
    assert code(await client.get("/api/v1/missing")) == (404, "not_found")
    assert code(await client.get("/api/v1/odd")) == (502, "plugin_raised")


async def test_late_handler_is_given_up(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A route that does not answer in time becomes 503 and is on record."""
    monkeypatch.setattr(plugin_call, "SECONDS", 0.05)
    client = await web.signed_in("bob")

    async def sleep(_request: Request) -> None:
        await asyncio.sleep(30)

    register(web, "/api/v1/slow", sleep)
    assert code(await client.get("/api/v1/slow")) == (503, "plugin_timeout")
    (record,) = (await web.operator().get("/api/v1/audit", params={"outcome": "timeout"})).json()[
        "items"
    ]
    assert record["target"] == "GET /api/v1/slow"


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "/api/v1/users", ConflictError),
        ("PATCH", "/api/v1/users/{id}", ConflictError),
        ("GET", "/", ConflictError),
        ("GET", "/assets/app.js", ConflictError),
        ("GET", "/api/v1/taken/{name}", ConflictError),
        ("GET", "api", InputError),
        ("GET", "/a b", InputError),
        ("GET", "/a/{b", InputError),
        ("BREW", "/api/v1/tea", InputError),
    ],
)
async def test_impossible_route_is_refused(
    web: Web, method: str, path: str, error: type[InputError]
) -> None:
    """No plugin takes the hub's routes or another's, in whatever spelling."""
    register(web, "/api/v1/taken/{other}", lambda _request: 1)
    with pytest.raises(error):
        web.parts.api.register_route(method, path, lambda _request: 2)


async def test_literal_goes_before_a_parameter(web: Web) -> None:
    """`/notes/new` is found whatever was registered first."""
    client = await web.signed_in("bob")
    register(web, "/api/v1/notes/{id}", lambda _request: "one")
    register(web, "/api/v1/notes/new", lambda _request: "new")
    register(web, "/api/v1/{kind}/new", lambda _request: "kind")
    register(web, "/api/v1/notes/{id}", lambda _request: "put", "PUT")
    assert (await client.get("/api/v1/notes/new")).json() == "new"
    assert (await client.get("/api/v1/notes/7")).json() == "one"
    assert (await client.get("/api/v1/books/new")).json() == "kind"
    assert (await client.put("/api/v1/notes/7")).json() == "put"
    assert code(await client.get("/api/v1/notes/"))[0] == 404


@pytest.mark.checklist("P-67")
async def test_open_route_is_recorded_and_listed(web: Web) -> None:
    """A route that asks for no sign-in is on record with its plugin as soon as it is there."""
    register(web, "/api/v1/a", lambda _request: 1)
    register(web, "/api/v1/open", lambda _request: 1, auth="anonymous")
    records = await web.kernel.audit.read(AuditQuery(action="route.open"))
    assert [(one.actor.id, one.target) for one in records] == [("demo", "GET /api/v1/open")]
    assert records[0].details == {"plugin": "demo", "auth": "anonymous"}


async def test_wrong_method_is_told_which_are_right(web: Web) -> None:
    """405 names the methods, those of the hub and of plugins; HEAD goes where GET goes."""
    client = await web.signed_in("bob")
    register(web, "/api/v1/users", lambda _request: 1, "PUT")
    register(web, "/api/v1/a", lambda _request: {"ok": True})
    for method in ("DELETE", "OPTIONS"):
        answer = await client.request(method, "/api/v1/users")
        assert code(answer) == (405, "method_not_allowed")
        assert answer.headers["allow"] == "GET, POST, PUT, HEAD"
    head = await client.head("/api/v1/a")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "11", b"")


def answers_with(**facts: Any) -> Handler:
    """Make a handler of an answer that cannot be sent."""
    return lambda _request: Response(**facts)


@pytest.mark.parametrize(
    ("handler", "says"),
    [
        (lambda _request: 1 / 0, "failed while it answered"),
        (lambda _request: {1, object()}, "no JSON"),
        (answers_with(status="fine"), "status 'fine'"),
        (answers_with(status=99), "status 99"),
        (answers_with(body="text"), "no bytes"),
        (answers_with(headers={"x-a": "b\r\nset-cookie: c=d"}), "header"),
        (answers_with(headers={"x a": "b"}), "header"),
        (answers_with(body=b"", content_type="a\nb"), "header"),
        (answers_with(body=bytes(plugin_call.LONGEST_ANSWER + 1)), "64 MiB"),
    ],
)
async def test_answer_that_cannot_be_sent_names_the_plugin(
    web: Web, handler: Handler, says: str
) -> None:
    """The caller gets one sentence with the plugin's name, never a traceback or a broken line."""
    client = await web.signed_in("bob")
    register(web, "/api/v1/bad", handler)
    answer = await client.get("/api/v1/bad")
    assert code(answer) == (502, "plugin_raised")
    assert answer.json()["error"]["message"].startswith("The plugin demo ")
    assert says in answer.json()["error"]["message"]
    assert "Traceback" not in answer.text
    (record,) = await web.kernel.audit.read(AuditQuery(action="route.call"))
    assert record.outcome == "failed"


async def test_path_under_a_route_of_the_hub_is_refused(web: Web) -> None:
    """Where the hub's own route would answer, a plugin's never could: it is told at once."""
    with pytest.raises(ConflictError, match="/api/v1/users/me is the hub's own"):
        register(web, "/api/v1/users/me", lambda _request: 1)
    assert web.parts.api.of(DEMO) == []
