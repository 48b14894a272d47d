"""Attacks on signing in: past the second step, into other people's sessions, and upwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from plexihub.services.http.call import COOKIE
from plexihub.services.http.routes.session import OWN_COOKIE
from plexihub.services.users.second_factor import ATTEMPTS, ATTEMPTS_EACH
from tests.attacks.conftest import PASSWORD, Target

pytestmark = pytest.mark.anyio

SESSION, SECOND = "/api/v1/session", "/api/v1/session/second-factor"
USERS, ROLES = "/api/v1/users", "/api/v1/roles"
RIGHT = "424242"


def code(answer: httpx.Response) -> tuple[int, str]:
    """Tell status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
async def guarded(target: Target) -> Target:
    """A hub that asks Grace and Tomas for a second step."""
    for name in ("grace", "tomas"):
        await target.hub.users.create(target.operator_ctx, username=name, password=PASSWORD)

    def challenge(data: dict[str, Any]) -> None:
        data["challenges"].append({"kind": "number", "prompt": "Which number?"})

    def verify(data: dict[str, Any]) -> None:
        data["accepted"] = data["answer"] == f"{data['username']}:{RIGHT}"

    target.hub.kernel.hooks.add("user.challenging", challenge)
    target.hub.kernel.hooks.add("user.verifying", verify)
    return target


async def ticket(client: httpx.AsyncClient, name: str = "grace") -> str:
    """Give the right password and answer the ticket."""
    answer = await client.post(SESSION, json={"username": name, "password": PASSWORD})
    assert code(answer) == (401, "second_factor_required")
    return str(answer.json()["error"]["ticket"])


async def step(client: httpx.AsyncClient, given: str, answer: str) -> httpx.Response:
    """Answer the second step."""
    return await client.post(SECOND, json={"ticket": given, "answer": answer})


async def test_password_alone_opens_nothing(guarded: Target) -> None:
    """There is no cookie, no session and no way round before the second step."""
    client = guarded.client()
    given = await ticket(client)
    assert not client.cookies
    assert await guarded.hub.database.get_model("Session").count() == 0
    for cookie in (given, ""):
        client.cookies.set(COOKIE, cookie)
        assert (await client.get(USERS)).status_code == 401
        assert (await client.post(f"{USERS}/grace/impersonate", json={})).status_code == 401
    assert (await client.get(SESSION)).json()["user"] is None


async def test_ticket_is_good_for_one_session(guarded: Target) -> None:
    """Of many right answers at the same time one gets in, and none afterwards."""
    client = guarded.client()
    given = await ticket(client)
    answers = await asyncio.gather(*(step(client, given, f"grace:{RIGHT}") for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [200, 401, 401, 401]
    assert await guarded.hub.database.get_model("Session").count({"kind": "sign-in"}) == 1
    late = await step(guarded.client(), given, f"grace:{RIGHT}")
    assert code(late) == (401, "second_factor_expired")


async def test_ticket_is_of_one_person(guarded: Target) -> None:
    """Grace's ticket with Tomas' code is nobody."""
    answer = await step(guarded.client(), await ticket(guarded.client()), f"tomas:{RIGHT}")
    assert code(answer) == (401, "second_factor_failed")


async def test_guessed_codes_run_out(guarded: Target) -> None:
    """A ticket has few attempts, and new tickets do not give the person's back."""
    client, tried = guarded.client(), 0
    codes: list[str] = []
    for _ in range(ATTEMPTS // ATTEMPTS_EACH):
        given = await ticket(client)
        for _ in range(ATTEMPTS_EACH):
            codes.append(code(await step(client, given, str(tried)))[1])
            tried += 1
        assert code(await step(client, given, f"grace:{RIGHT}"))[0] in {401, 429}
    assert codes == ["second_factor_failed"] * ATTEMPTS
    elsewhere = guarded.client(headers={"user-agent": "another"})
    answer = await step(elsewhere, await ticket(elsewhere), f"grace:{RIGHT}")
    assert code(answer) == (429, "too_many_requests")
    denied = [one.outcome for one in await guarded.records("user.verify")]
    assert "ok" not in denied
    assert len(denied) > ATTEMPTS


async def test_ticket_dies_with_the_password(guarded: Target) -> None:
    """A new password, or a closed account, makes a ticket worthless."""
    client = guarded.client()
    given = await ticket(client)
    grace = await guarded.hub.users.find("grace")
    assert grace is not None
    await guarded.hub.users.update(guarded.operator_ctx, grace.id, is_active=False)
    assert code(await step(client, given, f"grace:{RIGHT}")) == (401, "second_factor_expired")


BROKEN_JUDGES: list[Callable[[Any], Any]] = [
    lambda data: data["missing"],
    lambda data: data.update(accepted="yes"),
    lambda data: data.update(accepted=1),
    lambda data: data.pop("accepted"),
]
BROKEN_ASKERS: list[Callable[[Any], Any]] = [
    lambda data: data["missing"],
    lambda data: data["challenges"].append("totp"),
    lambda data: data.update(challenges=None),
    lambda data: data["challenges"].append(_step("")),
]


async def test_broken_guard_lets_nobody_in(target: Target) -> None:
    """A plugin that fails to ask or to judge, or does not plainly accept, refuses."""
    await target.hub.users.create(target.operator_ctx, username="grace", password=PASSWORD)
    hooks, client = target.hub.kernel.hooks, target.client()
    known = {"username": "grace", "password": PASSWORD}
    for broken in BROKEN_ASKERS:
        undo = hooks.add("user.challenging", broken)
        assert code(await client.post(SESSION, json=known)) == (422, "vetoed")
        undo()
    hooks.add("user.challenging", lambda data: data["challenges"].append(_step("number")))
    for broken in BROKEN_JUDGES:
        undo = hooks.add("user.verifying", broken)
        answer = await step(client, await ticket(client), RIGHT)
        assert answer.status_code in {401, 422}
        undo()
    assert await target.hub.database.get_model("Session").count() == 0


def _step(kind: str) -> dict[str, str]:
    return {"kind": kind, "prompt": "Which number?"}


async def test_session_is_not_fixed(target: Target) -> None:
    """A token that somebody else put into the browser is not the one that is signed in."""
    mallory = await target.person("mallory")
    known = str(mallory.cookies[COOKIE])
    await target.hub.users.create(target.operator_ctx, username="grace", password=PASSWORD)
    victim = target.client()
    victim.cookies.set(COOKIE, known)
    answer = await victim.post(SESSION, json={"username": "grace", "password": PASSWORD})
    assert answer.cookies[COOKIE] != known
    assert (await mallory.get(SESSION)).json()["user"] is None


async def act_as(client: httpx.AsyncClient, name: str) -> None:
    """Let a browser act as somebody else."""
    answer = await client.post(f"{USERS}/{name}/impersonate", json={"minutes": 5})
    assert answer.status_code == 200, answer.text
    client.headers["x-csrf-token"] = answer.json()["csrf"]


async def test_impersonation_leads_nowhere_else(target: Target) -> None:
    """A member cannot begin one; one cannot begin another, nor change how the person signs in."""
    ada, grace = await target.person("ada", "admin"), await target.person("grace")
    await target.person("alan", "admin")
    refused = await grace.post(f"{USERS}/ada/impersonate", json={})
    assert code(refused) == (403, "permission_denied")
    await act_as(ada, "alan")
    for answer in (
        await ada.post(f"{USERS}/grace/impersonate", json={}),
        await ada.patch(f"{USERS}/alan", json={"password": "x" * 12, "current_password": "y"}),
        await ada.patch(f"{USERS}/grace", json={"password": "x" * 12}),
        await ada.delete("/api/v1/sessions"),
    ):
        assert code(answer) == (403, "permission_denied")


async def test_stolen_impersonation_is_no_administrator(target: Target) -> None:
    """Ending one elsewhere, or with a planted token of one's own, gives nobody else's session."""
    ada, grace = await target.person("ada", "admin"), await target.person("grace")
    await target.person("tomas")
    own = str(grace.cookies[COOKIE])
    await act_as(ada, "tomas")
    thief = target.client(headers={"x-csrf-token": ada.headers["x-csrf-token"]})
    thief.cookies.set(COOKIE, str(ada.cookies[COOKIE]))
    thief.cookies.set(OWN_COOKIE, own)
    assert (await thief.delete(SESSION)).status_code == 204
    assert (await thief.get(SESSION)).json()["user"] is None


async def test_demoted_administrator_acts_as_nobody(target: Target) -> None:
    """Who is no administrator any more has no impersonation left, at the next request."""
    ada = await target.person("ada", "admin")
    await target.person("alan", "admin")
    await act_as(ada, "alan")
    assert (await ada.get("/api/v1/audit")).status_code == 200
    await target.hub.database.execute("UPDATE users SET role = 'member' WHERE username = 'ada'")
    assert (await ada.get("/api/v1/audit")).status_code == 401


async def steward(target: Target) -> httpx.AsyncClient:
    """Make somebody who manages people and is no administrator."""
    await target.hub.users.roles.create(
        target.operator_ctx, name="steward", permissions=["admin:users", "data:read"]
    )
    return await target.person("sam", "steward")


UPWARDS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("PATCH", f"{USERS}/sam", {"role": "admin"}),
    ("PATCH", f"{USERS}/sam", {"permissions": ["system:config"]}),
    ("PATCH", f"{USERS}/grace", {"role": "admin"}),
    ("PATCH", f"{USERS}/grace", {"permissions": ["system:config"]}),
    ("PATCH", f"{USERS}/ada", {"password": "mine from now on"}),
    ("PATCH", f"{USERS}/ada", {"role": "member"}),
    ("PATCH", f"{USERS}/ada", {"is_active": False}),
    ("PATCH", f"{USERS}/rich", {"password": "mine from now on"}),
    ("PATCH", f"{USERS}/rich", {"permissions": []}),
    ("DELETE", f"{USERS}/ada", None),
    ("DELETE", f"{USERS}/ada/sessions", None),
    ("GET", f"{USERS}/ada/sessions", None),
    ("POST", f"{USERS}/ada/impersonate", {}),
    ("POST", f"{USERS}/grace/impersonate", {}),
    ("POST", USERS, {"username": "eve", "password": PASSWORD, "role": "admin"}),
    ("POST", USERS, {"username": "eve", "password": PASSWORD, "permissions": ["x:y"]}),
    ("POST", ROLES, {"name": "boss", "permissions": ["system:config"]}),
    ("PATCH", f"{ROLES}/steward", {"permissions": ["admin:users", "system:config"]}),
    ("PATCH", f"{ROLES}/admin", {"title": "Mine"}),
    ("PATCH", f"{ROLES}/rich", {"permissions": []}),
    ("DELETE", f"{ROLES}/rich", None),
    ("PUT", "/api/v1/config/hub.name", {"value": "Mine"}),
    ("GET", "/api/v1/audit", None),
]


async def test_steward_rises_no_higher(target: Target) -> None:
    """Who manages people makes nobody more than they are, and touches nobody above them."""
    sam = await steward(target)
    roles = target.hub.users.roles
    await roles.create(target.operator_ctx, name="rich", permissions=["admin:billing"])
    for name, role in (("ada", "admin"), ("rich", "rich"), ("grace", "member")):
        await target.hub.users.create(
            target.operator_ctx, username=name, password=PASSWORD, role=role
        )
    await roles.update(target.operator_ctx, "member", permissions=["data:read"])
    read = target.hub.database.execute
    people = await read("SELECT * FROM users ORDER BY id")
    stored = await read("SELECT * FROM roles ORDER BY name")
    for method, path, body in UPWARDS:
        answer = await sam.request(method, path, json=body)
        assert code(answer) == (403, "permission_denied"), (method, path, body)
    assert await read("SELECT * FROM users ORDER BY id") == people
    assert await read("SELECT * FROM roles ORDER BY name") == stored


async def test_steward_manages_those_below(target: Target) -> None:
    """What is theirs to give they may give: the walls above are no wall everywhere."""
    sam = await steward(target)
    await target.hub.users.roles.update(target.operator_ctx, "member", permissions=["data:read"])
    new = {"username": "eve", "password": PASSWORD, "permissions": ["admin:users"]}
    assert (await sam.post(USERS, json=new)).status_code == 201
    assert (await sam.patch(f"{USERS}/eve", json={"role": "steward"})).status_code == 200
    assert (await sam.delete(f"{USERS}/eve")).status_code == 204


async def test_stranger_cannot_end_sessions(target: Target) -> None:
    """An id of somebody else's session neither ends it nor tells that it is there."""
    ada, grace = await target.person("ada", "admin"), await target.person("grace")
    theirs = (await ada.get("/api/v1/sessions")).json()["items"][0]["id"]
    for wanted in (theirs, "0" * 32):
        answer = await grace.delete(f"/api/v1/sessions/{wanted}")
        assert code(answer) == (404, "not_found")
    assert (await ada.get(USERS)).status_code == 200


async def test_own_password_needs_the_present_one(target: Target) -> None:
    """A borrowed browser sets no new password, however often it guesses."""
    grace = await target.person("grace")
    guesses = (
        grace.patch(f"{USERS}/grace", json={"password": "x" * 12, "current_password": f"no {n}"})
        for n in range(14)
    )
    codes = [code(one)[1] for one in await asyncio.gather(*guesses)]
    assert set(codes) == {"bad_credentials", "too_many_requests"}
    known = {"username": "grace", "password": PASSWORD}
    assert (await target.client().post(SESSION, json=known)).status_code == 200


async def test_level_kept_by_a_plugin_is_not_raised_by_oneself(target: Target) -> None:
    """What a plugin keeps of people without a title is seen by them, and changed by others."""
    users = target.hub.users
    users.add_property("level", int, default=1)
    users.add_property("phone", str, title="Phone")
    grace, ada = await target.person("grace"), await target.person("ada", "admin")
    path = f"{USERS}/grace"
    assert code(await grace.patch(path, json={"extensions": {"level": 9}}))[0] == 400
    changed = await grace.patch(path, json={"extensions": {"phone": "1"}})
    assert changed.json()["extensions"] == {"level": 1, "phone": "1"}
    changed = await ada.patch(path, json={"extensions": {"level": 2}})
    assert changed.json()["extensions"]["level"] == 2
