"""Killed, stopped, garbled: the hub goes on and nothing of the plugin is left."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import SameForAll
from plexihub.runtimes._framing import Hello
from plexihub.runtimes._governor import Governor
from plexihub.runtimes._guest import GuestInstance
from plexihub.runtimes._spawn import spawn
from plexihub_sdk.errors import PluginCrashedError, PluginLoadError, ProtocolError
from plexihub_sdk.ids import PluginId
from tests.support.launcher import shared_launcher
from tests.support.traces import find_leftovers, look
from tests.zoo.sandbox import Door, Sandbox, make_sandbox

HELLO = Path(__file__).parents[2] / "examples" / "sandboxed" / "hello-world.ts"

#: A guest that greets properly and then does whatever `{then}` says with the pipe.
IMPOSTOR = """
import json, os, struct, sys, time
def read():
    size, = struct.unpack(">I", os.read(0, 4))
    return json.loads(os.read(0, size))
def raw(data): os.write(1, data)
def frame(text): return struct.pack(">I", len(text)) + text
def send(text): raw(frame(text))
def say(**what): send(json.dumps(what).encode())
def result(value): send(b'{{"type":"result","id":1,"value":' + value + b'}}')
def request(n): return frame(json.dumps(
    dict(type="request", id=n, call=0, method="m", params={{}})).encode())
hello = read()
ready = dict(type="ready", protocol=1, nonce=hello["nonce"], plugin={{}}, hooks=["onDashboardLoad"])
{greet}
call = read()
{then}
time.sleep(30)
"""
GREET = "say(**ready)"


async def impostor(
    then: str, greet: str = GREET, keeper: SameForAll | None = None
) -> GuestInstance:
    """Start a process that speaks the protocol as badly as told."""
    code = IMPOSTOR.format(then=then, greet=greet)
    child = spawn([sys.executable, "-I", "-S", "-c", code], env={}, cwd=Path("/"))
    governor = Governor(keeper or SameForAll())
    guest = GuestInstance(child, PluginId("impostor"), dispatch=Door().dispatch, governor=governor)
    try:
        await guest.greet(Hello("a-nonce", "file:///nothing.ts", "impostor"), 5)
    except BaseException:
        await guest.stop()
        raise
    return guest


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """Give a sandbox with the usual limits."""
    return make_sandbox(tmp_path)


BAD_ANSWERS = {
    "no length": "raw(bytes(4))",
    "huge length": "raw(bytes([255] * 4))",
    "no json": "send(b'soup')",
    "no utf-8": """send(b'{"type":"log","level":"info","text":"\\xff"}')""",
    "no object": "send(b'[]')",
    "unknown type": "say(type='exec', id=1)",
    "unknown field": "say(type='result', id=1, value=1, actor='admin')",
    "missing field": "say(type='result', value=1)",
    "wrong id": "say(type='result', id=99, value=1)",
    "too deep": "result(b'[' * 65 + b']' * 65)",
    "hidden depth": """result(b'["]",' * 65 + b'0' + b']' * 65)""",
    "far too deep": "result(b'[' * 99999 + b']' * 99999)",
    "unknown error": "say(type='error', id=1, error=dict(code='root', message=''))",
    "unknown level": "say(type='log', level='root', text='')",
    "second greeting": "say(**ready)",
    "log flood": "while True: say(type='log', level='info', text='x' * 9999)",
    "request flood": "raw(b''.join(request(n) for n in range(1000)))",
    "limit of another kind": "say(type='limit', limit='memory_mb', measured=1)",
    "limit without a number": "say(type='limit', limit='message_mb', measured=-1)",
}


@pytest.mark.anyio
@pytest.mark.checklist("A-23")
@pytest.mark.parametrize("then", BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
async def test_garbage_ends_the_guest(then: str) -> None:
    """What no guest of ours sends is a breach of protocol: the call fails, the process ends."""
    guest = await impostor(then)
    try:
        with pytest.raises(ProtocolError):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        end = await asyncio.wait_for(asyncio.shield(guest.ended), 5)
        assert not end.expected
        assert end.reason.startswith("broke the protocol and was stopped: It ")
    finally:
        await guest.stop()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("huge length", "message_mb"),
        ("too deep", "message_depth"),
        ("request flood", "in_flight"),
    ],
)
async def test_limit_that_ends_a_guest_is_told(name: str, limit: str) -> None:
    """Which limit it was, and that the process was ended for it, is taken note of once."""
    keeper = SameForAll()
    guest = await impostor(BAD_ANSWERS[name], keeper=keeper)
    try:
        with pytest.raises(ProtocolError):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
    finally:
        await guest.stop()
    [(plugin, told)] = keeper.breaches
    assert (plugin, told.limit, told.did) == ("impostor", limit, "killed")
    assert told.measured > told.allowed


@pytest.mark.anyio
@pytest.mark.parametrize(
    "greet",
    [
        "ready['nonce'] = 'guessed'; " + GREET,
        "ready['protocol'] = 2; " + GREET,
        'send(b\'{"type":"result","id":1,"value":1}\')',
        "sys.exit('cannot go on')",
    ],
)
async def test_wrong_greeting_is_refused(greet: str) -> None:
    """A process that does not introduce itself as it should is not let in."""
    with pytest.raises((PluginLoadError, ProtocolError)):
        await impostor("", greet)


@pytest.mark.anyio
async def test_second_answer_ends_the_guest() -> None:
    """A call is answered once."""
    guest = await impostor("result(b'1'); result(b'2')")
    assert await guest.call_hook("onDashboardLoad", {}, CallContext()) == 1
    assert "It answered call 1, which nobody waits for." in (await guest.ended).reason
    await guest.stop()


@pytest.mark.anyio
async def test_message_in_pieces_is_whole() -> None:
    """Bytes may come one at a time."""
    slow = (
        'text = b\'{"type":"result","id":1,"value":[1,2]}\'\n'
        "for byte in struct.pack('>I', len(text)) + text: raw(bytes([byte])); time.sleep(0.001)"
    )
    guest = await impostor(slow)
    assert await guest.call_hook("onDashboardLoad", {}, CallContext()) == [1, 2]
    await guest.stop()


@pytest.mark.anyio
async def test_guest_that_never_reads_is_ended() -> None:
    """A full pipe neither blocks the hub nor fills its memory."""
    guest = await impostor("", GREET + "; time.sleep(20)")
    calls = [
        asyncio.create_task(
            guest.call_hook("onDashboardLoad", {"pad": "x" * 3_000_000}, CallContext().within(0.5))
        )
        for _ in range(8)
    ]
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(error, Exception) for error in done)
    assert "did not answer" in (await guest.ended).reason
    await guest.stop()


@pytest.mark.anyio
async def test_frozen_guest_is_ended(sandbox: Sandbox) -> None:
    """A process stopped by a signal is a process that does not answer."""
    async with sandbox.running(HELLO) as guest:
        os.kill(guest.stats().pid or 0, signal.SIGSTOP)
        with pytest.raises(Exception, match="did not answer"):
            await guest.call_hook("onDashboardLoad", {}, CallContext().within(0.3))
        assert not (await guest.ended).expected


@pytest.mark.anyio
@pytest.mark.checklist("A-05", "A-40")
async def test_death_of_one_leaves_the_others(sandbox: Sandbox) -> None:
    """Each plugin has a process of its own."""
    async with sandbox.running(HELLO) as first, sandbox.running(HELLO) as second:
        os.kill(first.stats().pid or 0, signal.SIGKILL)
        await first.ended
        with pytest.raises(PluginCrashedError):
            await first.call_hook("onDashboardLoad", {}, CallContext())
        assert await second.call_hook("onDashboardLoad", {}, CallContext())


@pytest.mark.anyio
async def test_twenty_starts_leave_no_trace(sandbox: Sandbox) -> None:
    """No process, descriptor, thread or task is left of twenty starts and stops."""
    async with sandbox.running(HELLO):
        pass
    before, tasks = await asyncio.to_thread(look), len(asyncio.all_tasks())
    for _ in range(20):
        async with sandbox.running(HELLO) as guest:
            assert await guest.call_hook("onDashboardLoad", {}, CallContext())
    assert len(asyncio.all_tasks()) == tasks
    assert await asyncio.to_thread(find_leftovers, before) == []
    if "root" in await shared_launcher().plan():  # or its cache is a folder of the hub's
        folders = await asyncio.to_thread(lambda: list((sandbox.data / "deno").iterdir()))
        assert folders == []


def test_default_loop_serves_as_well(tmp_path: Path) -> None:
    """Python's own event loop will do."""
    sandbox = make_sandbox(tmp_path)

    async def journey() -> object:
        async with sandbox.running(HELLO) as guest:
            await guest.call_hook("onDashboardLoad", {}, CallContext())
            os.kill(guest.stats().pid or 0, signal.SIGKILL)
            return (await guest.ended).reason

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        assert runner.run(journey()) == "was ended by SIGKILL"


@pytest.mark.anyio
@pytest.mark.parametrize("has_setpriv", [True, False])
async def test_guest_dies_with_the_hub(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, has_setpriv: bool
) -> None:
    """Whoever kills the hub leaves no plugin running, and a guest gains no privilege."""
    hub = tmp_path / "hub.py"
    hub.write_text(
        "import os, pathlib, sys, time\n"
        "from plexihub.runtimes import _spawn\n"
        f"if not {has_setpriv}: _spawn._setpriv = lambda: None\n"
        "line = [sys.executable, '-I', '-S', '-c', 'import time; print(1); time.sleep(60)']\n"
        "child = _spawn.spawn(line, env={}, cwd=pathlib.Path('/'))\n"
        "os.set_blocking(child.pipe.fileno(), True)\n"
        "time.sleep(0.3)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n",
        encoding="utf-8",
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(hub), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    guest = int(await asyncio.wait_for(process.stdout.readline(), 10))
    pidfd = os.pidfd_open(guest)
    try:
        status = await asyncio.to_thread(Path(f"/proc/{guest}/status").read_text)
        assert "NoNewPrivs:\t1" in status
        process.kill()
        await process.wait()
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(pidfd, ended.set)
        await asyncio.wait_for(ended.wait(), 5)
        asyncio.get_running_loop().remove_reader(pidfd)
    finally:
        os.close(pidfd)


@pytest.mark.anyio
async def test_guest_inherits_nothing_else(tmp_path: Path) -> None:
    """Only the pipe and standard error are open in a guest, and its environment is what it got."""
    ours, theirs = socket.socketpair()
    os.set_inheritable(theirs.fileno(), True)
    code = (
        "import os; os.write(1, repr((sorted(map(int, os.listdir('/proc/self/fd')))[:4],"
        " sorted(os.environ), os.getcwd())).encode())"
    )
    child = spawn([sys.executable, "-I", "-S", "-c", code], env={"ONLY": "this"}, cwd=tmp_path)
    child.pipe.setblocking(True)
    seen = await asyncio.to_thread(child.pipe.recv, 4096)
    await asyncio.to_thread(child.reap)
    child.pipe.close()
    ours.close()
    theirs.close()
    opened, names, folder = eval(seen)  # noqa: S307 - repr of what our own code printed
    assert opened == [0, 1, 2, 3]  # 3 is the listing itself
    assert set(names) <= {"ONLY", "LC_CTYPE"}
    assert folder == str(tmp_path)
