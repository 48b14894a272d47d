"""The kernel as a whole: it starts, does its work on record, and stops without a trace."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.audit import AuditQuery, verify
from plexihub.kernel.config import Layers, Setting
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.kernel import Kernel, Stores
from plexihub_sdk.errors import ConfigError, StartupError
from tests.fakes.runtime import FakeRuntime, stored
from tests.fakes.stores import MemoryConfigStore, MemoryPluginStore

pytestmark = pytest.mark.anyio


@pytest.fixture
def stores() -> Stores:
    """Give stores with one enabled plugin."""
    plugins = MemoryPluginStore(stored("hello", hooks=("onAuthSuccess",), enabled=True))
    return Stores(plugins=plugins, config=MemoryConfigStore({"plugins.max_deaths": 5}))


@pytest.fixture
async def kernel(tmp_path: Path, stores: Stores) -> AsyncIterator[Kernel]:
    """Give a started kernel."""

    async def greet(_payload: dict[str, Any], _ctx: CallContext) -> None:
        return None

    kernel, runtime = Kernel(tmp_path, version="1.2.3"), FakeRuntime()
    runtime.prepare("hello", onAuthSuccess=greet)
    kernel.lifecycle.add_runtime(runtime)
    await kernel.start(stores)
    yield kernel
    await kernel.stop()


async def test_journey_is_on_record(kernel: Kernel) -> None:
    """From the start everything stands in one log that verifies."""
    await kernel.start_plugins()
    kernel.events.publish("user.login", {"userId": "u1", "sessionId": "s1"})
    await kernel.events.settle()
    await kernel.config.change("plugins.crash_window_seconds", 1, CallContext(actor=OPERATOR))
    actions = [record.action for record in await kernel.audit.read(AuditQuery())]
    assert actions == ["config.change", "plugin.execution", "plugin.start", "audit.open"]
    assert (await kernel.audit.verify()).ok


async def test_stop_leaves_nothing_and_is_safe_twice(kernel: Kernel, tmp_path: Path) -> None:
    """After the stop the log is whole and free for the next hub."""
    told: list[Any] = []
    kernel.events.subscribe("hub.stopping", told.append)
    await kernel.start_plugins()
    await kernel.stop()
    await kernel.stop()
    assert (told, verify(tmp_path / "audit").ok) == ([{"version": "1.2.3"}], True)
    assert kernel.registry.get("hello").stored.enabled


async def test_second_hub_refused(kernel: Kernel, tmp_path: Path, stores: Stores) -> None:
    """A second hub on the same folder does not start, and leaves the first alone."""
    with pytest.raises(StartupError, match="running already"):
        await Kernel(tmp_path).start(stores)
    assert (await kernel.audit.verify()).ok


async def test_settings_rule_the_supervisor(kernel: Kernel) -> None:
    """How much dying is borne is a setting, read when it matters."""
    assert kernel._tolerance().deaths == 5
    with pytest.raises(ConfigError, match="at least 1"):
        await kernel.config.change("plugins.max_deaths", 0, CallContext(actor=OPERATOR))


async def test_core_services_are_the_live_ones(kernel: Kernel) -> None:
    """A plugin that asks for the settings gets the object the core uses."""
    assert kernel.services.get("config") is kernel.config


def test_wrong_layer_refused_before_anything_runs(tmp_path: Path) -> None:
    """A wrong value in the file keeps the kernel from being built, and nothing is written."""
    with pytest.raises(ConfigError):
        Kernel(tmp_path, layers=Layers(file={"hub.name": 7}), settings=[NAME])
    assert list(tmp_path.iterdir()) == []


NAME = Setting("hub.name", str, "PlexiHub", "Name.")
