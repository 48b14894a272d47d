"""People's data, as sandboxed plugins read and write it and as people see it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.kernel.audit.read import AuditQuery
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import InstallRequest
from plexihub.services.users import person
from plexihub_sdk.ids import PluginId, UserId, new_id
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.support.plugins import CTX, Running, hub_here

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]
PASSWORD = "correct horse battery"  # noqa: S105
READ, WRITE = "data:read", "data:write"


@dataclass
class Room:
    """A hub with two people, a channel of each, and a message of each in the first."""

    running: Running
    folder: Path
    ids: dict[str, str]
    channel: str
    messages: dict[str, str]

    async def plugin(self, code: str, *permissions: object, hooks: str = "onDashboardLoad") -> None:
        """Install a plugin whose handler runs the code, with `plugin` and `context` at hand."""
        text = (
            f"export default {{ hooks: {{ async {hooks}(context: any, plugin: any) {{\n"
            f"{code}\n}} }} }};\n"
        )
        await self.file("main.ts", text, *permissions, hooks=hooks)

    async def file(
        self, name: str, text: str, *permissions: object, hooks: str = "onDashboardLoad"
    ) -> None:
        """Install a plugin of one file."""
        manifest = {
            "id": "reader",
            "version": "1.0.0",
            "entrypoint": name,
            "permissions": list(permissions),
            "hooks": [hooks],
        }
        self.folder.mkdir()
        (self.folder / "plugin.json").write_text(json.dumps(manifest))
        (self.folder / name).write_text(text)
        hub = self.running.hub
        await hub.installer.install(InstallRequest(source=self.folder), CTX)
        await hub.kernel.lifecycle.enable("reader", CTX)

    async def run(self, who: str | None, role: str = "member") -> Any:
        """Run its code for a person, and answer what it answered."""
        instance = self.running.hub.kernel.registry.get(PluginId("reader")).instance
        assert instance is not None
        ctx = CallContext(
            on_behalf_of=UserId(self.ids[who]) if who else None,
            rights=ROLE_RIGHTS[role],
            deadline=time.monotonic() + 60,
        )
        payload = {"userId": self.ids[who or "ada"], "dashboardId": "d"}
        return await instance.call_hook("onDashboardLoad", payload, ctx)

    async def details(self, action: str) -> list[Any]:
        """Answer outcome and details of an action's records, the oldest first."""
        found = await self.running.hub.kernel.audit.read(AuditQuery(action=action))
        return [(one.outcome, one.details) for one in reversed(found)]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """Fill a hub with people who talk."""
    async with hub_here(tmp_path, builtin=("chat", "dashboards")) as running:
        ids, messages = {}, {}
        for name, role in (("ada", "member"), ("eve", "member"), ("boss", "admin")):
            body = {"username": name, "password": PASSWORD, "role": role}
            ids[name] = (await running.post("/users", **body)).json()["id"]
        chat = running.plugin("chat").actions
        who = {name: person(await running.hub.users.get(one)) for name, one in ids.items()}
        channel = (await chat.create_channel(who["ada"], name="Team"))["id"]
        for name in ids:
            said = await chat.post(who[name], channel, text=f"from {name}", client_id=new_id())
            messages[name] = said["id"]
        yield Room(running, tmp_path / "guest", ids, channel, messages)


ROWS = """
const rows = await plugin.api.query("SELECT * FROM users WHERE id = $1", [context.userId]);
const others = await plugin.api.query("SELECT * FROM users WHERE id <> $1", [context.userId]);
const where = { text: { ne: "" } };
const said = await plugin.api.data.find("messages", where, { order: "seq", limit: 2 });
const odd = await plugin.api.query("SELECT $2 AS a, $1 AS b, $2 AS c", ["x", "y"]);
return { rows, others, said: said.map((one: any) => one.text), odd };
"""
TRY = """
const tried: string[] = [];
const attempt = async (work: () => Promise<unknown>) => {
  try { await work(); tried.push("done"); } catch (error: any) { tried.push(error.message); }
};
const api = plugin.api;
"""


@pytest.mark.checklist("A-28")
async def test_plugin_reads_the_row_of_whom_it_works_for(room: Room) -> None:
    """As the design writes it; each person gets their own row, without a password."""
    await room.plugin(ROWS, READ)
    for name in ("ada", "eve"):
        got = await room.run(name)
        assert [row["username"] for row in got["rows"]] == [name]
        assert "password_hash" not in got["rows"][0]
        assert got["others"] == []
        assert got["odd"] == [{"a": "y", "b": "x", "c": "y"}]
        assert got["said"] == ["from ada", "from eve"]
    kept = await room.details("data.query")
    assert kept[0][1] == {"statement": "SELECT * FROM users WHERE id = $1", "rows": 1}


PYTHON = """
async def on_dashboard_load(context, plugin):
    api = plugin.api
    rows = await api.query("SELECT username FROM users WHERE id = $1", [plugin.user_id])
    found = await api.data.find("messages", {"text": {"ne": ""}}, order="seq", limit=2)
    await api.data.save("users", plugin.user_id, {"display_name": "Ada P."})
    try:
        await api.query("SELECT password_hash FROM main.users")
        stolen = True
    except Exception as error:
        stolen = error.code
    return {"rows": rows, "said": [one["text"] for one in found], "stolen": stolen}
"""


@pytest.mark.checklist("A-28", "A-32")
async def test_python_reads_and_writes_by_the_same_names(room: Room) -> None:
    """What TypeScript does, Python does, with the same answers."""
    await room.file("main.py", PYTHON, READ, WRITE)
    assert await room.run("ada") == {
        "rows": [{"username": "ada"}],
        "said": ["from ada", "from eve"],
        "stolen": "permission_denied",
    }
    assert (await room.running.hub.users.get(room.ids["ada"])).display_name == "Ada P."


@pytest.mark.checklist("A-31")
async def test_reading_takes_the_permission_the_model_and_a_person(room: Room) -> None:
    """A model that the permission does not name is none, and for nobody nothing personal is."""
    code = (
        TRY
        + """
    await attempt(() => api.query("SELECT id FROM users"));
    await attempt(() => api.query("SELECT id FROM messages"));
    await attempt(() => api.data.find("messages"));
    await attempt(() => api.data.save("users", context.userId, { display_name: "x" }));
    return { tried };
    """
    )
    await room.plugin(code, {"name": READ, "models": ["users"]})
    first, *others = (await room.run("ada"))["tried"]
    assert first == "done"
    assert others[:2] == ["There is no 'messages' to be read here."] * 2
    assert "data:write" in others[2]
    nobody = (await room.run(None))["tried"]
    assert nobody[0] == "Nobody is there for whom it would be read."


@pytest.mark.checklist("A-32")
async def test_plugin_writes_as_the_person_with_before_and_after_on_record(room: Room) -> None:
    """By the chat's own actions: hooks run, pages are told, the audit has both rows."""
    code = (
        TRY
        + f"""
    const made = await api.data.create("messages", {{ channel_id: "{room.channel}", text: "one" }});
    const changed = await api.data.save("messages", made.id, {{ text: "two" }});
    await api.data.delete("messages", made.id);
    const me = await api.data.save("users", context.userId, {{ display_name: "Ada L." }});
    return {{ texts: [made.text, changed.text], author: made.author_id, name: me.display_name }};
    """
    )
    seen: list[str] = []
    hooks = room.running.hub.kernel.hooks
    hooks.add("message.creating", lambda draft: seen.append(draft["text"]))
    await room.plugin(code, READ, WRITE)
    got = await room.run("ada")
    assert got == {"texts": ["one", "two"], "author": room.ids["ada"], "name": "Ada L."}
    assert seen == ["one"]
    kept = await room.details("data.write")
    assert [outcome for outcome, _ in kept] == ["ok"] * 4
    rows = [(one["before"] or {}, one["after"] or {}) for _, one in kept]
    assert [(a.get("text"), b.get("text")) for a, b in rows[:3]] == [
        (None, "one"),
        ("one", "two"),
        ("two", None),
    ]
    assert [side["display_name"] for side in rows[3]] == ["ada", "Ada L."]
    assert "password" not in json.dumps(kept)
    assert (await room.running.hub.users.get(room.ids["ada"])).display_name == "Ada L."


@pytest.mark.checklist("A-31", "A-32")
@pytest.mark.parametrize(("who", "role"), [("ada", "member"), ("boss", "admin")])
async def test_plugin_changes_nothing_of_others_even_for_an_administrator(
    room: Room, who: str, role: str
) -> None:
    """What the person may do by their office is not what belongs to them."""
    code = (
        TRY
        + f"""
    await attempt(() => api.data.save("messages", "{room.messages["eve"]}", {{ text: "mine" }}));
    await attempt(() => api.data.delete("messages", "{room.messages["eve"]}"));
    await attempt(() => api.data.save("users", "{room.ids["eve"]}", {{ display_name: "x" }}));
    await attempt(() => api.data.save("users", context.userId, {{ role: "admin" }}));
    await attempt(() => api.data.save("users", context.userId, {{ password_hash: "x" }}));
    await attempt(() => api.data.delete("users", context.userId));
    await attempt(() => api.data.create("users", {{ username: "new" }}));
    await attempt(() => api.data.create("settings", {{ key: "hub.name", value: "x" }}));
    await attempt(() => api.data.create("messages",
      {{ channel_id: "{room.channel}", text: "x", author_id: "{room.ids["eve"]}" }}));
    await attempt(() => api.data.delete("channels", "{room.channel}"));
    return {{ tried }};
    """
    )
    await room.plugin(code, READ, WRITE)
    tried = (await room.run(who, role))["tried"]
    # Ada made the channel, so that one alone is hers to delete.
    assert ["done" if one == "done" else "refused" for one in tried] == ["refused"] * 9 + [
        "done" if who == "ada" else "refused"
    ]
    kept = await room.details("data.write")
    assert len(kept) == 10
    assert all(outcome in {"denied", "failed"} for outcome, _ in kept[:9])
    assert all(one["before"] is None and one["after"] is None for _, one in kept[:9])
    assert (await room.running.hub.users.get(room.ids["eve"])).display_name == "eve"


@pytest.mark.checklist("A-32")
async def test_writing_for_nobody_is_refused(room: Room) -> None:
    """A job has no person, so there is nobody's row to write."""
    code = (
        TRY
        + f"""
    await attempt(() => api.data.create("messages", {{ channel_id: "{room.channel}", text: "x" }}));
    return {{ tried }};
    """
    )
    await room.plugin(code, WRITE)
    assert (await room.run(None))["tried"] == ["Nobody is there for whom it would be written."]


async def _asked(room: Room, name: str, **body: Any) -> Any:
    hub = room.running.hub
    transport = httpx.ASGITransport(hub.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as browser:
        signed = await browser.post(
            "/api/v1/session", json={"username": name, "password": PASSWORD}
        )
        browser.headers["x-csrf-token"] = signed.json()["csrf"]
        return (await browser.post("/api/v1/query", json=body)).json()


@pytest.mark.checklist("A-25")
async def test_what_a_plugin_makes_of_a_query_is_what_the_person_sees(room: Room) -> None:
    """`onDataFetch` is handed the query with its rows; its `transformedData` is the answer."""
    query = {"query": "messages", "filters": {"author_id": room.ids["eve"]}}
    plain = await _asked(room, "ada", **query)
    assert [row["text"] for row in plain["data"]] == ["from eve"]
    code = """return { transformedData: {
      asked: context.query, filters: context.filters,
      texts: context.transformedData.map((row: any) => row.text.toUpperCase()) } };"""
    await room.plugin(code, READ, hooks="onDataFetch")
    seen = await _asked(room, "ada", **query)
    assert seen["data"] == {
        "asked": "messages",
        "filters": {"author_id": room.ids["eve"]},
        "texts": ["FROM EVE"],
    }
    await room.running.hub.kernel.lifecycle.disable("reader", CTX)
    assert await _asked(room, "ada", **query) == plain


@pytest.mark.checklist("A-25", "A-31")
@pytest.mark.parametrize("asked", [(), ({"name": READ, "models": ["users"]},)])
async def test_plugin_that_may_not_read_sees_no_rows_of_a_query(
    room: Room, asked: tuple[Any, ...]
) -> None:
    """It is told that somebody asks, and for what, and not what they get."""
    code = "return { transformedData: Object.keys(context).sort() };"
    await room.plugin(code, *asked, hooks="onDataFetch")
    seen = await _asked(room, "ada", query="messages")
    assert seen["data"] == ["filters", "query"]


@pytest.mark.checklist("A-31")
async def test_offer_ends_with_its_plugin(room: Room) -> None:
    """Without the chat there are no messages to be read, and nothing of them is left."""
    await room.plugin(
        TRY + "await attempt(() => api.query('SELECT id FROM messages'));return { tried };", READ
    )
    assert (await room.run("ada"))["tried"] == ["done"]
    await room.running.hub.kernel.lifecycle.disable("chat", CTX)
    assert (await room.run("ada"))["tried"] == ["There is no 'messages' to be read here."]
    await room.running.hub.kernel.lifecycle.enable("chat", CTX)
    assert (await room.run("ada"))["tried"] == ["done"]
