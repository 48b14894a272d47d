"""A plugin's code is changed while the hub runs: nothing is lost, and no caller finds it away."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from plexihub_sdk.errors import PluginError, Veto
from tests.support.plugins import CTX, Running, traces, until, write_plugin

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse"  # noqa: S105 - of a person of this test
COUNTER = """
context.get_service("api").register_route("POST", "/api/v1/counter", self.count)
context.get_service("events").on("user.creating", self.greet)
context.get_service("events").on("counter.told", self.hear)
context.get_service("ui").register_panel(PANEL)
context.provide("counter", self)
"""
BEFORE = """
import asyncio
import plexihub_sdk.ui
PANEL = plexihub_sdk.ui.Panel(
    id="counter", title="Counter", path="/counter", element="x-counter",
    module="assets/chat.js", icon="hash",
)
STEP = {step}
"""
METHODS = """
def count(self, request):
    self.context.state["count"] = self.context.state.get("count", 0) + STEP
    return {"count": self.context.state["count"], "step": STEP}

def greet(self, user):
    user["tags"].append(f"step-{STEP}")

def hear(self, data):
    self.context.state.setdefault("heard", []).append((data, STEP))

def save_state(self):
    return {"from": STEP}

async def restore_state(self, state):
    await asyncio.sleep(SLEEP)
    self.restored = state
"""


def write(root: Path, step: int, *, sleep: float = 0, methods: str = METHODS) -> None:
    """Write the counter's code where it is installed."""
    before = BEFORE.format(step=step) + f"SLEEP = {sleep}\n"
    write_plugin(root.parent, root.name, COUNTER, before=before, methods=methods)


async def add_counter(running: Running) -> Path:
    """Install and enable the counter; answer where its files are."""
    before = BEFORE.format(step=1) + "SLEEP = 0\n"
    return await running.add("counter", COUNTER, before=before, methods=METHODS)


async def test_new_code_goes_on_where_the_old_was(running: Running) -> None:
    """Routes, hooks, listeners and panels are those of the new code; what it kept is there."""
    root = await add_counter(running)
    assert (await running.post("/counter")).json() == {"count": 1, "step": 1}
    before = traces(running.hub)
    write(root, 10)
    answer = await running.reload("counter")
    assert (answer.status_code, answer.json()["state"]) == (200, "enabled")
    assert (await running.post("/counter")).json() == {"count": 11, "step": 10}
    assert running.plugin("counter").restored == {"from": 1}
    user = await running.hub.users.create(CTX, username="ada", password=PASSWORD)
    assert user.tags == ["step-10"]
    assert traces(running.hub) == before
    assert ("operator", "counter", "ok") in await running.audited("plugin.reload")
    await running.hub.kernel.lifecycle.disable("counter", CTX)
    await running.hub.kernel.lifecycle.enable("counter", CTX)
    assert (await running.post("/counter")).json() == {"count": 10, "step": 10}


async def test_callers_wait_for_the_new_code(running: Running) -> None:
    """Requests, hooks and events that come in the middle reach the new code, each once."""
    root = await add_counter(running)
    write(root, 10, sleep=0.3)
    reload = asyncio.create_task(running.reload("counter"))
    lifecycle, kernel = running.hub.kernel.lifecycle, running.hub.kernel
    await until(lambda: lifecycle.reloads.has("counter"))
    await asyncio.sleep(0.05)
    kernel.events.publish("counter.told", "news")
    payload: dict[str, Any] = {"username": "ada", "display_name": "", "role": "", "tags": []}
    answers = await asyncio.gather(
        running.post("/counter"),
        running.post("/counter"),
        kernel.hooks.call("user.creating", payload),
    )
    assert [one.json()["step"] for one in answers[:2]] == [10, 10]
    assert payload["tags"] == ["step-10"]
    assert (await reload).status_code == 200
    await running.settle()
    assert running.plugin("counter").context.state["heard"] == [("news", 10)]


async def test_gap_is_small_and_never_a_404(running: Running) -> None:
    """Under a stream of requests twenty reloads answer every one with 200, none late."""
    await add_counter(running)
    slowest, statuses, done = 0.0, set(), False

    async def ask() -> None:
        nonlocal slowest
        while not done:
            start = time.perf_counter()
            statuses.add((await running.post("/counter")).status_code)
            slowest = max(slowest, time.perf_counter() - start)
            await asyncio.sleep(0)  # a call that is answered at once lets nobody else run

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(ask())
        for _ in range(20):
            await running.hub.kernel.lifecycle.reload("counter", CTX)
        done = True
    assert statuses == {200}
    assert slowest < 2.0


@pytest.mark.parametrize(
    ("breaks", "message", "where"),
    [
        ("def count(self) return 1", "plugin.py:25 is no valid Python", "plugin.py:25"),
        ("import no_such_module", "ModuleNotFoundError", "plugin.py:2"),
        ("raise OSError('no disk')", "no disk", "plugin.py:2"),
        ("__init__", "unlucky", "plugin.py:2"),
        ("restore_state", "cannot be read", "plugin.py:2"),
    ],
)
async def test_bad_code_leaves_the_old(
    running: Running, breaks: str, message: str, where: str
) -> None:
    """Code that does not load or start is told with file and line; the old answers as before."""
    root = await add_counter(running)
    await running.post("/counter")
    before = traces(running.hub)
    text = (root / "plugin.py").read_text()
    if breaks == "__init__":
        text = text.replace("self.context = context\n", "self.context = context\n        fail()\n")
        text = text.replace("\n", "\ndef fail(): raise ValueError('unlucky')\n", 1)
    elif breaks == "restore_state":
        text = text.replace("self.restored = state", "fail()")
        text = text.replace("\n", "\ndef fail(): raise ValueError('cannot be read')\n", 1)
    elif breaks.startswith("def"):
        text += f"\n{breaks}\n"
        where = message = f"plugin.py:{len(text.splitlines())}"
    else:
        text = f"\n{breaks}\n{text}"
    (root / "plugin.py").write_text(text)
    answer = await running.reload("counter")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (502, "plugin_load_failed")
    assert error["message"].startswith(
        "The new code of counter does not start, and the old goes on: "
    )
    assert message in error["message"]
    assert error["where"] == where
    assert (await running.post("/counter")).json() == {"count": 2, "step": 1}
    assert traces(running.hub) == before
    assert ("operator", "counter", "failed") in await running.audited("plugin.reload")


async def test_failing_save_is_no_reload(running: Running) -> None:
    """Where the old code cannot say what it knows, it goes on, the very same object."""
    root = await add_counter(running)
    methods = METHODS.replace('return {"from": STEP}', "return 1 / 0")
    write(root, 2, methods=methods)
    await running.hub.kernel.lifecycle.reload("counter", CTX)
    old = running.plugin("counter")
    with pytest.raises(PluginError, match="ZeroDivisionError"):
        await running.hub.kernel.lifecycle.reload("counter", CTX)
    assert running.plugin("counter") is old
    assert (await running.post("/counter")).json()["step"] == 2


async def test_veto_and_state_keep_it(running: Running) -> None:
    """A `plugin.reloading` handler may refuse; a plugin that is off has nothing to reload."""
    root = await add_counter(running)
    await running.add(
        "guard",
        "context.get_service('events').on('plugin.reloading', refuse)",
        before="""
        from plexihub_sdk.errors import Veto
        def refuse(data):
            raise Veto(f"not {data['id']}, not now")
        """,
    )
    write(root, 5)
    with pytest.raises(Veto, match="not counter, not now"):
        await running.hub.kernel.lifecycle.reload("counter", CTX)
    assert (await running.post("/counter")).json()["step"] == 1
    await running.hub.kernel.lifecycle.disable("counter", CTX)
    error = (await running.post("/plugins/counter/reload")).json()["error"]
    assert error["message"] == "counter is disabled, so there is nothing to reload."


async def test_sandboxed_code_is_changed_without_a_gap(running: Running, tmp_path: Path) -> None:
    """A new process takes over, with what it renders while it loads; bad code leaves the old."""
    code = """
    plugin.api.renderWidget({ id: "w", component: "Text", props: { text: "WORD" } });
    export default {
      id: "guest", version: "1.0.0", permissions: ["ui:render"],
      hooks: { onDataFetch: async () => ({ transformedData: "WORD" }) },
    };
    """
    source = tmp_path / "guest.ts"
    source.write_text(code.replace("WORD", "old"))
    installed_ok = await running.post("/plugins", source=str(source), tier="sandboxed")
    assert installed_ok.status_code == 201, installed_ok.text
    assert (await running.post("/plugins/guest/enable")).status_code == 200
    kernel, record = running.hub.kernel, running.hub.kernel.registry.get("guest")

    async def ask() -> Any:
        payload: dict[str, Any] = {"query": "q", "filters": {}, "transformedData": None}
        return (await kernel.hooks.call("data.fetching", payload, CTX))["transformedData"]

    def shown() -> list[Any]:
        return [one["props"]["text"] for one in running.hub.ui.widgets_for()]

    pid = record.measure().pid
    assert (await ask(), shown()) == ("old", ["old"])
    installed = record.stored.root / "guest.ts"
    installed.write_text("export default {{{")
    assert (await running.post("/plugins/guest/reload")).status_code == 502
    assert (await ask(), shown(), record.measure().pid) == ("old", ["old"], pid)
    installed.write_text(code.replace("WORD", "new"))
    reload = asyncio.create_task(running.post("/plugins/guest/reload"))
    answers = []
    while not reload.done():
        answers.append(await ask())
        await asyncio.sleep(0.005)
    assert (await reload).status_code == 200
    assert set(answers) <= {"old", "new"}
    assert (await ask(), shown()) == ("new", ["new"])
    assert record.measure().pid != pid
    assert str(pid) not in os.listdir("/proc")  # noqa: PTH208
    assert record.health.deaths == 0
    await running.hub.kernel.lifecycle.disable("guest", CTX)
    assert (shown(), kernel.ownership.count(record.id)) == ([], 0)


async def test_twenty_reloads_leave_nothing(running: Running) -> None:
    """Registrations, modules, tasks and descriptors are as after the first."""
    await add_counter(running)

    async def used() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {
            "modules": len([name for name in sys.modules if name.startswith("_plexihub_")]),
            "finders": len(sys.meta_path),
            "tasks": len(asyncio.all_tasks()),
            "descriptors": len(os.listdir("/proc/self/fd")),  # noqa: PTH208
            "traces": traces(running.hub),
        }

    await running.hub.kernel.lifecycle.reload("counter", CTX)
    before = await used()
    for _ in range(20):
        await running.hub.kernel.lifecycle.reload("counter", CTX)
    # A task of the first moments may have ended meanwhile, and one of the hub's own begun.
    tasks = before.pop("tasks")
    async with asyncio.timeout(10):
        while (after := await used()).pop("tasks") > tasks:
            pass
    assert after == before
