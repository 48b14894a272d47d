"""Whatever administrators and death do, in any order, the lifecycle stays whole."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plexihub.kernel.audit import verify
from plexihub.kernel.config import Layers
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.kernel import Kernel, Stores
from plexihub_sdk.errors import PluginError
from plexihub_sdk.ids import PluginId
from tests.fakes.runtime import FakeRuntime, stored
from tests.fakes.stores import MemoryConfigStore, MemoryPluginStore

ADMIN = CallContext(actor=OPERATOR)
HELLO = PluginId("hello")
QUICK = Layers(flags={"plugins.restart_seconds": 0.01})
ACTIONS = st.lists(
    st.sampled_from(["enable", "disable", "die", "break", "mend", "call", "wait"]), max_size=15
)


async def nothing(_payload: dict[str, Any], _ctx: CallContext) -> None:
    """Answer nothing."""


class Hub:
    """A kernel with one plugin that things happen to."""

    def __init__(self, folder: Path) -> None:
        self.kernel = Kernel(folder, layers=QUICK)
        self.runtime = FakeRuntime()
        self.store = MemoryPluginStore(stored("hello"))
        self.runtime.prepare("hello", onDashboardLoad=nothing)
        self.kernel.lifecycle.add_runtime(self.runtime)

    async def act(self, action: str) -> None:
        """Let one thing happen."""
        if action in {"enable", "disable"}:
            try:
                await getattr(self.kernel.lifecycle, action)("hello", ADMIN)
            except PluginError:
                assert self.runtime.broken
        elif action == "die":
            for instance in self.runtime.running():
                instance.die("killed")
        elif action == "break":
            self.runtime.broken["hello"] = "broken"
        elif action == "mend":
            self.runtime.broken.clear()
        elif action == "call":
            await self.kernel.hooks.call("dashboard.loading", {"userId": "u"})
        else:
            await asyncio.sleep(0.003)

    async def settle(self) -> None:
        """Wait until nothing is coming back any more."""
        async with asyncio.timeout(10):
            while not self.is_settled():  # noqa: ASYNC110 - of the supervisor's own tasks
                await asyncio.sleep(0.01)

    def is_settled(self) -> bool:
        """Whether an instance runs just where one should."""
        wanted = 1 if self.state == "enabled" else 0
        return self.state != "restarting" and len(self.runtime.running()) == wanted

    @property
    def state(self) -> str:
        """Tell the plugin's state."""
        return self.kernel.registry.get("hello").state

    def check(self) -> None:
        """Compare what is registered and stored with the state."""
        is_up = self.state == "enabled"
        assert (HELLO in self.kernel.hooks.names().get("dashboard.loading", [])) == is_up
        assert (self.kernel.ownership.count(HELLO) > 0) == is_up
        row = self.store.rows[HELLO]
        assert row.enabled or not is_up
        assert bool(row.quarantined) == (self.state == "quarantined") or self.state == "failed"


async def run(folder: Path, actions: Sequence[str]) -> None:
    """Let everything happen to one hub, then stop it."""
    hub = Hub(folder)
    await hub.kernel.start(Stores(plugins=hub.store, config=MemoryConfigStore()))
    try:
        for action in actions:
            await hub.act(action)
        await hub.settle()
        hub.check()
    finally:
        await hub.kernel.stop()
    assert (hub.runtime.running(), hub.kernel.hooks.names()) == ([], {})


@settings(max_examples=40, deadline=None)
@given(ACTIONS)
def test_any_history_leaves_hub_whole(actions: list[str]) -> None:
    """State, registrations, instances and what is stored agree, and the audit verifies."""
    with TemporaryDirectory() as name:
        asyncio.run(run(Path(name), actions))
        assert verify(Path(name) / "audit").ok
