"""The OpenAPI description: valid, true of the hub's own routes, and alive with the plugins."""

from dataclasses import dataclass
from typing import Any, TypedDict

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from plexihub.services.http.described import DESCRIBED
from plexihub.services.http.openapi_route import with_description
from plexihub.services.http.routes import core_routes
from plexihub_sdk import Request, WebSocket
from plexihub_sdk.errors import InputError
from tests.unit.services.http.conftest import Web, code
from tests.unit.services.http.test_plugin_route import DEMO, register, register_line

pytestmark = pytest.mark.anyio
DOCUMENT = "/api/v1/openapi.json"


@dataclass
class NewNote:
    """What a note is written with."""

    text: str
    stars: int = 0


class NoteShown(TypedDict):
    """A note as its writer sees it."""

    id: str
    stars: int


async def write_note(request: Request) -> NoteShown:
    """Write a note.

    It is kept until it is deleted.
    """
    note: NewNote = request.data
    return {"id": note.text, "stars": note.stars}


async def watch(line: WebSocket) -> None:
    """Watch the notes."""


@pytest.mark.checklist("P-66", "P-67")
async def test_plugins_routes_are_described_while_they_are_there(web: Web) -> None:
    """They appear in a valid document with types, owner and who may call, and leave it again."""
    client = await web.signed_in("bob")
    path = "/api/v1/notes/{book}"
    register(web, path, write_note, "POST", body=NewNote, answer=NoteShown)
    register(web, "/api/v1/notes/{shelf}", lambda _request: 1, auth="anonymous")
    register_line(web, "/api/v1/notes/watch", watch, auth="admin")
    document = (await client.get(DOCUMENT)).json()
    OpenAPIV31SpecValidator(document).validate()
    places, schemas = document["paths"], document["components"]["schemas"]
    posting, reading = places[path]["post"], places[path]["get"]
    assert (posting["summary"], posting["tags"]) == ("Write a note.", ["demo"])
    assert posting["description"] == "It is kept until it is deleted."
    assert posting["security"] == [{"session": [], "csrf": []}]
    wanted = posting["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert schemas[wanted.rpartition("/")[2]]["required"] == ["text"]
    assert [one["name"] for one in posting["parameters"]] == ["book"]
    assert (reading["security"], reading["x-plexihub-auth"]) == ([], "anonymous")
    assert places["/api/v1/notes/watch"]["get"]["x-plexihub-websocket"] is True
    web.kernel.ownership.drop(DEMO)
    left = (await client.get(DOCUMENT)).json()
    assert not [path for path in left["paths"] if "notes" in path]


async def test_body_that_does_not_fit_is_refused_by_the_hub(web: Web) -> None:
    """The handler gets the declared type; what does not fit never reaches it, the field named."""
    client = await web.signed_in("bob")
    register(web, "/api/v1/notes", write_note, "POST", body=NewNote, answer=NoteShown)
    good = await client.post("/api/v1/notes", json={"text": "hi", "stars": 2})
    assert good.json() == {"id": "hi", "stars": 2}
    for bad, where in (
        ({"text": 5}, "text"),
        ({}, "text"),
        ({"text": "a", "stars": "b"}, "stars"),
        ([], "body"),
        (None, "body"),
    ):
        answer = await client.post("/api/v1/notes", json=bad)
        assert code(answer) == (400, "invalid_input")
        assert answer.json()["error"]["where"] == where


@pytest.mark.parametrize("kind", [object, "NewNote", 5, Request.number])
async def test_type_that_is_no_json_is_refused(web: Web, kind: Any) -> None:
    """A route with a type that cannot be checked is not registered at all."""
    with pytest.raises(InputError, match="`body`"):
        register(web, "/api/v1/odd", write_note, "POST", body=kind)
    assert web.parts.api.of(DEMO) == []


def filled(path: str) -> str:
    """Put something that there is into a path's parameters."""
    known = {
        "user_id": "carol",
        "plugin_id": "demo",
        "key": "hub.name",
        "name": "member",
        "seq": "1",
        "permission": "data:read",
    }
    for name, value in known.items():
        path = path.replace(f"{{{name}}}", value)
    return path


async def test_every_route_of_the_hub_is_described(web: Web) -> None:
    """None is missing, none is described that is not there; the whole document is valid."""
    routes = with_description(web.parts, core_routes(web.parts))
    assert {f"{method} {path}" for method, path, _ in routes} == set(DESCRIBED)
    client = await web.signed_in("bob")
    document = (await client.get(DOCUMENT)).json()
    OpenAPIV31SpecValidator(document).validate()
    untold = [
        (path, method)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if not one["summary"].endswith((".", "?"))
    ]
    assert untold == []


async def test_who_may_call_is_as_described(web: Web) -> None:
    """Each route of the hub lets in exactly those whom its description names."""
    stranger, member = web.client(), await web.signed_in("bob")
    wrong = []
    for route, described in DESCRIBED.items():
        if route.endswith((" /api/v1/session", " /api/v1/session/second-factor")):
            continue
        method, path = route.split(" ")
        statuses = [
            (await client.request(method, filled(path), json={})).status_code
            for client in (stranger, member)
        ]
        seen = [statuses[0] == 401, statuses[1] == 403]
        needs_more = described.auth == "admin" or bool(described.permission)
        told = [described.auth != "anonymous", needs_more]
        if seen != told:
            wrong.append((route, statuses))
    assert wrong == []


async def test_answers_are_as_described(web: Web) -> None:
    """What the reading routes really answer fits the type that the description names."""
    client = await web.signed_in("ada", "admin")
    await web.person("carol")
    kept = (await client.post("/api/v1/files?name=a.txt", content=b"a")).json()
    trace = (await client.get("/api/v1/audit/1")).json()["record"]["trace"]
    known = {"{file_id}": kept["id"], "{trace}": trace}
    checked = 0
    for route, described in DESCRIBED.items():
        method, path = route.split(" ")
        if method != "GET" or described.media or "plugin_id" in path or "{call}" in path:
            continue
        address = filled(path)
        for name, value in known.items():
            address = address.replace(name, value)
        answer = await client.get(address)
        assert answer.status_code == described.status
        msgspec.convert(answer.json(), described.answer)
        checked += 1
    assert checked > 10


def test_described_types_are_no_accident() -> None:
    """A description says what it answers unless it answers nothing."""
    assert [
        route
        for route, one in DESCRIBED.items()
        if (one.answer is None and not one.media) != (one.status == 204)
    ] == []
