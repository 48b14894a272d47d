"""Attacks on the gateway and on what a sandboxed plugin's answers reach."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.pace import Pace
from plexihub.kernel.patch import merge
from plexihub_sdk.errors import ProtocolError
from plexihub_sdk.hooks import HOOKS
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.attacks.conftest import Target
from tests.zoo.sandbox import write

pytestmark = pytest.mark.anyio

FLOOD = """
export default {
  id: "flood", version: "1.0.0", hooks: {
    async onDashboardLoad(context: any, plugin: any) {
      const end = Date.now() + 1500;
      const name = context.dashboardId === "long" ? "x".repeat(3_000_000) : "events.emit";
      const one = async () => {
        while (Date.now() < end) await plugin.api.call(name, { name: "x" }).catch(() => 0);
      };
      await Promise.all(Array.from({ length: name.length > 99 ? 1 : 60 }, one));
      return { customWidgets: [] };
    },
  },
};
"""


async def _longest_pause(work: asyncio.Task[object]) -> float:
    """Tell how long the loop stood still at most while something is done."""
    worst = 0.0
    while not work.done():
        since = time.monotonic()
        await asyncio.sleep(0.01)
        worst = max(worst, time.monotonic() - since)
    await work
    return worst


async def _call(target: Target, plugin: str, which: str) -> asyncio.Task[object]:
    instance = target.hub.kernel.registry.get(PluginId(plugin)).instance
    assert instance is not None
    ctx = CallContext(rights=ROLE_RIGHTS["member"])
    payload = {"userId": "u", "dashboardId": which}
    return asyncio.create_task(instance.call_hook("onDashboardLoad", payload, ctx))


async def test_refused_calls_without_end_do_not_fill_the_disk(
    target: Target, tmp_path: Path
) -> None:
    """A plugin that asks for what it may not, as fast as it can, is slowed down."""
    plugin = await target.install(write(tmp_path, "flood.ts", FLOOD))
    await (await _call(target, plugin, "many"))
    log = target.hub.folder.audit
    await target.hub.kernel.audit.flush()
    records = sum(one.read_bytes().count(b'"gateway.call"') for one in log.glob("*.jsonl"))
    assert 600 <= records < 1500  # unhindered it is more than three thousand a second


async def test_endless_method_name_does_not_hold_the_hub_up(target: Target, tmp_path: Path) -> None:
    """A name of three million characters is answered shortly, in every sense."""
    plugin = await target.install(write(tmp_path, "flood.ts", FLOOD))
    assert await _longest_pause(await _call(target, plugin, "long")) < 0.5
    assert all(len(one.target) <= 2000 for one in await target.records("gateway.call"))


def test_endless_key_of_an_answer_is_refused_shortly() -> None:
    """An answer whose key is four million characters long is refused in a short sentence."""
    payload: dict[str, object] = {"userId": "u"}
    with pytest.raises(ProtocolError) as caught:
        merge(HOOKS["dashboard.loading"], payload, {"k" * 4_000_000: 1}, PluginId("flood"))
    assert len(caught.value.message) < 300
    assert len(caught.value.where) < 300
    assert payload == {"userId": "u"}


def test_pace_lets_a_burst_through_and_then_so_many_a_second() -> None:
    """What was used up comes back with time, and one plugin does not wait for another."""
    now = 0.0
    pace = Pace(3, 2.0, clock=lambda: now)
    assert [pace.take("a") for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    assert pace.take("b") == 0
    now = 10.0
    assert [pace.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_widgets_that_would_choke_every_browser_are_refused() -> None:
    """An answer may be four megabytes; what is shown on a dashboard may not."""
    payload: dict[str, object] = {"userId": "u"}
    widget = {"id": "a", "component": "Chart", "props": {"values": [1] * 300_000}}
    with pytest.raises(ProtocolError, match="more than 262144 bytes"):
        merge(HOOKS["dashboard.loading"], payload, {"customWidgets": [widget]}, PluginId("flood"))
    assert payload == {"userId": "u"}
