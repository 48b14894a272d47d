"""What a plugin of a whole hub pays for asking: permission, limits, audit, and the work itself.

A hook asks for something so many times in one call; a measurement is of one time. The floor is the
hook that asks for nothing, whose time is that of the call alone.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import uvloop

from bench.case import Case, each
from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.ports import InstallRequest, PluginInstance
from plexihub_sdk.ids import PluginId, UserId
from plexihub_sdk.permissions import ROLE_RIGHTS

TIMES = 100
CTX = CallContext(actor=OPERATOR)
PERMISSIONS = ["storage:own", "data:read"]
ASKED = {
    "nothing": ("None", "null"),
    "storage.set": (
        'plugin.api.storage.set("key", {"n": n})',
        'await plugin.api.storage.set("key", { n })',
    ),
    "storage.get": ('plugin.api.storage.get("key")', 'await plugin.api.storage.get("key")'),
    "query, own row": (
        'plugin.api.query("SELECT * FROM users WHERE id = $1", [context["user_id"]])',
        'await plugin.api.query("SELECT * FROM users WHERE id = $1", [context.userId])',
    ),
}


def _write(folder: Path, language: str) -> Path:
    name = language.lower()
    root = folder / name
    root.mkdir()
    number = 0 if language == "Python" else 1
    suffix = ("py", "ts")[number]
    fields = {
        "id": name,
        "version": "1.0.0",
        "entrypoint": f"main.{suffix}",
        "permissions": PERMISSIONS,
        "hooks": ["onDashboardLoad"],
    }
    (root / "plugin.json").write_text(json.dumps(fields), encoding="utf-8")
    if language == "Python":
        text = "def on_dashboard_load(context, plugin):\n    what = context['what']\n"
        for what, (code, _) in ASKED.items():
            text += f"    if what == {what!r}:\n"
            text += f"        for n in range(context['times']):\n            {code}\n"
    else:
        text = "export default { hooks: { async onDashboardLoad(context: any, plugin: any) {\n"
        for what, (_, code) in ASKED.items():
            text += f"  if (context.what === {json.dumps(what)})\n"
            text += f"    for (let n = 0; n < context.times; n++) {code};\n"
        text += "} } };\n"
    (root / f"main.{suffix}").write_text(text, encoding="utf-8")
    return root


async def _started(folder: Path) -> tuple[Hub, str]:
    # A plugin that is called without a pause would be slowed.
    flags = {"plugins.cpu_percent": 400, "plugins.call_seconds": 60}
    hub = Hub(
        HubOptions(data=folder / "data", settings_file=folder / "none", builtin=(), flags=flags)
    )
    await hub.start()
    for language in ("Python", "Deno"):
        source = await asyncio.to_thread(_write, folder, language)
        stored = await hub.installer.install(InstallRequest(source=source), CTX)
        await hub.kernel.lifecycle.enable(stored.id, CTX)
    user = await hub.users.create(CTX, username="grace", password="correct horse battery staple")  # noqa: S106 - of a person who lives for one measurement
    return hub, str(user.id)


def _asking(
    run: asyncio.Runner, plugin: PluginInstance, person: str, what: str
) -> Callable[[], float]:
    async def ask() -> None:
        ctx = CallContext(
            on_behalf_of=UserId(person),
            rights=ROLE_RIGHTS["member"],
            deadline=time.monotonic() + 60,
        )
        payload = {"userId": person, "what": what, "times": TIMES}
        await plugin.call_hook("onDashboardLoad", payload, ctx)

    def sample() -> float:
        begin = time.perf_counter()
        run.run(ask())
        return (time.perf_counter() - begin) / TIMES * 1e6

    return sample


def _floor(connection: sqlite3.Connection) -> Callable[[], float]:
    statement = "INSERT INTO kept VALUES ('key', ?) ON CONFLICT (key) DO UPDATE SET value = ?"

    def put() -> None:
        with connection:
            connection.execute(statement, ("{}", "{}"))

    return each(put, TIMES)


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with (
        tempfile.TemporaryDirectory() as name,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        closing(sqlite3.connect(Path(name) / "floor.db")) as floor,
    ):
        floor.execute("PRAGMA journal_mode = WAL")
        floor.execute("CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT)")
        hub, person = runner.run(_started(Path(name)))
        try:
            found = []
            for what in ASKED:
                group = f"a plugin asks a whole hub: {what}"
                if what == "storage.set":
                    found.append(
                        Case(group=group, name="plain sqlite3", sample=_floor(floor), baseline=True)
                    )
                for language in ("Python", "Deno"):
                    plugin = hub.kernel.registry.get(PluginId(language.lower())).instance
                    assert plugin is not None
                    sample = _asking(runner, plugin, person, what)
                    note = f"the call, over {TIMES}" if what == "nothing" else ""
                    found.append(Case(group=group, name=language, sample=sample, note=note))
            yield found
        finally:
            runner.run(hub.stop())
