"""Deno processes that wait for a plugin: taken once, replaced, and gone with the hub."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import Limits, SameForAll
from plexihub.kernel.ports import PluginInstance, PluginSource
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub_sdk.errors import PluginLoadError, PluginRaisedError, PluginTimeoutError
from plexihub_sdk.ids import PluginId
from tests.support.launcher import shared_launcher
from tests.zoo.sandbox import Door

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.checklist("A-05", "A-23")]
CODE = """
import { word } from "./lib/word.ts";
export default {
  id: "%s", version: "1.0.0", permissions: [],
  hooks: {
    async onDashboardLoad(context: any) {
      if (context.read) return Object.keys(await import(context.read));
      if (context.hang) for (;;);
      return word;
    },
  },
};
"""


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - it comes about elsewhere
            await asyncio.sleep(0.01)


@dataclass(slots=True)
class Keeper(SameForAll):
    """Gives some plugins other limits than the rest."""

    others: dict[str, Limits] = field(default_factory=dict)

    def of(self, plugin: PluginId) -> Limits:
        """Answer the limits of one."""
        return self.others.get(plugin, self.limits)


@dataclass(slots=True)
class Home:
    """Plugins in a folder, and the runtime that keeps processes ready for them."""

    folder: Path
    keeper: Keeper
    runtime: DenoRuntime
    size: list[int]
    claimed: set[str] = field(default_factory=set)

    def write(self, name: str) -> Path:
        """Install a plugin of two modules."""
        lib = self.folder / name / "lib"
        lib.mkdir(parents=True)
        (lib / "word.ts").write_text(f'export const word: string = "{name}";', encoding="utf-8")
        main = self.folder / name / "main.ts"
        main.write_text(CODE % name, encoding="utf-8")
        (self.folder / name / "plugin.json").write_text(
            f'{{"id": "{name}", "version": "1.0.0", "entrypoint": "main.ts", "permissions": []}}',
            encoding="utf-8",
        )
        return main.parent

    @asynccontextmanager
    async def running(self, name: str) -> AsyncIterator[PluginInstance]:
        """Run a plugin inside of the block."""
        path = self.folder / name
        if not path.is_dir():
            self.write(name)
        manifest = await self.runtime.describe(path)
        ready = await self.full()
        source = PluginSource(root=path, manifest=manifest, data_dir=self.folder.parent)
        instance = await self.runtime.start(source)
        if instance.stats().pid in ready:
            self.claimed.add(name)
        try:
            yield instance
        finally:
            await instance.stop()

    async def full(self) -> list[int]:
        """Wait until as many are ready as are to be."""
        await until(lambda: len(self.runtime.pool.pids) == self.size[0])
        return self.runtime.pool.pids


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """Give a home that keeps one process ready."""
    keeper, size = Keeper(Limits(call_seconds=2.0)), [1]
    runtime = DenoRuntime(
        Door().dispatch,
        find_deno(),
        keeper,
        launcher=shared_launcher(),
        data_root=tmp_path,
        home=tmp_path / "plugins",
        ready=lambda: size[0],
    )
    yield Home(tmp_path / "plugins", keeper, runtime, size)
    await runtime.pool.close()


async def call(plugin: PluginInstance, **context: object) -> object:
    """Call its hook."""
    return await plugin.call_hook("onDashboardLoad", context, CallContext())


def seen(pid: int) -> tuple[str, ...]:
    """Read what is around a process, and its niceness."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    fields = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    shared = [str(Path(f"/proc/{pid}/ns/{kind}").readlink()) for kind in ("net", "mnt", "ipc")]
    nice = str(os.getpriority(os.PRIO_PROCESS, pid))
    return (*(fields[name] for name in ("NoNewPrivs", "Seccomp", "CapEff")), *shared, nice)


def is_there(pid: int) -> bool:
    """Whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_nothing_is_ready_before_somebody_needed_one(home: Home) -> None:
    """A hub without plugins for Deno pays nothing."""
    home.runtime.pool.resize()
    await asyncio.sleep(0.3)
    assert home.runtime.pool.pids == []


async def test_two_plugins_never_share_a_process(home: Home) -> None:
    """Each takes one that nobody had, whose place another fills; neither sees the other's files."""
    async with home.running("one") as one, home.running("two") as two:
        pids = [one.stats().pid, two.stats().pid]
        assert home.claimed == {"one", "two"}
        assert [await call(one), await call(two)] == ["one", "two"]
        with pytest.raises(PluginRaisedError, match="Module not found"):
            await call(two, read=(home.folder / "one" / "lib" / "word.ts").as_uri())
        assert len({*pids, *await home.full()}) == 3


async def test_ready_process_is_confined_like_any_other(home: Home) -> None:
    """It has left the host's files and network behind, and stands back, before it has a plugin."""
    async with home.running("one") as plugin:
        [ready] = await home.full()
        ours = seen(plugin.stats().pid or 0)
        assert (ours[:3], ours[6]) == (seen(ready)[:3], seen(ready)[6])
        assert not set(ours[3:6]) & set(seen(ready)[3:6])
        assert seen(ready)[:3] == ("1", "2", "0000000000000000")
        assert not set(seen(ready)[3:6]) & set(seen(os.getpid())[3:6])
        assert int(seen(ready)[6]) > int(seen(os.getpid())[6])


async def test_killed_plugin_answers_again_from_the_pool(home: Home) -> None:
    """What comes after a deadline was ready before."""
    async with home.running("one") as plugin:
        home.claimed.clear()
        with pytest.raises(PluginTimeoutError):
            await plugin.call_hook("onDashboardLoad", {"hang": True}, CallContext().within(0.2))
        async with home.running("one") as again:
            assert home.claimed == {"one"}
            assert again.stats().pid != plugin.stats().pid
            assert await call(again) == "one"


async def test_other_limits_get_a_process_of_their_own(home: Home) -> None:
    """What Deno is told at its start cannot be told later: those who differ wait for a start."""
    home.keeper.others["big"] = replace(home.keeper.limits, memory_mb=90)
    home.write("big")
    async with home.running("one"):
        ready = await home.full()
        async with home.running("big") as big:
            assert home.claimed == {"one"}
            assert home.runtime.pool.pids == ready
            assert await call(big) == "big"


async def test_changed_default_retires_what_is_ready(home: Home) -> None:
    """A process that was started under another rule is given to nobody."""
    async with home.running("one") as one:
        [old] = await home.full()
        home.keeper.limits = replace(home.keeper.limits, memory_mb=70)
        async with home.running("two") as two:
            assert old not in {one.stats().pid, two.stats().pid}
            assert not is_there(old) or old not in home.runtime.pool.pids


async def test_waiting_process_that_dies_is_replaced(home: Home) -> None:
    """Nobody notices but whoever looks at the numbers."""
    async with home.running("one"):
        [first] = await home.full()
        os.kill(first, signal.SIGKILL)
        await until(lambda: home.runtime.pool.pids not in ([first], []))
        assert not is_there(first)


async def test_size_of_none_ends_what_is_ready(home: Home) -> None:
    """Who switches the pool off has the memory back; plugins start all the same."""
    async with home.running("one"):
        [ready] = await home.full()
        home.size[0] = 0
        home.runtime.pool.resize()
        await until(lambda: not is_there(ready))
        async with home.running("two") as two:
            assert await call(two) == "two"
        assert home.runtime.pool.pids == []


async def test_close_leaves_nothing(home: Home) -> None:
    """With the hub its pool is gone, and what is asked for later starts anew."""
    async with home.running("one"):
        [ready] = await home.full()
        await home.runtime.pool.close()
        assert not is_there(ready)
        home.size[0] = 0
        async with home.running("two") as two:
            assert await call(two) == "two"


async def test_refused_level_refuses_a_ready_process_too(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the machine must hold is asked at the claim, not only at the start."""

    def refuse(_results: object) -> None:
        raise PluginLoadError("Too little isolation.")

    async with home.running("one"):
        await home.full()
        monkeypatch.setattr(shared_launcher(), "admit", refuse)
        with pytest.raises(PluginLoadError, match="Too little isolation"):
            async with home.running("two"):
                pass
