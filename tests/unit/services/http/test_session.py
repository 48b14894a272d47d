"""Signing in and out over HTTP, and what protects it."""

import pytest

from plexihub.kernel.context import CallContext
from plexihub.services.http.headers import CSP
from plexihub_sdk.errors import Veto
from tests.unit.services.http.conftest import PASSWORD, Web, code, sign_in

pytestmark = pytest.mark.anyio

SESSION = "/api/v1/session"


async def test_nobody_is_signed_in_at_first(web: Web) -> None:
    """The hub tells its name and version to everybody."""
    answer = await web.client().get(SESSION)
    hub = {"name": "PlexiHub", "version": "1.2.3", "development": True}
    assert answer.json() == {
        "user": None, "csrf": None, "rights": [], "acting": None, "hub": hub,
    }  # fmt: skip


async def test_sign_in_sets_a_safe_cookie(web: Web) -> None:
    """Scripts cannot read the cookie, other sites cannot send it."""
    await web.person("ada", "admin")
    client = web.client()
    body = await sign_in(client, "ada")
    assert body["user"]["username"] == "ada"
    assert "password_hash" not in str(body)
    again = (await client.get(SESSION)).json()
    assert again == body
    secure = web.client(base="https://hub")
    answer = await secure.post(SESSION, json={"username": "ada", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.endswith("; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure")


@pytest.mark.parametrize("name", ["ada", "nobody"])
async def test_wrong_credentials_say_the_same(web: Web, name: str) -> None:
    """A wrong password and an unknown name get the same answer."""
    await web.person("ada")
    answer = await web.client().post(SESSION, json={"username": name, "password": "wrong"})
    assert code(answer) == (401, "bad_credentials")
    assert "set-cookie" not in answer.headers


async def test_sign_out_ends_the_session_on_the_server(web: Web) -> None:
    """A cookie copied before signing out is worth nothing afterwards."""
    client = await web.signed_in("ada")
    stolen = dict(client.cookies)
    assert (await client.delete(SESSION)).status_code == 204
    thief = web.client()
    thief.cookies.update(stolen)
    assert (await thief.get(SESSION)).json()["user"] is None


async def test_guessing_is_answered_429(web: Web) -> None:
    """The eleventh guess in a row is not even looked at."""
    await web.person("ada")
    client = web.client()
    wrong = {"username": "ada", "password": "wrong"}
    for _ in range(10):
        assert (await client.post(SESSION, json=wrong)).status_code == 401
    assert code(await client.post(SESSION, json=wrong)) == (429, "too_many_requests")


@pytest.mark.checklist("P-52")
async def test_veto_shows_the_plugins_reason(web: Web) -> None:
    """A handler that refuses the right password is heard, and nobody is signed in."""

    def refuse(_data: object) -> None:
        raise Veto("Closed on Sundays.")

    await web.person("ada")
    web.kernel.hooks.add("user.authenticating", refuse)
    client = web.client()
    answer = await client.post(SESSION, json={"username": "ada", "password": PASSWORD})
    assert code(answer) == (422, "vetoed")
    assert answer.json()["error"]["message"] == "Closed on Sundays."
    assert (await client.get(SESSION)).json()["user"] is None


async def test_unsafe_call_without_the_token_is_refused(web: Web) -> None:
    """The cookie alone changes nothing."""
    client = await web.signed_in("ada", "admin")
    del client.headers["x-csrf-token"]
    new = {"username": "eve", "password": PASSWORD}
    for headers in ({}, {"x-csrf-token": "guess"}):
        answer = await client.post("/api/v1/users", json=new, headers=headers)
        assert code(answer) == (403, "csrf_failed")
    assert len(await web.parts.users.list()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://hub.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_other_sites_are_refused(web: Web, headers: dict[str, str]) -> None:
    """Not even a right token helps a page of another site."""
    client = await web.signed_in("ada", "admin")
    answer = await client.delete(SESSION, headers=headers)
    assert code(answer) == (403, "csrf_failed")
    assert (await client.get(SESSION)).json()["user"] is not None


async def test_own_pages_are_let_in(web: Web) -> None:
    """What a browser sends for the hub's own pages passes."""
    client = await web.signed_in("ada")
    headers = {"origin": "http://hub", "sec-fetch-site": "same-origin"}
    assert (await client.delete(SESSION, headers=headers)).status_code == 204


async def test_every_answer_has_the_security_headers(web: Web) -> None:
    """Pages, data, refusals and errors alike."""
    client = web.client()
    for path in ("/", "/api/v1/session", "/api/v1/users", "/api/v1/nothing", "/assets/no.js"):
        answer = await client.get(path)
        assert answer.headers["content-security-policy"] == CSP, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert len(answer.headers["x-trace-id"]) == 32


async def test_deactivated_person_is_out_at_the_next_request(web: Web) -> None:
    """No session outlives its person's right to be here."""
    client = await web.signed_in("bob")
    bob = await web.parts.users.find("bob")
    assert bob is not None
    await web.parts.users.update(CallContext(), bob.id, is_active=False)
    assert code(await client.get("/api/v1/users")) == (401, "unauthenticated")


async def test_cookie_may_come_in_several_fields(web: Web) -> None:
    """As HTTP/2 splits them: whichever field has the session's, it counts."""
    client = await web.signed_in("ada")
    name, value = next(iter(client.cookies.items()))
    client.cookies.clear()
    fields = [("cookie", "a=1"), ("cookie", f"{name}={value}"), ("cookie", "z=2")]
    answer = await client.get(SESSION, headers=fields)
    assert answer.json()["user"]["username"] == "ada"


async def test_mangled_cookie_is_nobody(web: Web) -> None:
    """Whatever stands in the cookie header, the answer is that nobody is signed in."""
    for cookie in ("plexihub_session", "plexihub_session=\x80", 'a="; b=\\', "=;=;;;"):
        answer = await web.client().get(SESSION, headers=[(b"cookie", cookie.encode("latin-1"))])
        assert answer.json()["user"] is None
