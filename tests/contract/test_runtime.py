"""What every sandboxed runtime does: one suite, each implementation.

A runtime joins by a `Kind` that says how its plugins are written.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.limits import Limits, SameForAll
from plexihub.kernel.ports import Dispatch, PluginInstance, PluginRuntime, PluginSource
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.process.runtime import ProcessRuntime
from plexihub_sdk.errors import (
    LimitExceededError,
    ManifestError,
    NotFoundError,
    PermissionDenied,
    PluginCrashedError,
    PluginLoadError,
    PluginRaisedError,
    PluginTimeoutError,
    Veto,
)
from plexihub_sdk.ids import UserId
from tests.support.launcher import shared_launcher
from tests.zoo.sandbox import Door, write

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, slots=True)
class Kind:
    """How one runtime's plugins are written.

    Args:
        file: Name of a plugin's file.
        code: A plugin that has every behaviour the suite asks for.
        make: Builds the runtime.
    """

    file: str
    code: str
    make: Callable[[Dispatch, Path], PluginRuntime]


DENO = Kind(
    "every-way.ts",
    """
    export default {
      id: "every-way", version: "1.2.3", permissions: ["events:emit"], author: "Ada",
      hooks: {
        async onDashboardLoad(context: HookContext, plugin: any) {
          switch (context.how) {
            case "echo": return context;
            case "change": context.list.push("changed"); return;
            case "raise": throw new TypeError("no such widget");
            case "veto": throw new Veto("not on a Sunday");
            case "hang": return new Promise(() => {});
            case "wait":
              await new Promise((done) => setTimeout(done, context.ms));
              return context.ms;
            case "large": return "x".repeat(context.size);
            case "who": return [plugin.id, plugin.userId, globalThis.plugin.userId];
            case "emit":
              try { return { answer: await plugin.api.emit("tick", { n: 1 }) }; }
              catch (error) {
                return { denied: error instanceof PermissionDenied, code: error.code,
                  permission: error.permission, message: error.message, next: error.next };
              }
            case "uncaught": await plugin.api.emit("tick");
            case "late": setTimeout(() => plugin.api.emit("late"), 30); return "soon";
          }
        },
        onAuthSuccess() {},
      },
    };
    """,
    lambda dispatch, data: DenoRuntime(
        dispatch,
        find_deno(),
        SameForAll(Limits(call_seconds=2.0)),
        launcher=shared_launcher(),
        data_root=data,
    ),
)


#: Its processes are started before anybody knows for which plugin.
READY = Kind(
    DENO.file,
    DENO.code,
    lambda dispatch, data: DenoRuntime(
        dispatch,
        find_deno(),
        SameForAll(Limits(call_seconds=2.0)),
        launcher=shared_launcher(),
        data_root=data,
        home=data.parent,
        ready=lambda: 1,
    ),
)


PYTHON = Kind(
    "every_way.py",
    """
import asyncio

from plexihub_sdk import PermissionDenied, Veto
from plexihub_sdk.sandbox import plugin as the_plugin

PLUGIN = {"id": "every-way", "permissions": ["events:emit"]}
__version__ = "1.2.3"
__author__ = "Ada"
late = set()


async def on_dashboard_load(context, plugin):
    match context["how"]:
        case "echo":
            return context
        case "change":
            context["list"].append("changed")
        case "raise":
            raise TypeError("no such widget")
        case "veto":
            raise Veto("not on a Sunday")
        case "hang":
            await asyncio.Future()
        case "wait":
            await asyncio.sleep(context["ms"] / 1000)
            return context["ms"]
        case "large":
            return "x" * context["size"]
        case "who":
            return [plugin.id, plugin.user_id, the_plugin.user_id]
        case "emit":
            try:
                return {"answer": await plugin.api.emit("tick", {"n": 1})}
            except Exception as error:
                return {
                    "denied": isinstance(error, PermissionDenied),
                    "code": error.code,
                    "permission": getattr(error, "permission", None),
                    "message": error.message,
                    "next": error.next,
                }
        case "uncaught":
            await plugin.api.emit("tick")
        case "late":
            async def emit():
                await asyncio.sleep(0.03)
                await plugin.api.emit("late")
            late.add(asyncio.create_task(emit()))
            return "soon"


def on_auth_success():
    pass
""",
    lambda dispatch, _data: ProcessRuntime(
        dispatch, SameForAll(Limits(call_seconds=2.0)), launcher=shared_launcher()
    ),
)


@pytest.fixture(params=[DENO, READY, PYTHON], ids=["deno", "deno-ready", "python"])
def kind(request: pytest.FixtureRequest) -> Kind:
    """Give each runtime in turn."""
    found: Kind = request.param
    return found


@pytest.fixture
def door() -> Door:
    """Give what stands in the gateway's place."""
    return Door(answer="heard")


@pytest.fixture
async def runtime(kind: Kind, door: Door, tmp_path: Path) -> AsyncIterator[PluginRuntime]:
    """Give the runtime."""
    made = kind.make(door.dispatch, tmp_path / "data")
    yield made
    if isinstance(made, DenoRuntime):
        await made.pool.close()


async def ready_pids(runtime: PluginRuntime) -> list[int]:
    """Wait until a process is ready, where this runtime keeps some."""
    if not isinstance(runtime, DenoRuntime) or not runtime.pool.size:
        return []
    async with asyncio.timeout(20):
        while not runtime.pool.pids:  # noqa: ASYNC110 - it is filled elsewhere
            await asyncio.sleep(0.01)
    return runtime.pool.pids


@asynccontextmanager
async def started(runtime: PluginRuntime, path: Path) -> AsyncIterator[PluginInstance]:
    """Run the plugin at `path` inside of the block."""
    manifest = await runtime.describe(path)
    source = PluginSource(root=path.parent, manifest=manifest, data_dir=path.parent)
    ready = await ready_pids(runtime)
    instance = await runtime.start(source)
    assert not ready or instance.stats().pid in ready
    try:
        yield instance
    finally:
        await instance.stop()


@pytest.fixture
async def plugin(
    runtime: PluginRuntime, kind: Kind, tmp_path: Path
) -> AsyncIterator[PluginInstance]:
    """Give a running plugin that has every behaviour."""
    async with started(runtime, write(tmp_path / "plugin", kind.file, kind.code)) as instance:
        yield instance


async def call(plugin: PluginInstance, how: str, **more: object) -> object:
    """Call its hook for one behaviour."""
    return await plugin.call_hook("onDashboardLoad", {"how": how, **more}, CallContext())


async def test_describe_reads_what_the_code_says(
    runtime: PluginRuntime, kind: Kind, tmp_path: Path
) -> None:
    """The manifest of a bare file is its own export."""
    manifest = await runtime.describe(write(tmp_path, kind.file, kind.code))
    said = (manifest.id, manifest.version, manifest.author, manifest.entrypoint)
    assert said == ("every-way", "1.2.3", "Ada", kind.file)
    assert manifest.hooks == ("onDashboardLoad", "onAuthSuccess")
    assert manifest.permissions == ("events:emit",)


async def test_describe_of_unknown_path_is_refused(runtime: PluginRuntime, tmp_path: Path) -> None:
    """What is no plugin is named."""
    with pytest.raises(PluginLoadError, match="nothing-here"):
        await runtime.describe(tmp_path / "nothing-here")


async def test_instance_names_its_hooks(plugin: PluginInstance) -> None:
    """The hooks are those it has."""
    assert plugin.hooks == ("onDashboardLoad", "onAuthSuccess")


async def test_answer_is_a_copy(plugin: PluginInstance) -> None:
    """Values come back equal, and nothing is shared."""
    given = {"text": "Grüße 👋", "deep": {"list": [1, 2.5, None, True]}, "how": "echo"}
    assert await call(plugin, **given) == given  # type: ignore[arg-type] # `how` is among them


async def test_change_in_place_is_the_answer(plugin: PluginInstance) -> None:
    """A hook that returns nothing answers what it changed."""
    assert await call(plugin, "change", list=["a"], kept=1) == {"list": ["a", "changed"]}
    assert await plugin.call_hook("onAuthSuccess", {"userId": "u"}, CallContext()) is None


async def test_raising_plugin_lives_on(plugin: PluginInstance) -> None:
    """An error of the plugin's own costs the call only."""
    with pytest.raises(PluginRaisedError, match="TypeError: no such widget"):
        await call(plugin, "raise")
    assert await call(plugin, "echo") == {"how": "echo"}


async def test_veto_carries_its_reason(plugin: PluginInstance) -> None:
    """A refusal comes with the reason and whose it is."""
    with pytest.raises(Veto) as caught:
        await call(plugin, "veto")
    assert (caught.value.reason, caught.value.plugin) == ("not on a Sunday", "every-way")


@pytest.mark.checklist("A-17", "A-23")
async def test_late_plugin_is_ended(plugin: PluginInstance) -> None:
    """A call past its deadline raises, ends the instance, and says why."""
    with pytest.raises(PluginTimeoutError):
        await plugin.call_hook("onDashboardLoad", {"how": "hang"}, CallContext().within(0.2))
    end = await asyncio.wait_for(asyncio.shield(plugin.ended), 5)
    assert not end.expected
    assert "did not answer onDashboardLoad within 0.2 s" in end.reason


async def test_deadline_of_the_past_spares_the_plugin(plugin: PluginInstance) -> None:
    """A call for which no time is left is refused before it is made."""
    with pytest.raises(PluginTimeoutError):
        await plugin.call_hook("onDashboardLoad", {"how": "echo"}, CallContext().within(-1))
    assert await call(plugin, "echo") == {"how": "echo"}


@pytest.mark.checklist("A-23")
async def test_killed_plugin_fails_its_calls(plugin: PluginInstance) -> None:
    """A process that dies in the middle of a call fails it, and the reason names the signal."""
    calls = [asyncio.create_task(call(plugin, "hang")) for _ in range(3)]
    await asyncio.sleep(0.1)
    pid = plugin.stats().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    for waiting in calls:
        with pytest.raises(PluginCrashedError, match="SIGKILL"):
            await waiting
    assert "SIGKILL" in (await plugin.ended).reason


async def test_ended_plugin_refuses_calls(plugin: PluginInstance) -> None:
    """After its end a call fails at once."""
    await plugin.stop()
    assert (await plugin.ended).expected
    with pytest.raises(PluginCrashedError):
        await call(plugin, "echo")


async def test_cancelled_call_harms_no_other(plugin: PluginInstance) -> None:
    """A caller that goes away leaves the plugin serving."""
    waiting = asyncio.create_task(call(plugin, "wait", ms=100))
    await asyncio.sleep(0.03)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await call(plugin, "echo") == {"how": "echo"}
    await asyncio.sleep(0.15)
    assert await call(plugin, "echo") == {"how": "echo"}


async def test_calls_overtake_one_another(plugin: PluginInstance) -> None:
    """A slow call does not hold up a quick one."""
    slow = asyncio.create_task(call(plugin, "wait", ms=200))
    await asyncio.sleep(0.02)
    assert await call(plugin, "wait", ms=1) == 1
    assert not slow.done()
    assert await slow == 200


async def test_sixty_five_calls_at_once_are_too_many(plugin: PluginInstance) -> None:
    """Sixty-four calls are served together, and one more is refused."""
    calls = [asyncio.create_task(call(plugin, "wait", ms=200)) for _ in range(64)]
    await asyncio.sleep(0.05)
    with pytest.raises(LimitExceededError):
        await call(plugin, "echo")
    assert await asyncio.gather(*calls) == [200] * 64


@pytest.mark.parametrize("size", [100, 70_000, 1_000_000, 4 * 1024 * 1024 - 200])
async def test_large_values_pass(plugin: PluginInstance, size: int) -> None:
    """Values up to the limit pass in both directions."""
    assert await call(plugin, "large", size=size, padding="y" * (size // 2)) == "x" * size


async def test_oversize_payload_is_refused(plugin: PluginInstance) -> None:
    """A payload beyond a limit never leaves, and the plugin is none the wiser."""
    deep: list[object] = []
    for _ in range(70):
        deep = [deep]
    for payload in ({"text": "x" * 5_000_000}, {"deep": deep}, {"what": object()}):
        with pytest.raises(LimitExceededError):
            await call(plugin, "echo", **payload)
    assert await call(plugin, "echo") == {"how": "echo"}


async def test_request_is_made_within_its_call(plugin: PluginInstance, door: Door) -> None:
    """The gateway sees the plugin, the person and the trace of the call."""
    ctx = CallContext(actor=Actor("user", "u-1", "Ada"), rights=frozenset({"events:emit"}))
    answer = await plugin.call_hook("onDashboardLoad", {"how": "emit"}, ctx)
    assert answer == {"answer": "heard"}
    [(seen, method, params)] = door.asked
    assert (method, params) == ("events.emit", {"name": "tick", "data": {"n": 1}})
    assert (seen.actor.kind, seen.actor.id) == ("plugin", "every-way")
    assert (seen.on_behalf_of, seen.rights) == ("u-1", ctx.rights)
    assert seen.trace == ctx.trace
    assert seen.deadline <= ctx.deadline


async def test_request_after_its_call_is_nobodys(plugin: PluginInstance, door: Door) -> None:
    """What a plugin asks for when its call has ended is done for no person."""
    ctx = CallContext(actor=Actor("user", "u-1", "Ada"), rights=frozenset({"admin:users"}))
    await plugin.call_hook("onDashboardLoad", {"how": "late"}, ctx)
    await asyncio.sleep(0.15)
    [(seen, _method, _params)] = door.asked
    assert (seen.actor.id, seen.on_behalf_of) == ("every-way", None)
    assert "admin:users" not in seen.rights


@pytest.mark.checklist("A-22")
async def test_refusal_reaches_the_plugin(plugin: PluginInstance, door: Door) -> None:
    """A denied request raises in the plugin and names the permission."""
    door.error = PermissionDenied("events:emit")
    assert await call(plugin, "emit") == {
        "denied": True,
        "code": "permission_denied",
        "permission": "events:emit",
        "message": "The permission 'events:emit' is needed and was not granted.",
        "next": door.error.next,
    }
    with pytest.raises(PluginRaisedError, match="PermissionDenied: The permission 'events:emit'"):
        await call(plugin, "uncaught")


@pytest.mark.parametrize("error", [NotFoundError("There is no such thing."), RuntimeError("bug")])
async def test_failing_request_is_answered(
    plugin: PluginInstance, door: Door, error: Exception
) -> None:
    """Whatever fails in the hub, the plugin is told, and of a bug nothing but that it was one."""
    door.error = error
    answer = await call(plugin, "emit")
    assert isinstance(answer, dict)
    assert answer["code"] in {"not_found", "error"}
    assert "bug" not in answer["message"]


async def test_person_is_known_in_every_call(plugin: PluginInstance) -> None:
    """Two calls at once know their own persons."""
    payload = {"how": "who"}
    ada, bob = (CallContext(on_behalf_of=UserId(name)) for name in ("ada", "bob"))
    answers = await asyncio.gather(
        plugin.call_hook("onDashboardLoad", payload, ada),
        plugin.call_hook("onDashboardLoad", payload, bob),
        plugin.call_hook("onDashboardLoad", payload, CallContext()),
    )
    assert list(answers) == [
        ["every-way", "ada", "ada"],
        ["every-way", "bob", "bob"],
        ["every-way", None, None],
    ]


async def test_stats_are_measured(plugin: PluginInstance) -> None:
    """Process, memory and processor time are those of the plugin's own process."""
    stats = plugin.stats()
    assert stats.pid != os.getpid()
    assert stats.memory_mb is not None
    assert 0.1 < stats.memory_mb < 100
    assert stats.cpu_seconds is not None


async def test_stop_twice_is_safe(plugin: PluginInstance) -> None:
    """Stopping ends the process; stopping again does nothing."""
    pid = plugin.stats().pid
    await plugin.stop()
    await plugin.stop()
    assert (await plugin.ended).expected
    with pytest.raises(ProcessLookupError):
        os.kill(pid or 0, 0)


async def test_other_plugin_than_installed_is_refused(
    runtime: PluginRuntime, kind: Kind, tmp_path: Path
) -> None:
    """Code whose id is not the installed one does not start, and leaves nothing."""
    path = write(tmp_path, kind.file, kind.code)
    manifest = await runtime.describe(path)
    path.write_text(kind.code.replace("every-way", "another-way"), encoding="utf-8")
    with pytest.raises(ManifestError, match="another-way"):
        await runtime.start(PluginSource(root=tmp_path, manifest=manifest, data_dir=tmp_path))
