"""What a sandboxed plugin keeps, as its author writes it and its operator sees it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import InstallRequest
from plexihub_sdk.errors import PluginLoadError
from plexihub_sdk.ids import PluginId, UserId
from plexihub_sdk.permissions import ROLE_RIGHTS

pytestmark = pytest.mark.anyio
OWN = ("storage:own", "files:own", "files:read")


def options(folder: Path) -> HubOptions:
    """Say where the hub keeps its data."""
    return HubOptions(
        data=folder / "data", settings_file=folder / "none.toml", builtin=(), listen=False
    )


def package(folder: Path, code: str, **manifest: Any) -> Path:
    """Write a plugin whose `onDashboardLoad` runs the code, with `api` and `context` at hand."""
    folder.mkdir(parents=True, exist_ok=True)
    fields = {
        "id": "keeper",
        "version": "1.0.0",
        "entrypoint": "main.ts",
        "permissions": list(OWN),
        "hooks": ["onDashboardLoad", "onSettingsChange"],
        **manifest,
    }
    (folder / "plugin.json").write_text(json.dumps(fields), encoding="utf-8")
    (folder / "main.ts").write_text(
        "const heard: any[] = [];\n"
        "export default { hooks: {\n"
        "  onSettingsChange(context: any) { heard.push(context); },\n"
        "  async onDashboardLoad(context: any, plugin: any) {\n"
        f"    const api = plugin.api;\n    {code}\n  }},\n}} }};\n",
        encoding="utf-8",
    )
    return folder


def operator(hub: Hub) -> httpx.AsyncClient:
    """Make a client of the operator."""
    transport = httpx.ASGITransport(hub.operator_asgi)
    return httpx.AsyncClient(transport=transport, base_url="http://hub/api/v1")


async def install(hub: Hub, source: Path) -> None:
    """Install and enable a plugin with everything it asks for."""
    stored = await hub.installer.install(InstallRequest(source=source), CallContext())
    await hub.kernel.lifecycle.enable(stored.id, CallContext())


async def run(hub: Hub, person: str | None = "u1", plugin: str = "keeper") -> Any:
    """Run the plugin's code for a person, and answer what it answered."""
    instance = hub.kernel.registry.get(PluginId(plugin)).instance
    assert instance is not None
    whom = None if person is None else UserId(person)
    ctx = CallContext(on_behalf_of=whom, rights=ROLE_RIGHTS["member"])
    return await instance.call_hook("onDashboardLoad", {"userId": person or ""}, ctx)


SUMS = """
await Promise.all(Array.from({ length: 50 }, () => api.storage.increment("n")));
await api.storage.mine.set("theme", { dark: true }, { ttl: 3600 });
const { version } = await api.storage.set("a", 1, { ifAbsent: true });
const late = await api.storage.set("a", 2, { ifVersion: version + 1 }).catch((e: any) => e.code);
const page = await api.storage.list({ prefix: "a" });
return { sum: await api.storage.get("n"), mine: await api.storage.mine.get("theme"), late,
  keys: page.items.map((one: any) => one.key), none: await api.storage.get("theme"),
  entry: (await api.storage.entry("a")).version === version,
  gone: [await api.storage.delete("a"), await api.storage.delete("a")] };
"""


@pytest.mark.checklist("A-20")
async def test_fifty_sums_at_one_time_lose_nothing(tmp_path: Path) -> None:
    """A plugin's requests overlap; its counter counts, and its compare-and-set refuses."""
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "p", SUMS))
        assert await run(hub) == {
            "sum": 50,
            "mine": {"dark": True},
            "late": "conflict",
            "keys": ["a"],
            "none": None,
            "entry": True,
            "gone": [True, False],
        }


SCHEMA = {
    "type": "object",
    "properties": {
        "limit": {"type": "integer", "default": 3, "minimum": 1},
        "token": {"type": "string", "writeOnly": True},
        "empty": {"type": "string", "writeOnly": True},
    },
}


@pytest.mark.checklist("P-32")
async def test_own_settings_are_read_and_changes_are_heard(tmp_path: Path) -> None:
    """A sandboxed plugin reads its own section alone, hears of its changes, and holds no secret."""
    code = "return { settings: await api.settings.get(), heard };"
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "p", code, settings=SCHEMA))
        other = package(tmp_path / "q", code, id="other", settings=SCHEMA)
        await install(hub, other)
        config = hub.kernel.config
        assert (await run(hub))["settings"] == {
            "values": {"limit": 3},
            "secrets": [],
        }
        await config.change("keeper.limit", 7, CallContext())
        await config.change("keeper.token", "hunter2", CallContext())
        await config.change("other.limit", 9, CallContext())
        await config.change("hub.name", "Elsewhere", CallContext())
        await hub.kernel.events.settle()
        found, others = await run(hub), await run(hub, plugin="other")
        assert found["settings"] == {"values": {"limit": 7}, "secrets": ["token"]}
        assert [(one["name"], one["old"], one["new"]) for one in found["heard"]] == [
            ("limit", 3, 7),
            ("token", None, "********"),
        ]
        assert [(one["id"], one["name"], one["new"]) for one in others["heard"]] == [
            ("other", "limit", 9)
        ]
        assert "hunter2" not in str((found, others))


VOTES = {
    "votes": {
        "columns": {
            "poll": "text",
            "person": "text",
            "count": {"type": "integer", "default": 0},
            "at": {"type": "time", "optional": True},
            "more": {"type": "json", "optional": True},
            "open": {"type": "boolean", "default": True},
        },
        "unique": [["poll", "person"]],
        "index": ["at"],
    }
}
ROWS = """
const t = api.tables;
const code = (work: Promise<any>) => work.then(() => "done", (e: any) => e.code);
const first = await t.insert("votes", { poll: "a", person: "ada", more: [1, { x: null }] });
await t.insert("votes", { poll: "a", person: "eve", count: 5, at: "2026-05-01T10:00:00+02:00" });
await t.insert("votes", { poll: "b", person: "eve", count: 9, open: false });
const again = await code(t.insert("votes", { poll: "a", person: "ada" }));
const name = (row: any) => row.person + row.poll;
const people = async (options: any) => (await t.find("votes", options)).map(name);
return { first, again,
  found: await people({ where: { count: { ge: 1, lt: 9 } } }),
  either: await people({ where: { person: { in: ["eve"] } }, order: ["-count"], limit: 1 }),
  empty: await people({ where: { at: null }, order: ["person", "poll"] }),
  moment: (await t.find("votes", { where: { at: { gt: "2026-05-01T07:59:00Z" } } }))[0].at,
  shut: await t.count("votes", { where: { open: false } }),
  changed: await t.update("votes", { poll: "a" }, { count: 7 }),
  sevens: await t.count("votes", { where: { count: 7 } }),
  gone: await t.delete("votes", { poll: "b" }), left: await t.count("votes") };
"""


@pytest.mark.checklist("A-20")
async def test_tables_of_its_own_hold_typed_rows(tmp_path: Path) -> None:
    """What plugin.json declares is there when the code runs; conditions are typed."""
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "p", ROWS, tables=VOTES))
        answer = await run(hub)
        first = answer.pop("first")
        assert len(first.pop("id")) == 36
        assert first == {
            "poll": "a",
            "person": "ada",
            "count": 0,
            "at": None,
            "more": [1, {"x": None}],
            "open": True,
        }
        assert answer == {
            "again": "conflict",
            "found": ["evea"],
            "either": ["eveb"],
            "empty": ["adaa", "eveb"],
            "moment": "2026-05-01T08:00:00Z",
            "shut": 1,
            "changed": 2,
            "sevens": 2,
            "gone": 1,
            "left": 2,
        }


READ = "return await api.tables.find('votes', { order: ['person'] });"


async def test_tables_go_forward_and_back_with_the_plugin(tmp_path: Path) -> None:
    """A later version adds columns, tables and rules; the one before finds its rows again."""
    async with Hub(options(tmp_path)) as hub:
        write = "return await api.tables.insert('votes', { poll: 'a', person: 'ada' });"
        await install(hub, package(tmp_path / "1", write, tables=VOTES))
        await run(hub)
        more = {
            "votes": {
                "columns": {
                    "poll": "text",
                    "person": "text",
                    "weight": {"type": "number", "default": 1.5},
                },
                "unique": [["poll", "person"]],
                "index": ["poll"],
            },
            "polls": {"columns": {"title": "text"}},
        }
        second = package(tmp_path / "2", READ, version="2.0.0", tables=more)
        await hub.installer.install(InstallRequest(source=second), CallContext())
        (row,) = await run(hub)
        assert {name: row[name] for name in row if name != "id"} == {
            "poll": "a",
            "person": "ada",
            "weight": 1.5,
        }
        assert set(hub.database.own_tables("keeper")) == {"votes", "polls"}
        await hub.installer.rollback(PluginId("keeper"), CallContext())
        assert set(hub.database.own_tables("keeper")) == {"votes"}
        with pytest.raises(Exception, match="same poll, person"):
            await run(hub)


async def test_upgrade_that_contradicts_the_rows_leaves_the_old_version_running(
    tmp_path: Path,
) -> None:
    """Another type for a column is refused, with the column; the old code and its tables go on."""
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "1", READ, tables=VOTES))
        other = {"votes": {"columns": {"poll": "integer", "person": "text"}}}
        second = package(tmp_path / "2", READ, version="2.0.0", tables=other)
        with pytest.raises(PluginLoadError, match="holds text and is declared as a whole number"):
            await hub.installer.install(InstallRequest(source=second), CallContext())
        assert hub.kernel.registry.get(PluginId("keeper")).stored.manifest.version == "1.0.0"
        assert await run(hub) == []
        columns = hub.database.own_tables("keeper")["votes"].declared.columns
        assert columns[0].type == "text"


async def test_what_is_kept_outlives_a_restart_and_goes_by_choice(tmp_path: Path) -> None:
    """Stopped, upgraded or removed, a plugin finds what it kept, until somebody purges it."""
    write = (
        "await api.storage.set('a', 1); await api.storage.mine.set('b', 2);"
        "await api.tables.insert('votes', { poll: 'a', person: 'ada' });"
        "return 'kept';"
    )
    read = (
        "return [await api.storage.get('a'), await api.storage.mine.get('b'),"
        " await api.tables.count('votes')];"
    )
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "1", write, tables=VOTES))
        assert await run(hub) == "kept"
    async with Hub(options(tmp_path)) as hub, operator(hub) as api:
        second = package(tmp_path / "2", read, version="2.0.0", tables=VOTES)
        await hub.installer.install(InstallRequest(source=second), CallContext())
        assert await run(hub) == [1, 2, 1]
        data = (await api.get("/plugins/keeper/data")).json()
        assert data["tables"] == {"own_keeper__votes": 1}
        assert (data["keys"], data["stored"]) == (2, 4)
        assert data["limits"]["keys"] == 10_000
        assert (await api.post("/plugins/keeper/disable")).status_code == 200
        assert hub.database.own_tables("keeper") == {}
        assert (await api.post("/plugins/keeper/enable")).status_code == 200
        assert await run(hub) == [1, 2, 1]
        assert await run(hub, "u2") == [1, None, 1]
        assert (await api.delete("/plugins/keeper")).status_code == 204
        (left,) = (await api.get("/leftovers")).json()["items"]
        assert (left["plugin"], left["keys"], left["tables"]) == (
            "keeper",
            2,
            {"own_keeper__votes": 1},
        )
        await install(hub, second)
        assert await run(hub) == [1, 2, 1]
        assert (await api.delete("/plugins/keeper?purge=true")).status_code == 204
        assert (await api.get("/leftovers")).json()["items"] == []
        await install(hub, second)
        assert await run(hub) == [None, None, 0]


async def test_people_who_are_deleted_leave_nothing_in_a_plugin(tmp_path: Path) -> None:
    """The compartment of a person goes with the person."""
    code = "await api.storage.mine.increment('n'); return (await api.storage.mine.get('n'));"
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "p", code))
        ctx = CallContext(rights=ROLE_RIGHTS["admin"])
        user = await hub.users.create(ctx, username="grace", password="correct horse battery")  # noqa: S106
        assert [await run(hub, user.id), await run(hub, "u2")] == [1, 1]
        await hub.users.delete(ctx, user.id)
        await hub.kernel.events.settle()
        assert (await hub.keep.values.usage("keeper")).count == 1
        assert await run(hub, "u2") == 2


FILES = """
const f = api.files;
const code = (work: Promise<any>) => work.then(() => "done", (e: any) => e.code);
await f.write("reports/a.txt", "grün");
const added = await f.write("reports/a.txt", " und rot", { append: true });
await f.write("b.bin", "AAEC/w==", { encoding: "base64" });
return { added: added.size,
  whole: await f.read("reports/a.txt"),
  part: await f.read("reports/a.txt", { offset: 0, length: 3 }),
  rest: (await f.read("reports/a.txt", { offset: 2 })).content,
  bytes: (await f.read("b.bin", { encoding: "base64", offset: 1, length: 2 })).content,
  text: await code(f.read("b.bin")), clash: await code(f.write("B.bin", "x")),
  there: await code(f.write("b.bin", "x", { ifAbsent: true })),
  paths: (await f.list({ limit: 1 })).next, all: (await f.list()).items.map((one: any) => one.path),
  size: (await f.stat("b.bin")).size, none: await f.stat("c"), lost: await code(f.read("c")),
  gone: [await f.delete("reports/a.txt"), await f.delete("reports/a.txt")] };
"""


@pytest.mark.checklist("A-20")
async def test_files_of_its_own_are_written_in_parts(tmp_path: Path) -> None:
    """Text and bytes, whole and in ranges; a sign is never cut in two."""
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "p", FILES))
        assert await run(hub) == {
            "added": 13,
            "whole": {"content": "grün und rot", "size": 13, "next": None},
            "part": {"content": "gr", "size": 13, "next": 2},
            "rest": "ün und rot",
            "bytes": "AQI=",
            "text": "invalid_input",
            "clash": "conflict",
            "there": "conflict",
            "paths": "b.bin",
            "all": ["b.bin", "reports/a.txt"],
            "size": 4,
            "none": None,
            "lost": "not_found",
            "gone": [True, False],
        }
        folder = tmp_path / "data" / "plugin-data" / "keeper"
        assert [one.name for one in folder.iterdir()] == ["b.bin"]


async def test_plugin_reads_what_its_person_uploaded(tmp_path: Path) -> None:
    """An upload of the person's own is read; anybody else's is not there, nor without a person."""
    code = "return await api.files.open(context.dashboardId).catch((e: any) => e.code);"
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "p", code))
        file = await hub.files.save("note.txt", b"hello", owner="u1")
        instance = hub.kernel.registry.get(PluginId("keeper")).instance
        assert instance is not None
        answers = []
        for person in ("u1", "u2", None):
            whom = None if person is None else UserId(person)
            ctx = CallContext(on_behalf_of=whom, rights=ROLE_RIGHTS["member"])
            payload = {"userId": "u1", "dashboardId": file.id}
            answers.append(await instance.call_hook("onDashboardLoad", payload, ctx))
        assert answers == [
            {
                "name": "note.txt",
                "contentType": "text/plain",
                "content": "hello",
                "size": 5,
                "next": None,
            },
            "not_found",
            "not_found",
        ]


SELECT = """
await api.tables.insert("votes", { poll: "a", person: "ada", at: "2026-05-01T10:00:00+02:00" });
const code = (work: Promise<any>) => work.then(() => "done", (e: any) => e.code);
return { rows: await api.query("SELECT poll, at, open FROM votes WHERE person = $1", ["ada"]),
  bytes: await code(api.query("SELECT row_bytes FROM votes")),
  raw: await code(api.query("SELECT * FROM own_keeper__votes")) };
"""


@pytest.mark.checklist("A-28")
async def test_own_tables_are_read_by_sql_by_nobody_else(tmp_path: Path) -> None:
    """`query` knows the plugin's tables by their names, and another plugin's not at all."""
    asks = [*OWN, "data:read"]
    async with Hub(options(tmp_path)) as hub:
        await install(hub, package(tmp_path / "p", SELECT, tables=VOTES, permissions=asks))
        assert await run(hub) == {
            "rows": [{"poll": "a", "at": "2026-05-01T08:00:00.000Z", "open": 1}],
            "bytes": "invalid_input",
            "raw": "permission_denied",
        }
        spy = "return await api.query('SELECT * FROM votes').catch((e: any) => e.code);"
        await install(hub, package(tmp_path / "q", spy, id="spy", permissions=asks))
        assert await run(hub, plugin="spy") == "permission_denied"


PYTHON = """
import asyncio

async def on_dashboard_load(context, plugin):
    api = plugin.api
    await asyncio.gather(*(api.storage.increment("n") for _ in range(50)))
    made = await api.storage.set("a", [1], if_absent=True, ttl=60)
    try:
        await api.storage.set("a", 2, if_version=made["version"] + 1)
        late = ""
    except Exception as error:
        late = error.code
    await api.storage.mine.set("theme", "dark")
    row = await api.tables.insert("votes", {"poll": "a", "person": "ada"})
    await api.tables.update("votes", {"id": row["id"]}, {"count": 3})
    await api.files.write("a/b.txt", "hello")
    return {
        "sum": await api.storage.get("n"),
        "late": late,
        "mine": await api.storage.mine.get("theme"),
        "rows": await api.tables.count("votes", where={"count": {"ge": 3}}),
        "file": (await api.files.read("a/b.txt", length=4))["content"],
        "settings": await api.settings.get(),
    }
"""


@pytest.mark.checklist("A-20")
async def test_python_keeps_things_by_the_same_names(tmp_path: Path) -> None:
    """What TypeScript does in camelCase, Python does in snake_case, with the same answers."""
    folder = package(
        tmp_path / "p",
        "",
        entrypoint="main.py",
        hooks=["onDashboardLoad"],
        tables=VOTES,
        settings=SCHEMA,
    )
    (folder / "main.ts").unlink()
    (folder / "main.py").write_text(PYTHON, encoding="utf-8")
    async with Hub(options(tmp_path)) as hub:
        await install(hub, folder)
        assert await run(hub) == {
            "sum": 50,
            "late": "conflict",
            "mine": "dark",
            "rows": 1,
            "file": "hell",
            "settings": {"values": {"limit": 3}, "secrets": []},
        }


LATER = """
setTimeout(async () => {
  for (const key of ["a", "b", "c", "d"]) {
    await plugin.api.storage.set(key, 1).catch(() => 0);
    await plugin.api.storage.delete(key).catch(() => 0);
  }
  await plugin.api.storage.set("done", 1);
}, 0);
"""


async def test_work_outside_of_a_call_goes_on_by_itself(tmp_path: Path) -> None:
    """A timer's requests follow one another although nobody calls the plugin meanwhile."""
    folder = package(tmp_path / "p", "return null;")
    code = (folder / "main.ts").read_text(encoding="utf-8")
    (folder / "main.ts").write_text(LATER + code, encoding="utf-8")
    async with Hub(options(tmp_path)) as hub:
        await install(hub, folder)
        async with asyncio.timeout(20):
            while (await hub.keep.values.usage("keeper")).version < 9:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
