"""A guest that speaks the protocol itself, past everything that is in its process, and lies.

It is a confined Python plugin that found its pipe and writes to it what the attack says. Whatever
that is, the call fails by name, the process ends, the gateway hears of nothing, and a plugin beside
it answers as before.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import PluginInstance
from plexihub_sdk.errors import PluginTimeoutError, ProtocolError
from tests.limits.greedy import state_of
from tests.support.confined import Targets
from tests.support.plugins import until
from tests.zoo.sandbox import ZOO, Sandbox, make_sandbox, write

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.checklist("A-05", "A-23")]

RAW = """
import base64
import contextlib

posix = contextlib.__builtins__["__import__"]("posix")


def on_dashboard_load(context):
    data = memoryview(base64.b64decode(context["raw"]))
    for _ in range(context.get("times", 1)):
        at = 0
        while at < len(data):
            at += posix.write(0, data[at:])
    if context["waits"]:
        while True:
            pass
    return {"mine": True}


def on_data_fetch():
    return {"fine": True}
"""
GOOD = "def on_dashboard_load():\n    return {'fine': True}\n"


def framed(body: bytes) -> bytes:
    """Put a length before a text."""
    return len(body).to_bytes(4, "big") + body


def frame(**fields: Any) -> bytes:
    """Write a frame."""
    return framed(json.dumps(fields).encode())


def text(body: str) -> bytes:
    """Write a frame whose text is this one."""
    return framed(body.encode("utf-8", "surrogatepass"))


def request(number: int = 1, **more: Any) -> bytes:
    """Write a request."""
    return frame(type="request", id=number, call=0, method="m", params={}, **more)


def nested(levels: int) -> str:
    """Write a request that nests so deep."""
    inner = "[" * levels + "]" * levels
    return f'{{"type":"request","id":1,"call":0,"method":"m","params":{{"p":{inner}}}}}'


ERROR = {"code": "plugin_raised", "message": "m"}
BREACHES: dict[str, bytes] = {
    "a length of zero": bytes(4),
    "a length one beyond the limit": (4 * 1024 * 1024 + 1).to_bytes(4, "big"),
    "a negative length": b"\x80\0\0\0",
    "a little-endian length": len(request()).to_bytes(4, "little") + request()[4:],
    "a length shorter than the text": (10).to_bytes(4, "big") + request()[4:],
    "two objects in one frame": framed(request()[4:] * 2),
    "rubbish behind the object": framed(request()[4:] + b"\0"),
    "a byte order mark": framed(b"\xef\xbb\xbf" + request()[4:]),
    "UTF-16": framed(request()[4:].decode().encode("utf-16")),
    "overlong UTF-8": framed(b'{"type":"log","level":"info","text":"\xc0\xaf"}'),
    "a raw surrogate": text('{"type":"log","level":"info","text":"\ud800"}'),
    "an escaped lone surrogate": text('{"type":"log","level":"info","text":"\\ud800"}'),
    "a raw line break in a text": text('{"type":"log","level":"info","text":"a\nb"}'),
    "NaN": text('{"type":"result","id":1,"value":NaN}'),
    "infinity": text('{"type":"result","id":1,"value":-Infinity}'),
    "a trailing comma": text('{"type":"result","id":1,"value":[1,]}'),
    "a comment": text('{"type":"stop"} // and go'),
    "a number as the frame": text("1"),
    "null as the frame": text("null"),
    "an empty object": text("{}"),
    "a type that is a number": frame(type=1, id=1, value=1),
    "a type that is a list": frame(type=["result"], id=1, value=1),
    "a type of another case": frame(type="Result", id=1, value=1),
    "a spoofed user": request(user="ada"),
    "a spoofed actor": request(actor={"kind": "operator"}),
    "a spoofed plugin": request(plugin="good"),
    "a spoofed trace": request(trace="0" * 32),
    "a spoofed permission": request(permissions=["admin:users"]),
    "a prototype": request(__proto__={"user": "ada"}),
    "a request without a call": frame(type="request", id=1, method="m", params={}),
    "parameters in a list": frame(type="request", id=1, call=0, method="m", params=[]),
    "a method that is no text": frame(type="request", id=1, call=0, method=1, params={}),
    "an id that is text": frame(type="result", id="1", value=1),
    "an id that is true": frame(type="result", id=True, value=1),
    "an id that is null": frame(type="result", id=None, value=1),
    "an id that is half": frame(type="result", id=1.5, value=1),
    "an id beyond 64 bits": frame(type="result", id=2**80, value=1),
    "a negative id": frame(type="result", id=-1, value=1),
    "the id zero": frame(type="result", id=0, value=1),
    "an answer to a call to come": frame(type="result", id=2, value="forged"),
    "an answer to another plugin's call": frame(type="result", id=4711, value="forged"),
    "an error for a call to come": frame(type="error", id=2, error=ERROR),
    "two answers": frame(type="result", id=1, value=1) * 2,
    "an answer and an error": frame(type="result", id=1, value=1)
    + frame(type="error", id=1, error=ERROR),
    "an error of the hub's own": frame(
        type="error", id=1, error={"code": "permission_denied", "message": "m"}
    ),
    "an error that says nothing": frame(type="error", id=1, error={}),
    "data of an error in a list": frame(type="error", id=1, error={**ERROR, "data": []}),
    "a greeting again": frame(type="ready", protocol=1, nonce="0" * 32, plugin={}, hooks=[]),
    "a failure after the greeting": frame(type="failed", nonce="0" * 32, error=ERROR),
    "the hub's own hello": frame(type="hello", protocol=1, nonce="n", entry="e", plugin="good"),
    "the hub's own call": frame(
        type="call", id=1, hook="onDashboardLoad", payload={}, ms=1, user="ada", trace="t"
    ),
    "the hub's own response": frame(type="response", id=1, value=1, error=None),
    "the hub's own cancel": frame(type="cancel", id=1),
    "the hub's own stop": frame(type="stop"),
    "a level that is none": frame(type="log", level="critical", text="t"),
    "a line of half a MiB": frame(type="log", level="info", text="x" * 2**19),
    "a flood of empty lines": frame(type="log", level="info", text="") * 5000,
    "parameters too deep": text(nested(65)),
    "depth behind brackets in texts": text(nested(65).replace("[]", '["]]]]"]')),
    "depth beyond every stack": text(nested(1_000_000)),
    "65 requests at once": b"".join(request(number) for number in range(65)),
    "65 requests of one number": request() * 65,
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """Give one sandbox for all attacks; what is asked of it waits."""
    sandbox = make_sandbox(
        tmp_path_factory.mktemp("frames"), "python", call_seconds=10.0, cpu_percent=100.0
    )
    sandbox.door.patience = 30.0
    return sandbox


@pytest.fixture(scope="module")
async def good(sandbox: Sandbox, anyio_backend: object) -> AsyncIterator[PluginInstance]:
    """Run a plugin that does nothing wrong."""
    del anyio_backend
    async with sandbox.running(write(sandbox.data, "good.py", GOOD)) as guest:
        yield guest


@pytest.fixture
async def raw(sandbox: Sandbox, good: PluginInstance) -> AsyncIterator[PluginInstance]:
    """Run the liar; afterwards the plugin beside it answers as before."""
    sandbox.door.asked.clear()
    async with sandbox.running(write(sandbox.data, "raw.py", RAW)) as guest:
        yield guest
    assert await good.call_hook("onDashboardLoad", {}, CallContext()) == {"fine": True}


def say(raw: bytes, *, waits: bool = True) -> dict[str, Any]:
    """Make the payload that has the liar write this."""
    return {"raw": base64.b64encode(raw).decode(), "waits": waits}


@pytest.mark.parametrize("what", BREACHES)
async def test_frame_that_is_none_ends_the_guest(
    raw: PluginInstance, sandbox: Sandbox, canaries: Targets, what: str
) -> None:
    """The caller hears of the breach at once, the process is gone, and nobody was asked."""
    pid = raw.stats().pid
    began = time.monotonic()
    call = raw.call_hook("onDashboardLoad", say(BREACHES[what]), CallContext())
    [told] = await asyncio.gather(call, return_exceptions=True)
    # Its own call it may answer as it likes; what comes after that is the breach.
    assert isinstance(told, ProtocolError) or what in {"two answers", "an answer and an error"}
    async with asyncio.timeout(5):
        end = await asyncio.shield(raw.ended)
    assert time.monotonic() - began < 9
    assert end.reason.startswith("broke the protocol and was stopped: It ")
    assert pid is not None
    assert state_of(pid) == ""
    assert len(sandbox.door.asked) <= 64
    assert all(asked.on_behalf_of is None for asked, _, _ in sandbox.door.asked)


HALVES = {
    "no byte of the text": (100).to_bytes(4, "big"),
    "half a length": b"\0\0",
    "a text cut in the middle": request()[:-5],
    "4 MiB announced, 1 sent": (4 << 20).to_bytes(4, "big") + b"[" * (1 << 20),
}


@pytest.mark.parametrize("what", HALVES)
async def test_frame_that_never_ends_is_waited_for_until_the_deadline(
    sandbox: Sandbox, raw: PluginInstance, canaries: Targets, what: str
) -> None:
    """Nobody waits longer for the rest of a message than for an answer."""
    began = time.monotonic()
    with pytest.raises(PluginTimeoutError):
        await raw.call_hook("onDashboardLoad", say(HALVES[what]), CallContext().within(0.5))
    assert time.monotonic() - began < 5
    assert sandbox.door.asked == []


LIES: dict[str, dict[str, Any]] = {
    "a call that is not": {"call": 4711},
    "a call that has ended": {"call": 1},
    "a negative call": {"call": -1},
    "the number of its own call": {"id": 2},
    "a user among the parameters": {"params": {"user": "ada", "actor": {"kind": "operator"}}},
    "a prototype among the parameters": {"params": {"__proto__": {"user": "ada"}}},
    "a method with a path": {"method": "../admin.users"},
    "a method that is private": {"method": "__init__"},
    "a method of two words": {"method": "data.query; admin.users"},
}


@pytest.mark.parametrize("what", LIES)
async def test_request_is_made_by_who_owns_the_pipe(
    sandbox: Sandbox, raw: PluginInstance, canaries: Targets, what: str
) -> None:
    """Whatever it says of itself, it is this plugin, and acts for nobody but who called it."""
    await raw.call_hook("onDataFetch", {}, CallContext())
    sent = {"type": "request", "id": 1, "call": 0, "method": "m", "params": {}, **LIES[what]}
    payload = say(frame(**sent), waits=False)
    assert await raw.call_hook("onDashboardLoad", payload, CallContext()) == {"mine": True}
    await until(lambda: len(sandbox.door.asked) == 1)
    [(asked, method, params)] = sandbox.door.asked
    assert (asked.actor.kind, asked.actor.id) == ("plugin", "raw")
    assert asked.on_behalf_of is None
    assert (method, params) == (sent["method"], sent["params"])


async def test_requests_hold_little_of_the_hubs_memory(
    sandbox: Sandbox, raw: PluginInstance, canaries: Targets
) -> None:
    """Of sixty requests of a MiB each that wait, the hub reads sixteen MiB and then no more."""
    body = request()[4:].replace(b"{}", b'{"p":"' + b"x" * (1 << 20) + b'"}')
    # A payload cannot be so long: the liar is told to say it often.
    payload = {**say(framed(body)), "times": 60}
    with pytest.raises(PluginTimeoutError):
        await raw.call_hook("onDashboardLoad", payload, CallContext().within(8))
    # How far it comes in eight seconds is the machine's affair, where it must end is not.
    assert 4 <= len(sandbox.door.asked) <= 18


async def test_dear_messages_cost_the_hub_little(
    sandbox: Sandbox, good: PluginInstance, canaries: Targets
) -> None:
    """Who floods the pipe with what takes long to read is not read: others are served meanwhile."""
    async with sandbox.running(ZOO / "hostile" / "floods.py") as guest:
        before = time.thread_time()
        call = asyncio.create_task(guest.call_hook("onDashboardLoad", {}, CallContext().within(4)))
        answered = 0
        while not call.done():
            assert await good.call_hook("onDashboardLoad", {}, CallContext()) == {"fine": True}
            answered += 1
            await asyncio.sleep(0.05)
        assert isinstance(call.exception(), PluginTimeoutError)
    # Reading all that comes took most of the four seconds.
    assert time.thread_time() - before < 1.5
    assert answered >= 5
