"""The trusted runtime: loading, failing in words, running as the plugin, and leaving no trace."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import CallContext, current, owner
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.locator import ServiceLocator
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.plain import wait
from plexihub.kernel.ports import PluginSource
from plexihub.kernel.watched import log_failure
from plexihub.runtimes.trusted import TrustedInstance, TrustedRuntime
from plexihub_sdk.errors import ManifestError, PluginLoadError

pytestmark = pytest.mark.anyio
GOOD = "class Plugin:\n    def __init__(self, context):\n        self.context = context\n"


class Slow:
    """A service whose method waits, as the database's do."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()

    def ask(self) -> Any:
        """Answer 42 after a turn of the loop."""
        return wait(self._ask(), self.loop)

    async def _ask(self) -> int:
        await asyncio.sleep(0)
        return 42


@pytest.fixture
def locator() -> ServiceLocator:
    """Make a locator with a hook table as a service."""
    ownership = Ownership()
    locator = ServiceLocator(ownership)
    locator.register("hooks", HookTable(ownership, log_failure))
    locator.register("events", locator.get("hooks"))
    return locator


@pytest.fixture
def runtime(locator: ServiceLocator) -> TrustedRuntime:
    """Make the runtime."""
    return TrustedRuntime(locator)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a plugin's files into a folder of its own."""

    def files(folder: str = "my-plugin", /, **texts: str) -> Path:
        root = tmp_path / folder
        for name, text in texts.items():
            path = root / name.replace("__", "/").replace("_py", ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        manifest = {"id": folder, "version": "1.0.0", "manifest": {"entrypoint": "plugin.py"}}
        (root / "plugin.json").write_text(json.dumps(manifest), encoding="utf-8")
        return root

    return files


async def start(runtime: TrustedRuntime, root: Path) -> TrustedInstance:
    """Describe and start what is at `root`."""
    manifest = await runtime.describe(root)
    data = root.parent / "data" / manifest.id
    return await runtime.start(PluginSource(root=root, manifest=manifest, data_dir=data))


async def refusal(runtime: TrustedRuntime, root: Path) -> PluginLoadError:
    """Start what cannot start, and answer why."""
    with pytest.raises(PluginLoadError) as caught:
        await start(runtime, root)
    return caught.value


async def test_folder_with_relative_imports_starts(
    runtime: TrustedRuntime, write: Callable[..., Path]
) -> None:
    """A plugin's own modules import each other, in packages without an `__init__` too."""
    root = write(plugin_py="from .inner.part import WORD\n" + GOOD, inner__part_py="WORD = 'hi'\n")
    instance = await start(runtime, root)
    assert sys.modules[type(instance.plugin).__module__].WORD == "hi"
    await instance.stop()


async def test_bare_file_starts_with_id_of_its_name(
    runtime: TrustedRuntime, tmp_path: Path
) -> None:
    """One Python file is a plugin: its name is the id, its version 0.0.0."""
    path = tmp_path / "say_hello.py"
    path.write_text(GOOD)
    manifest = await runtime.describe(path)
    assert (manifest.id, manifest.version, manifest.entrypoint) == (
        "say-hello",
        "0.0.0",
        "say_hello.py",
    )
    instance = await start(runtime, path)
    assert instance.plugin.context.plugin_id == "say-hello"
    await instance.stop()


async def test_data_folder_is_private(runtime: TrustedRuntime, write: Callable[..., Path]) -> None:
    """Only the hub's own user can look into a plugin's data folder."""
    instance = await start(runtime, write(plugin_py=GOOD))
    assert instance.plugin.context.data_dir.stat().st_mode & 0o777 == 0o700
    await instance.stop()


async def test_stopped_plugin_leaves_no_module(
    runtime: TrustedRuntime, write: Callable[..., Path]
) -> None:
    """Twenty starts and stops leave the import system as it was."""
    root = write(plugin_py="from . import other\n" + GOOD, other_py="")
    before = (set(sys.modules), list(sys.meta_path))
    for _ in range(20):
        instance = await start(runtime, root)
        await instance.stop()
        await instance.stop()
    assert (set(sys.modules), list(sys.meta_path)) == before
    assert (await instance.ended).expected


async def test_changed_code_runs_after_restart(
    runtime: TrustedRuntime, write: Callable[..., Path]
) -> None:
    """A plugin that is started again runs its files as they are then."""
    first = await start(runtime, write(plugin_py=GOOD))
    await first.stop()
    second = await start(runtime, write(plugin_py=GOOD + "    answer = 2\n"))
    assert second.plugin.answer == 2
    await second.stop()


@pytest.mark.parametrize(
    ("code", "message", "where"),
    [
        ("x = 1\ndef broken(:\n", "plugin.py:2 is no valid Python", "plugin.py:2"),
        ("import no_such_thing\n" + GOOD, "No module named 'no_such_thing'", "plugin.py:1"),
        (GOOD + "        raise ValueError('no key')\n", "ValueError: no key", "plugin.py:4"),
        (GOOD + "        raise SystemExit(3)\n", "SystemExit: 3", "plugin.py:4"),
        (GOOD + "        context.get_service('hoks')\n", "Did you mean 'hooks'", "plugin.py:4"),
        ("class Thing:\n    pass\n", "no class named Plugin", "plugin.py"),
        ("class MyPlugin:\n    pass\n", "no class named Plugin", "plugin.py"),
        (GOOD + "class SecondPlugin(Plugin):\n    pass\n", "several plugin classes", "plugin.py"),
    ],
)
async def test_broken_plugin_is_explained(
    runtime: TrustedRuntime, write: Callable[..., Path], code: str, message: str, where: str
) -> None:
    """Whatever is wrong with the code is said in a sentence, with the place, and leaves nothing."""
    before = (set(sys.modules), list(sys.meta_path))
    error = await refusal(runtime, write(plugin_py=code))
    assert message in error.message
    assert error.where == where
    assert "Traceback" not in error.message
    assert (set(sys.modules), list(sys.meta_path)) == before


async def test_failure_leaves_traceback_in_log(
    runtime: TrustedRuntime, write: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    """The whole trace is in the log, with the plugin's own lines."""
    with caplog.at_level(logging.ERROR, "plexihub.plugin.my-plugin"):
        await refusal(runtime, write(plugin_py=GOOD + "        raise ValueError('no key')\n"))
    assert "raise ValueError('no key')" in caplog.text


async def test_folder_without_manifest_is_refused(runtime: TrustedRuntime, tmp_path: Path) -> None:
    """A folder that is no plugin is refused with what it lacks."""
    with pytest.raises(ManifestError, match=r"plugin\.json cannot be read"):
        await runtime.describe(tmp_path)


async def test_entry_point_must_be_there(
    runtime: TrustedRuntime, write: Callable[..., Path]
) -> None:
    """A manifest that names a missing entry point is refused, naming the file."""
    error = await refusal(runtime, write(other_py=""))
    assert error.message == "plugin.py cannot be read: No such file or directory."


async def test_constructor_waits_without_await(
    runtime: TrustedRuntime, locator: ServiceLocator, write: Callable[..., Path]
) -> None:
    """Plain code in the constructor gets answers, and registers as the plugin."""
    locator.register("slow", Slow())
    code = (
        "from plexihub.kernel.context import current, owner\n"
        "class Plugin:\n"
        "    def __init__(self, context):\n"
        "        self.answer = context.get_service('slow').ask()\n"
        "        self.seen = (owner.get(), current().actor)\n"
    )
    instance = await start(runtime, write(plugin_py=code))
    assert instance.plugin.answer == 42
    assert (instance.plugin.seen[0], instance.plugin.seen[1].id) == ("my-plugin", "my-plugin")
    assert (owner.get(), current().actor.kind) == (None, "core")
    await instance.stop()


@pytest.mark.parametrize("asked", ["", "        self.slow = context.get_service('slow')\n"])
async def test_plain_handler_waits_where_it_asked_for_the_service(
    runtime: TrustedRuntime, locator: ServiceLocator, write: Callable[..., Path], asked: str
) -> None:
    """A plain hook handler gets answers of a service that waits, asked for early or late."""
    locator.register("slow", Slow())
    code = (
        "class Plugin:\n"
        "    def __init__(self, context):\n"
        "        self.context = context\n"
        f"{asked}"
        "        context.get_service('events').add('thing.doing', self.change)\n"
        "    def change(self, payload):\n"
        "        payload['answer'] = self.context.get_service('slow').ask()\n"
    )
    instance = await start(runtime, write(plugin_py=code))
    payload = await locator.get("hooks").call("thing.doing", {})
    assert payload == {"answer": 42}
    await instance.stop()


@pytest.mark.parametrize(
    ("asks", "greenlet"), [("", False), ("        context.get_service('slow')\n", True)]
)
async def test_plain_handler_runs_directly_where_nothing_waits(
    runtime: TrustedRuntime,
    locator: ServiceLocator,
    write: Callable[..., Path],
    asks: str,
    greenlet: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Only a plugin that can reach a service that waits pays for the ability to wait."""
    locator.register("slow", Slow())
    code = (
        "from plexihub.kernel.plain import is_plain\n"
        "class Plugin:\n"
        "    def __init__(self, context):\n"
        f"{asks}"
        "        context.get_service('events').add('thing.doing', self.look)\n"
        "    def look(self, payload):\n"
        "        payload['plain'] = is_plain()\n"
    )
    instance = await start(runtime, write(plugin_py=code))
    assert await locator.get("hooks").call("thing.doing", {}) == {"plain": greenlet}
    await instance.stop()


async def test_close_is_called_once_as_the_plugin(
    runtime: TrustedRuntime, write: Callable[..., Path]
) -> None:
    """`close` runs on stop, plain or async; one that raises does not keep the plugin."""
    code = (
        GOOD + "    async def close(self):\n"
        "        self.context.closed = True\n"
        "        raise ValueError('too late')\n"
    )
    instance = await start(runtime, write(plugin_py=code))
    context = instance.plugin.context
    await instance.stop()
    assert context.closed
    assert instance.ended.done()


async def test_hook_call_on_instance_is_our_own_mistake(
    runtime: TrustedRuntime, write: Callable[..., Path]
) -> None:
    """A trusted plugin declares no hooks, so nobody may call one on its instance."""
    instance = await start(runtime, write(plugin_py=GOOD))
    assert instance.hooks == ()
    with pytest.raises(RuntimeError, match="declares no hook"):
        await instance.call_hook("onDashboardLoad", {}, CallContext())
    await instance.stop()
