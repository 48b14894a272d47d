"""How Python plugins are written, each in its real, confined process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import Json, PluginInstance
from plexihub_sdk.api import API
from plexihub_sdk.errors import PluginLoadError, PluginRaisedError
from plexihub_sdk.ids import new_trace_id
from tests.zoo.sandbox import Sandbox, make_sandbox, write

pytestmark = pytest.mark.anyio

ASKS = """
def on_dashboard_load(context, plugin):
    return {"answer": plugin.api.call("wait", {"number": context["number"]})}
"""
A_CLASS = """
class APlugin:
    def __init__(self, context):
        context.{}
"""
LOOKS_INSIDE = """
import asyncio, logging, sys, warnings

def on_dashboard_load(context, plugin):
    def paths(part, start=""):
        for name in dir(part):
            if name.startswith("_") or (name, start) in {("call", ""), ("path", start)}:
                continue
            value = getattr(part, name)
            if callable(value):
                yield start + name
            else:
                yield from paths(value, f"{start}{name}.")
    return sorted(paths(plugin.api))
"""


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """Give a sandbox."""
    return make_sandbox(tmp_path, "python", call_seconds=5.0)


def one_file(folder: Path, code: str, name: str = "guest.py") -> Path:
    """Write a plugin of one file."""
    return write(folder / "plugin", name, code)


async def load(guest: PluginInstance, ctx: CallContext | None = None, **payload: Any) -> Any:
    """Call its hook."""
    return await guest.call_hook("onDashboardLoad", payload, ctx or CallContext())


async def test_plain_handlers_overlap_while_they_wait_for_the_hub(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Forty plain handlers that each wait for an answer are all served, none after the other."""
    sandbox.door.answer, sandbox.door.patience = "heard", 0.2
    async with sandbox.running(one_file(tmp_path, ASKS)) as guest:
        start = asyncio.get_running_loop().time()
        answers = await asyncio.gather(*(load(guest, number=one) for one in range(40)))
        took = asyncio.get_running_loop().time() - start
    assert answers == [{"answer": "heard"}] * 40
    assert took < 40 * 0.2 / 4, "one after the other it would be eight seconds"


async def test_plain_handler_whose_request_calls_its_own_plugin_is_answered(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """What a request brings about may call the plugin again, also where others wait in line."""
    async with sandbox.running(one_file(tmp_path, ASKS)) as guest:

        async def dispatch(ctx: CallContext, method: str, params: Mapping[str, Json]) -> Json:
            number = int(params["number"])
            if number == 0:
                await asyncio.sleep(0.05)
                return ["the end"]
            return [number, await load(guest, ctx, number=number - 1)]

        guest._dispatch = dispatch  # type: ignore[attr-defined]
        depths = await asyncio.gather(
            *(load(guest, CallContext(trace=new_trace_id()), number=3) for _ in range(8))
        )
    inner: Any = {"answer": ["the end"]}
    for number in (1, 2, 3):
        inner = {"answer": [number, inner]}
    assert depths == [inner] * 8


async def test_earlier_plain_handler_is_not_starved_by_later_ones(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Calls that keep coming never hold back one whose answer is there."""
    sandbox.door.patience = 0.02
    async with sandbox.running(one_file(tmp_path, ASKS)) as guest:
        waiting: set[asyncio.Task[Any]] = set()
        for number in range(150):
            waiting.add(asyncio.create_task(asyncio.wait_for(load(guest, number=number), 2)))
            await asyncio.sleep(0.003)
        answers = await asyncio.gather(*waiting)
    assert answers == [{"answer": None}] * 150


async def test_plugin_api_is_the_whole_table(sandbox: Sandbox, tmp_path: Path) -> None:
    """Every row is there under its path, and nothing else but `call`."""
    async with sandbox.running(one_file(tmp_path, LOOKS_INSIDE)) as guest:
        assert await load(guest) == sorted([row.path for row in API])


async def test_parameters_are_named_in_snake_case(sandbox: Sandbox, tmp_path: Path) -> None:
    """By place, by keyword or as one dictionary: on the wire they have the wire's names."""
    code = """
def on_dashboard_load(context, plugin):
    plugin.api.emit("tick", data={"some_key": 1})
    plugin.api.render_widget(component="Text", props={"inner_key": 1})
    plugin.api.render_widget({"component": "Text", "title": "T"})
    plugin.api.storage.set("k", [1], if_version=3)
    plugin.api.render_widget("Text", {}, colour="red")
"""
    async with sandbox.running(one_file(tmp_path, code)) as guest:
        with pytest.raises(PluginRaisedError, match="unexpected keyword argument 'colour'"):
            await load(guest)
    assert [(method, params) for _, method, params in sandbox.door.asked] == [
        ("events.emit", {"name": "tick", "data": {"some_key": 1}}),
        ("ui.render_widget", {"component": "Text", "props": {"inner_key": 1}}),
        ("ui.render_widget", {"component": "Text", "title": "T"}),
        ("storage.set", {"key": "k", "value": [1], "ifVersion": 3}),
    ]


async def test_keys_are_those_of_the_hooks_spelling(sandbox: Sandbox, tmp_path: Path) -> None:
    """Hooks of the sandbox have snake_case keys, those of the catalogue the catalogue's."""
    code = """
PLUGIN = {"permissions": ["people:read"]}

def on_dashboard_load(context):
    context["seen"] = sorted(context)
    return {"custom_widgets": [{"innerKey": context["user_id"]}], "seen": context["seen"]}

async def on_auth_success(context):
    context["user_id"] += " changed"

def on_user_login(told):
    return sorted(told)
"""
    async with sandbox.running(one_file(tmp_path, code)) as guest:
        assert await load(guest, userId="u", dashboardId="d", other_Key=1) == {
            "customWidgets": [{"innerKey": "u"}],
            "seen": ["dashboard_id", "other_Key", "user_id"],
        }
        told = {"userId": "u", "sessionId": "s"}
        assert await guest.call_hook("onAuthSuccess", told, CallContext()) == {
            "userId": "u changed"
        }
        assert await guest.call_hook("user.login", told, CallContext()) == ["sessionId", "userId"]


async def test_modules_and_data_files_come_from_the_package(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Relative and absolute imports find one module; a vendored package and a file are there."""
    folder = tmp_path / "plugin"
    write(folder, "plugin.json", '{"id": "many", "version": "1.0.0", "entrypoint": "src/main.py"}')
    write(folder, "src/week.py", "days = []\n")
    write(folder, "src/words/list.txt", "grün\n")
    write(folder, "vendored/__init__.py", "from vendored.inner import value\n")
    write(folder, "vendored/inner.py", "value = 42\n")
    write(
        folder,
        "src/main.py",
        """
from importlib import resources

import vendored
from src import week as absolute
from . import week as relative

def on_dashboard_load():
    text = resources.files(__package__).joinpath("words", "list.txt").read_text()
    names = sorted(one.name for one in (resources.files(__package__) / "words").iterdir())
    return [absolute is relative, vendored.value, text, names, __name__]
""",
    )
    async with sandbox.running(folder) as guest:
        assert await load(guest) == [True, 42, "grün\n", ["list.txt"], "plugin_many.src.main"]


async def test_error_of_the_plugins_names_file_line_and_source(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the plugin's own frames with their text, and none of the guest's."""
    code = "def helper():\n    return 1 / 0  # here\n\ndef on_dashboard_load():\n    helper()\n"
    async with sandbox.running(one_file(tmp_path, code)) as guest:
        with pytest.raises(PluginRaisedError, match="ZeroDivisionError") as caught:
            await load(guest)
    logged = "".join(f"{one.message}\n" for one in caplog.records)
    assert caught.value.where == "guest.py:2"
    assert '  File "guest.py", line 2, in helper\n    return 1 / 0  # here\n' in logged
    assert "plexihub_sdk" not in logged


async def test_what_is_printed_and_logged_reaches_the_hubs_log(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """`print`, `logging`, `warnings`, and errors that nobody caught, each with its level."""
    code = """
import asyncio, logging, sys, warnings

async def on_dashboard_load():
    print("printed", 1)
    print("complained", file=sys.stderr)
    logging.getLogger("mine").warning("logged %s", 2)
    warnings.warn("warned")
    async def fails():
        raise ValueError("nobody hears")
    asyncio.create_task(fails())
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.01)
"""
    with caplog.at_level(logging.DEBUG, "plexihub.plugin"):
        async with sandbox.running(one_file(tmp_path, code)) as guest:
            await load(guest)
            await load(guest)
    lines = {(record.levelname, record.getMessage()) for record in caplog.records}
    assert {("INFO", "printed 1"), ("ERROR", "complained"), ("WARNING", "mine: logged 2")} <= lines
    text = "\n".join(f"{level} {message}" for level, message in lines)
    assert "WARNING guest.py:8: UserWarning: warned" in text
    assert "ValueError: nobody hears" in text
    assert "ZeroDivisionError" in text


async def test_cancelled_call_cancels_its_async_handler(sandbox: Sandbox, tmp_path: Path) -> None:
    """The handler learns that nobody waits, and the plugin goes on serving."""
    code = """
import asyncio
ended = []

async def on_dashboard_load(context):
    if context.get("ask"):
        return ended
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        ended.append("cancelled")
        raise
"""
    async with sandbox.running(one_file(tmp_path, code)) as guest:
        waiting = asyncio.create_task(load(guest))
        await asyncio.sleep(0.1)
        waiting.cancel()
        await asyncio.wait([waiting])
        assert await load(guest, ask=True) == ["cancelled"]


@pytest.mark.checklist("A-40", "A-41")
async def test_two_plugins_share_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """What one changes in a module of the standard library, the other does not see."""
    code = """
import json, math
math.tau = 7 if not hasattr(json, "mark") else 8
json.mark = True

def on_dashboard_load():
    math.tau += 1
    return math.tau
"""
    path = one_file(tmp_path, code)
    async with sandbox.running(path) as one, sandbox.running(path) as other:
        assert one.stats().pid != other.stats().pid
        assert [await load(one), await load(one), await load(other)] == [8, 9, 8]


async def test_class_of_the_trusted_tier_runs_in_the_sandbox(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """A class that takes a context, with what the sandbox hears, changes payloads in place."""
    code = """
PLUGIN = {"permissions": ["messages:moderate"]}

class MyPlugin:
    def __init__(self, context):
        events = context.get_service("events")
        events.on("message.creating", self.trim)
        events.on("message.creating", self.sign)
        events.on("dashboard.loading", self.show)

    def trim(self, draft):
        draft["text"] = draft["text"].strip()

    async def sign(self, draft):
        return {"text": draft["text"] + " - me"}

    def show(self, payload):
        payload["customWidgets"] = [payload["userId"]]
"""
    async with sandbox.running(one_file(tmp_path, code)) as guest:
        assert guest.hooks == ("message.creating", "onDashboardLoad")
        answer = await guest.call_hook("message.creating", {"text": "  hi "}, CallContext())
        assert answer == {"text": "hi - me"}
        assert await load(guest, userId="u") == {"customWidgets": ["u"]}


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("x = 1\n", "It has no hook"),
        ("def on_dashbord_load(): ...\n", "Did you mean on_dashboard_load"),
        ("def on_message_creating(draft): ...\n", "messages:moderate"),
        (A_CLASS.format("get_service('database')"), "no service 'database'"),
        (A_CLASS.format("get_service('events').on('user.creating', print)"), "cannot hear 'user.c"),
        ("PLUGIN = []\ndef on_dashboard_load(): ...\n", "PLUGIN must be a dictionary"),
    ],
)
async def test_plugin_that_cannot_be_is_refused_with_the_reason(
    sandbox: Sandbox, tmp_path: Path, code: str, says: str
) -> None:
    """What is missing or misspelled is said when it is described, before anybody installs it."""
    with pytest.raises(Exception, match=says) as caught:
        await sandbox.runtime.describe(one_file(tmp_path, code))
    problem: Any = caught.value
    assert isinstance(problem, PluginLoadError) or problem.where == "permissions"
