"""People sign in, act and are managed, with plugins that take part: a whole hub, without a port."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Self

import httpx
import pyotp
import pytest

from plexihub.kernel.config import MASK
from plexihub.services.database import User
from tests.attacks.conftest import PASSWORD, Target, target
from tests.attacks.test_http import Page

__all__ = ("target",)
pytestmark = pytest.mark.anyio
TRUSTED = Path(__file__).parents[2] / "examples" / "trusted"
SESSION, USERS = "/api/v1/session", "/api/v1/users"
SECOND = f"{SESSION}/second-factor"

SINK = """
import asyncio
import json
import urllib.request
from plexihub_sdk import PluginContext


class SinkPlugin:
    def __init__(self, context):
        context.get_service("events").on("user.login", self.tell)

    async def tell(self, data):
        await asyncio.to_thread(self.send, data)

    def send(self, data):
        body = json.dumps(data).encode()
        urllib.request.urlopen(urllib.request.Request("URL", data=body), timeout=5).close()
"""
PHONES = """
from plexihub_sdk import Request


class PhonesPlugin:
    def __init__(self, context):
        self.database = context.get_service("database")
        users = context.get_service("users")
        users.add_property("phone", str, title="Phone")
        users.add_property("badge", int, default=7, visible="admin", title="Badge")
        users.add_property("note", str, visible="nobody")
        users.add_method("greet", lambda user, word="Hello": f"{word}, {user.display_name}!")
        api = context.get_service("api")
        api.register_route("POST", "/api/v1/phones/{username}", self.dial)

    def dial(self, request: Request):
        user = self.database.get_model("User").find_one({"username": request.params["username"]})
        user.phone = request.value("phone", str)
        user.note = "called"
        user.save()
        return {"greeting": user.greet("Good day"), "phone": user.phone}
"""


def written(folder: Path, name: str, code: str) -> Path:
    """Write a plugin of one file."""
    path = folder / f"{name}.py"
    path.write_text(code)
    return path


def code(answer: httpx.Response) -> tuple[int, str]:
    """Tell status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


async def enter(client: httpx.AsyncClient, name: str) -> httpx.Response:
    """Send name and password."""
    return await client.post(SESSION, json={"username": name, "password": PASSWORD})


async def known(hub: Target, name: str) -> User:
    """Answer a person who is there."""
    found = await hub.hub.users.find(name)
    assert found is not None
    return found


def plugin_of(hub: Target, name: str) -> Any:
    """Answer the live object of a trusted plugin."""
    instance: Any = hub.hub.kernel.registry.get(name).instance
    return instance.plugin


class Phone:
    """An authenticator, with a clock that the plugin shares."""

    def __init__(self, secret: str, plugin: Any) -> None:
        """Take the key in."""
        self.totp = pyotp.TOTP(secret)
        self.moment = datetime.now(UTC)
        plugin.now = lambda: self.moment

    def code(self, *, later: int = 0) -> str:
        """Show the code, after some half minutes."""
        self.moment += timedelta(seconds=30 * later)
        return self.totp.at(self.moment)


@pytest.mark.checklist("P-53")
async def test_one_time_codes_from_enrolment_to_reset(target: Target) -> None:
    """The password alone opens nothing; each code works once; an administrator resets it."""
    await target.install(TRUSTED / "totp", "trusted")
    ada, grace = await target.person("ada", "admin"), await target.person("grace")
    enrolled = (await grace.post("/api/v1/totp/enrol")).json()
    assert enrolled["qr"].startswith("data:image/svg+xml")
    phone = Phone(enrolled["secret"], plugin_of(target, "totp"))
    wrong = await grace.post("/api/v1/totp/confirm", json={"code": "000000"})
    assert code(wrong) == (400, "invalid_input")
    assert (await enter(target.client(), "grace")).status_code == 200  # not confirmed, not asked
    first = phone.code()
    recovery = (await grace.post("/api/v1/totp/confirm", json={"code": first})).json()["recovery"]

    async def sign_in(answer: str) -> httpx.Response:
        client = target.client()
        asked = await enter(client, "grace")
        assert code(asked) == (401, "second_factor_required")
        body = {"ticket": asked.json()["error"]["ticket"], "answer": answer}
        return await client.post(SECOND, json=body)

    assert code(await sign_in(first)) == (401, "second_factor_failed")  # used to confirm
    second = phone.code(later=1)
    assert (await sign_in(second)).json()["user"]["username"] == "grace"
    assert code(await sign_in(second)) == (401, "second_factor_failed")
    assert (await sign_in(recovery[0].upper())).status_code == 200
    assert code(await sign_in(recovery[0])) == (401, "second_factor_failed")
    guesses = [await grace.post("/api/v1/totp/disable", json={"code": "000000"}) for _ in range(11)]
    assert [one.status_code for one in guesses] == [400] * 10 + [429]
    right = {"code": phone.code(later=1)}
    assert code(await grace.post("/api/v1/totp/disable", json=right)) == (429, "limit_exceeded")
    mine = (await grace.get(USERS + "/grace")).json()["id"]
    assert code(await grace.post(f"/api/v1/totp/reset/{mine}")) == (403, "permission_denied")
    await ada.post(f"/api/v1/totp/reset/{mine}")
    assert (await enter(target.client(), "grace")).status_code == 200


@pytest.mark.checklist("P-52")
async def test_nobody_signs_in_outside_office_hours(target: Target) -> None:
    """On a Sunday the right password is refused with the reason; on Monday it is not."""
    await target.install(TRUSTED / "office-hours", "trusted")
    await target.hub.users.create(target.operator_ctx, username="grace", password=PASSWORD)
    plugin = plugin_of(target, "office-hours")
    plugin.now = lambda: datetime(2026, 3, 1, 12, 0)  # noqa: DTZ001 - local time, a Sunday
    refused = await enter(target.client(), "grace")
    assert code(refused) == (422, "vetoed")
    assert refused.json()["error"]["message"].startswith("Sign-in is open from 8:00 to 18:00")
    plugin.now = lambda: datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001 - local time, a Monday
    assert (await enter(target.client(), "grace")).status_code == 200


class Sink:
    """A server outside of the hub, that keeps what it is sent."""

    def __init__(self) -> None:
        """Listen on a free port of this machine."""
        self.got: list[Any] = []
        got = self.got

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)

    async def __aenter__(self) -> Self:
        self.thread.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await asyncio.to_thread(self.server.shutdown)
        self.thread.join()
        self.server.server_close()


@pytest.mark.checklist("P-54")
async def test_sign_in_reaches_an_outside_receiver(target: Target, tmp_path: Path) -> None:
    """A plugin sends who signed in, when, with what and from where; never a token."""
    async with Sink() as sink:
        url = f"http://127.0.0.1:{sink.server.server_port}/"
        await target.install(written(tmp_path, "sink", SINK.replace("URL", url)), "trusted")
        grace = await target.person("grace")
        await target.hub.kernel.events.settle()
    (told,) = sink.got
    assert told["user"]["username"] == "grace"
    assert told["user_agent"].startswith("python-httpx")
    assert set(told) == {"userId", "sessionId", "user", "address", "user_agent", "at"}
    assert str(grace.cookies["plexihub_session"]) not in str(told)


@pytest.mark.checklist("P-29")
async def test_new_token_secret_ends_every_session(target: Target) -> None:
    """Old tokens are 401 at once and their pages closed; a new sign-in works; nobody sees it."""
    ada = await target.person("ada", "admin")
    page = Page(target, ada)
    await page.open()
    secret = "another secret of more than thirty-two"  # noqa: S105 - of a test
    changed = await ada.put("/api/v1/config/security.token_secret", json={"value": secret})
    assert changed.json()["value"] == MASK
    assert (await ada.get(USERS)).status_code == 401
    assert (await page.say('{"type":"resume"}'))["type"] == "websocket.close"
    await target.hub.kernel.events.settle()
    assert await target.hub.database.get_model("Session").count() == 0
    again = await enter(ada, "ada")
    assert again.status_code == 200
    ada.headers["x-csrf-token"] = again.json()["csrf"]
    records = await target.records("config.change")
    assert records[0].target == "security.token_secret"
    assert secret not in str(records)
    assert secret not in (await ada.get("/api/v1/config")).text
    short = await ada.put("/api/v1/config/security.token_secret", json={"value": "short"})
    assert code(short) == (400, "config_invalid")
    assert (await ada.get(USERS)).status_code == 200


@pytest.mark.checklist("P-47", "P-48")
async def test_extended_person_is_extended_everywhere(target: Target, tmp_path: Path) -> None:
    """Property and method are on every user object, in REST as allowed, and kept while away."""
    phones = await target.install(written(tmp_path, "phones", PHONES), "trusted")
    ada, grace = await target.person("ada", "admin"), await target.person("grace")
    dialled = await ada.post("/api/v1/phones/grace", json={"phone": "+44 20"})
    assert dialled.json() == {"greeting": "Good day, grace!", "phone": "+44 20"}
    shown = {one["username"]: one["extensions"] for one in (await ada.get(USERS)).json()["items"]}
    assert shown == {"ada": {"phone": None}, "grace": {"phone": "+44 20"}}
    assert (await ada.get(f"{USERS}/grace")).json()["extensions"] == {"phone": "+44 20", "badge": 7}
    assert [one["name"] for one in (await grace.get(f"{USERS}/grace")).json()["fields"]] == [
        "phone"
    ]
    body = {"extensions": {"phone": "+44 21"}}
    assert (await grace.patch(f"{USERS}/grace", json=body)).status_code == 200
    for refused in ({"phone": 5}, {"badge": 1}, {"note": "x"}, {"fax": "x"}):
        answer = await grace.patch(f"{USERS}/grace", json={"extensions": refused})
        assert code(answer) == (400, "invalid_input"), refused
    lifecycle, user = target.hub.kernel.lifecycle, await known(target, "grace")
    assert (user.phone, user.note, user.badge, user.greet()) == (
        "+44 21", "called", 7, "Hello, grace!",
    )  # fmt: skip
    await lifecycle.disable(phones, target.operator_ctx)
    assert not hasattr(user, "phone")
    assert not hasattr(user, "greet")
    assert (await grace.get(f"{USERS}/grace")).json()["extensions"] == {}
    await lifecycle.enable(phones, target.operator_ctx)
    assert (await grace.get(f"{USERS}/grace")).json()["extensions"] == {"phone": "+44 21"}


@pytest.mark.checklist("P-55", "P-56")
async def test_changed_rights_count_at_the_next_request(target: Target) -> None:
    """However a role or a right is changed: by its action, by its model, or by plain SQL."""
    grace, database = await target.person("grace"), target.hub.database
    wanted = "/api/v1/config/hub.name"
    assert (await grace.get(wanted)).status_code == 403
    user = await known(target, "grace")
    user.permissions = ["system:config"]
    await user.save()
    assert (await grace.get(wanted)).status_code == 200
    await database.execute("UPDATE users SET permissions = '[]'")
    assert (await grace.get(wanted)).status_code == 403
    roles = target.hub.users.roles
    await roles.create(target.operator_ctx, name="keeper", permissions=["system:config"])
    await target.hub.users.update(target.operator_ctx, user.id, role="keeper")
    assert (await grace.get(wanted)).status_code == 200
    role = await database.get_model("Role").find_one({"name": "keeper"})
    role.permissions = []
    await role.save()
    assert (await grace.get(wanted)).status_code == 403
    await roles.update(target.operator_ctx, "keeper", permissions=["system:config"])
    assert (await grace.get(wanted)).status_code == 200
    assert (await grace.get(SESSION)).json()["rights"] == ["system:config"]


@pytest.mark.checklist("P-57", "P-78")
async def test_trusted_plugin_acts_as_anybody(target: Target) -> None:
    """Its token acts as the person, is on record under both names, is listed, and can be ended."""
    await target.install(TRUSTED / "welcome", "trusted")
    grace = await target.person("grace")
    sessions, user = target.hub.sessions, await known(target, "grace")
    token, session = await plugin_acts(target, "welcome", sessions.impersonate, user, minutes=5)
    client = target.client(headers={"x-csrf-token": session.csrf})
    client.cookies.set("plexihub_session", token)
    assert (await client.get(SESSION)).json()["acting"] == "welcome"
    changed = await client.patch(f"{USERS}/grace", json={"display_name": "Gracious"})
    assert changed.json()["display_name"] == "Gracious"
    (record, *_) = await target.records("user.update")
    assert (record.actor.kind, record.actor.name) == ("plugin", "welcome as grace")
    assert record.on_behalf_of == user.id
    listed = {one["id"]: one["by"] for one in (await grace.get("/api/v1/sessions")).json()["items"]}
    assert listed[session.id] == "welcome"
    assert (await grace.delete(f"/api/v1/sessions/{session.id}")).status_code == 204
    assert (await client.get(USERS)).status_code == 401
    actions = [one.action for one in await target.records("")]
    assert {"user.impersonate", "user.impersonate.end"} <= set(actions)


async def plugin_acts(target: Target, plugin: str, method: Any, *args: Any, **more: Any) -> Any:
    """Call a service as a plugin does."""
    from plexihub.kernel.context import as_plugin  # noqa: PLC0415

    ctx = as_plugin(target.operator_ctx, target.hub.kernel.registry.get(plugin).id)
    return await method(ctx, *args, **more)


@pytest.mark.checklist("P-78")
async def test_trusted_plugin_lets_a_sign_in_succeed(target: Target) -> None:
    """It vouches for a person whose password is wrong, which is on record; no stranger gets in."""
    await target.hub.users.create(target.operator_ctx, username="grace", password="x" * 12)

    def vouch(data: dict[str, Any]) -> None:
        data["accepted"] = True

    undo = target.hub.kernel.hooks.add("user.identifying", vouch)
    assert (await enter(target.client(), "grace")).status_code == 200
    assert (await target.records("user.authenticate"))[0].details["vouched"] is True
    assert code(await enter(target.client(), "nobody")) == (401, "bad_credentials")
    undo()
    assert code(await enter(target.client(), "grace")) == (401, "bad_credentials")


def note(names: list[str], name: str, _data: object) -> None:
    """Note what fired."""
    names.append(name)


@pytest.fixture
async def heard(target: Target) -> list[str]:
    """The names of every hook and event of people, roles and sessions that fired."""
    from plexihub_sdk.catalogue import people  # noqa: PLC0415

    names: list[str] = []
    for hook in people.HOOKS:
        target.hub.kernel.hooks.add(hook.name, partial(note, names, hook.name))
    for event in people.EVENTS:
        target.hub.kernel.events.subscribe(event.name, partial(note, names, event.name))
    return names


@pytest.mark.checklist("P-46", "P-51")
async def test_every_hook_of_people_fires(
    target: Target, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Registration, sign-in with a second step, renewal, roles, and leaving, over REST."""
    from plexihub.services.users import session as module  # noqa: PLC0415
    from plexihub_sdk.catalogue import people  # noqa: PLC0415

    ada, client = await target.person("ada", "admin"), target.client()
    undo = target.hub.kernel.hooks.add(
        "user.challenging", lambda data: data["challenges"].append({"kind": "n", "prompt": "?"})
    )
    target.hub.kernel.hooks.add("user.verifying", lambda data: data.update(accepted=True))
    await ada.post("/api/v1/roles", json={"name": "guest"})
    await ada.patch("/api/v1/roles/guest", json={"title": "Guest"})
    new = {"username": "grace", "password": PASSWORD, "role": "guest"}
    await ada.post(USERS, json=new)
    wrong = {"username": "grace", "password": "wrong"}
    assert code(await client.post(SESSION, json=wrong)) == (401, "bad_credentials")
    asked = (await enter(client, "grace")).json()["error"]
    await client.post(SECOND, json={"ticket": asked["ticket"], "answer": "1"})
    undo()
    monkeypatch.setattr(module, "RENEW_AFTER", timedelta())
    assert (await client.get(USERS)).status_code == 200
    await ada.patch(f"{USERS}/grace", json={"role": "member"})
    await ada.delete("/api/v1/roles/guest")
    await ada.delete(f"{USERS}/grace")
    await target.hub.kernel.events.settle()
    every = {one.name for part in (people.HOOKS, people.EVENTS) for one in part}
    assert every - set(heard) == set()


async def test_refused_session_is_no_session(target: Target) -> None:
    """A veto of `session.creating` refuses the sign-in; a handler that fails does so, too."""
    await target.hub.users.create(target.operator_ctx, username="grace", password=PASSWORD)
    target.hub.kernel.hooks.add("session.creating", lambda data: data["missing"])
    assert code(await enter(target.client(), "grace")) == (422, "vetoed")
    assert await target.hub.database.get_model("Session").count() == 0
