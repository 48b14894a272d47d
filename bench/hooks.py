"""Hook dispatch with 0, 1, 10 and 100 handlers, one of them raising or refusing.

Beside us pluggy, and as the floor a plain loop over the functions. Neither of them isolates: with
one handler that raises, the loop is given the `try` it needs, and pluggy runs without the bad one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pluggy
import uvloop

from bench.case import Case, Run, awaited, each
from plexihub.kernel.context import CallContext, entered
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.plain import Needs, needs
from plexihub.kernel.plugins import CallBook, PluginRecord, PluginRegistry
from plexihub.kernel.ports import AuditEntry, AuditSink, StoredPlugin
from plexihub_sdk.errors import Veto
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

COUNT = 20_000
Payload = dict[str, Any]
Function = Callable[[Payload], None]
spec = pluggy.HookspecMarker("bench")
impl = pluggy.HookimplMarker("bench")


def good(payload: Payload) -> None:
    """Do the least a handler does."""
    payload["seen"] = True


def bad(payload: Payload) -> None:
    """Fail as a handler does."""
    raise ValueError(payload)


def refuse(payload: Payload) -> None:
    """Refuse as a handler does."""
    raise Veto("bench", plugin=str(len(payload)))


class Spec:
    """The hook as pluggy wants it."""

    @spec
    def happen(self, payload: Payload) -> None:
        """Be told of what is about to happen."""


class Plugin:
    """A handler as pluggy wants it."""

    @impl
    def happen(self, payload: Payload) -> None:
        """Do what `good` does."""
        payload["seen"] = True


class NoAudit(AuditSink):
    """An audit that costs nothing, so that the dispatch alone is measured."""

    def append(self, entry: AuditEntry) -> None:
        """Let it go."""


def with_pluggy(handlers: int) -> Callable[[], object]:
    """Make the same call through pluggy."""
    plugins = pluggy.PluginManager("bench")
    plugins.add_hookspecs(Spec)
    for _ in range(handlers):
        plugins.register(Plugin())
    payload: Payload = {}
    return lambda: plugins.hook.happen(payload=payload)


def plain_loop(functions: Sequence[Function]) -> Callable[[int], Coroutine[Any, Any, None]]:
    """Make the floor: call one function after the other."""

    async def work(count: int) -> None:
        payload: Payload = {}
        for _ in range(count):
            for function in functions:
                function(payload)

    return work


def guarded_loop(functions: Sequence[Function]) -> Callable[[int], Coroutine[Any, Any, None]]:
    """Make the floor with a `try` around each function."""

    async def work(count: int) -> None:
        payload: Payload = {}
        for _ in range(count):
            for function in functions:
                try:
                    function(payload)
                except ValueError:
                    continue

    return work


def ours(
    table: HookTable, name: str, payload: Payload
) -> Callable[[int], Coroutine[Any, Any, None]]:
    """Make a call of our hook table."""

    async def work(count: int) -> None:
        with entered(CallContext()):
            for _ in range(count):
                await table.call(name, payload)

    return work


def vetoed(table: HookTable, name: str) -> Callable[[int], Coroutine[Any, Any, None]]:
    """Make a call that a handler refuses."""

    async def work(count: int) -> None:
        with entered(CallContext()):
            for _ in range(count):
                with suppress(Veto):
                    await table.call(name, {})

    return work


def fill(table: HookTable) -> None:
    """Register what is called."""
    table.add("bench.one", good)
    for _ in range(9):
        table.add("bench.ten", good)
    table.add("bench.ten", bad)
    for _ in range(100):
        table.add("bench.hundred", good)
    table.add("bench.refused", good)
    table.add("bench.refused", refuse)
    add_owned(table, "bench.plugin", Needs(wait=False))
    add_owned(table, "bench.waits", Needs(wait=True))
    table.add("user.creating", good)


def add_owned(table: HookTable, name: str, needed: Needs) -> None:
    """Register a plugin's handler as the runtime does, with what the plugin needs."""
    token = needs.set(needed)
    table.add(name, good, owner=PluginId("bench"))
    needs.reset(token)


def make_table() -> HookTable:
    """Make the table as the kernel makes it, with the book that counts a plugin's calls."""
    registry = PluginRegistry()
    registry.add(PluginRecord(make_plugin(), "enabled"))
    book = CallBook(registry, NoAudit())
    return HookTable(Ownership(), lambda _name, _plugin, _error: None, book.note)


def make_plugin() -> StoredPlugin:
    """Make what the registry knows of the plugin."""
    plugin = PluginId("bench")
    manifest = Manifest(id=plugin, version="1.0.0", entrypoint="bench.py", name="Bench")
    return StoredPlugin(
        id=plugin, manifest=manifest, tier="trusted", runtime="trusted", root=Path()
    )


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Give every case of this module."""
    table = make_table()
    fill(table)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        yield [one for make in MAKERS for one in make(table, runner.run)]


def hook_cases(table: HookTable, run: Run) -> list[Case]:
    """Compare with the floor and with pluggy."""
    none, one, ten = "hook, no handler", "hook, 1 handler", "hook, 10 handlers, one raising"
    alone = "does not isolate"
    return [
        Case(
            group=none, name="PlexiHub", sample=awaited(run, ours(table, "bench.none", {}), COUNT)
        ),
        Case(group=none, name="pluggy", sample=each(with_pluggy(0), COUNT)),
        Case(
            group=one,
            name="plain loop",
            sample=awaited(run, plain_loop([good]), COUNT),
            baseline=True,
            note=alone,
        ),
        Case(
            group=one,
            name="PlexiHub",
            sample=awaited(run, ours(table, "bench.one", {}), COUNT),
            goal=0.4,
        ),
        Case(group=one, name="pluggy", sample=each(with_pluggy(1), COUNT), note=alone),
        Case(
            group=ten,
            name="loop with try",
            sample=awaited(run, guarded_loop([good] * 9 + [bad]), COUNT),
            baseline=True,
        ),
        Case(
            group=ten,
            name="PlexiHub",
            sample=awaited(run, ours(table, "bench.ten", {}), COUNT),
            goal=3.0,
        ),
        Case(
            group=ten,
            name="pluggy",
            sample=each(with_pluggy(10), COUNT),
            note=f"{alone}: none raises",
        ),
    ]


def many_cases(table: HookTable, run: Run) -> list[Case]:
    """Compare with a hundred handlers, and measure a refusal."""
    hundred, refused = "hook, 100 handlers", "hook, 2 handlers, the second refusing"
    alone = "does not isolate"
    return [
        Case(
            group=hundred,
            name="plain loop",
            sample=awaited(run, plain_loop([good] * 100), COUNT // 10),
            baseline=True,
            note=alone,
        ),
        Case(
            group=hundred,
            name="PlexiHub",
            sample=awaited(run, ours(table, "bench.hundred", {}), COUNT // 10),
            goal=30.0,
        ),
        Case(group=hundred, name="pluggy", sample=each(with_pluggy(100), COUNT // 10), note=alone),
        Case(
            group=refused,
            name="PlexiHub",
            sample=awaited(run, vetoed(table, "bench.refused"), COUNT),
            goal=10.0,
        ),
    ]


def own_cases(table: HookTable, run: Run) -> list[Case]:
    """Measure what more costs: the snapshot, the book of a plugin's calls; and the empty event."""
    person = {"username": "ada", "display_name": "Ada", "role": "member", "tags": ["new"]}
    bus = EventBus(Ownership(), lambda _name, _plugin, _error: None)
    return [
        Case(
            group="hook of the catalogue, 1 handler",
            name="PlexiHub",
            sample=awaited(run, ours(table, "user.creating", person), COUNT),
            note="with the snapshot that undoes a failing handler",
        ),
        Case(
            group="hook, 1 handler of a plugin",
            name="PlexiHub",
            sample=awaited(run, ours(table, "bench.plugin", {}), COUNT),
            baseline=True,
            note="owned, timed, counted and handed to the audit",
        ),
        Case(
            group="hook, 1 handler of a plugin",
            name="PlexiHub, handler may wait",
            sample=awaited(run, ours(table, "bench.waits", {}), COUNT),
            note="the same in a greenlet, since the plugin uses the database",
        ),
        Case(
            group="event nobody hears",
            name="PlexiHub",
            sample=each(lambda: bus.publish("bench.happened", None), COUNT),
            goal=0.1,
        ),
    ]


MAKERS = (hook_cases, many_cases, own_cases)
