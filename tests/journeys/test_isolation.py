"""The isolation level from end to end: measured, recorded, shown, demanded, by a real launcher."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import as_plugin
from plexihub.kernel.isolation import SETTING
from plexihub.kernel.plugins import PluginRecord
from plexihub.runtimes.process.launcher import Launcher
from plexihub_sdk.errors import PackageError, PermissionDenied, PluginLoadError
from plexihub_sdk.ids import PluginId
from tests.attacks.conftest import Target
from tests.support.lesser import MACHINES, ROOT, Machine, why_not

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.checklist("A-05")]
HELLO = ROOT / "examples" / "sandboxed" / "hello-world.ts"
LESSER = "a kernel without Landlock"


@asynccontextmanager
async def hub_on(machine: Machine, data: Path) -> AsyncIterator[Target]:
    """Run a hub whose launcher finds itself on this machine."""
    options = HubOptions(
        data=data, settings_file=Path("none.toml"), environ={}, flags={}, builtin=()
    )
    hub = Hub(options)
    hub.launcher = Launcher(wrapper=machine.wrapper)
    async with hub:
        target = Target(hub, [])
        try:
            yield target
        finally:
            for client in target.clients:
                await client.aclose()


def _state(record: PluginRecord) -> str:
    """Read a plugin's state anew: it changes behind the type checker's back."""
    return str(record.state)


async def test_raising_the_demand_stops_what_runs_and_lowering_it_starts_it(tmp_path: Path) -> None:
    """What runs is stopped before the command answers; nothing starts; then all comes back."""
    async with hub_on(MACHINES[LESSER], tmp_path) as target:
        hub, ctx = target.hub, target.operator_ctx
        plugin = await target.install(HELLO)
        record = hub.kernel.registry.get(plugin)
        before = record.instance
        assert before is not None
        await hub.kernel.config.change(SETTING, "strong", ctx)
        assert (_state(record), record.instance, record.stored.enabled) == ("failed", None, True)
        assert before.ended.done()
        assert "asks for the isolation level strong" in record.reason
        assert "landlock (Function not implemented)" in record.reason
        with pytest.raises(PluginLoadError, match="isolation level strong") as refused:
            await hub.kernel.lifecycle.enable(plugin, ctx)
        assert "Use Linux 5.13 or newer" in refused.value.next
        with pytest.raises(PackageError, match="isolation level strong") as unread:
            await hub.installer.describe(HELLO, "sandboxed")  # its code would run to be read
        assert "Use Linux 5.13 or newer" in unread.value.next
        assert [one.target for one in await target.records("plugin.hold")] == [plugin]
        await hub.kernel.config.change(SETTING, "partial", ctx)
        assert _state(record) == "enabled"
        await hub.kernel.config.change(SETTING, "full", ctx)
        assert _state(record) == "failed"
        await hub.kernel.config.revert(SETTING, ctx)
        assert _state(record) == "enabled"


async def test_demand_holds_at_the_next_start(tmp_path: Path) -> None:
    """A hub that starts on a lesser machine than is demanded runs none, and records why."""
    async with hub_on(MACHINES["root"], tmp_path) as target:
        if why_not(MACHINES["root"]):
            pytest.skip("only root holds every layer")
        plugin = await target.install(HELLO)
        await target.hub.kernel.config.change(SETTING, "full", target.operator_ctx)
        assert target.hub.kernel.registry.get(plugin).state == "enabled"
    async with hub_on(MACHINES[LESSER], tmp_path) as target:
        record = target.hub.kernel.registry.get(plugin)
        assert (_state(record), record.stored.enabled) == ("failed", True)
        assert "asks for the isolation level full" in record.reason
        newest, before = await target.records("isolation.measured")
        assert (newest.outcome, newest.target) == ("denied", "partial")
        assert newest.details["missing"] == {"landlock": "Function not implemented"}
        assert (before.outcome, before.target) == ("ok", "full")
        await target.hub.kernel.config.change(SETTING, "none", target.operator_ctx)
        assert _state(record) == "enabled"


async def test_machine_that_gets_worse_is_recorded_and_stops_what_runs(tmp_path: Path) -> None:
    """A launcher that starts anew and finds less is believed, and so is one that finds more."""
    async with hub_on(MACHINES[LESSER], tmp_path) as target:
        hub = target.hub
        plugin = await target.install(HELLO)
        await hub.kernel.config.change(SETTING, "partial", target.operator_ctx)
        record = hub.kernel.registry.get(plugin)
        before = await hub.launcher.probe()
        worse = [replace(one, holds=False, reason="gone") for one in before if one.name == "root"]
        hub.launcher.measured((*worse, *(one for one in before if one.name != "root")))
        await wait_for(lambda: record.state == "failed")
        assert "root (gone)" in record.reason
        hub.launcher.measured(before)
        await wait_for(lambda: record.state == "enabled")
        found = [(one.outcome, one.target) for one in await target.records("isolation.measured")]
        assert found == [("ok", "partial"), ("denied", "weak"), ("ok", "partial")]


async def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110 - nothing tells when a state changes
            await asyncio.sleep(0.02)


async def test_nobody_signed_in_changes_the_demand(tmp_path: Path) -> None:
    """An administrator reads it; only whoever runs the hub changes or resets it."""
    async with hub_on(MACHINES["root"], tmp_path) as target:
        admin = await target.person("ada", "admin")
        for answer in (
            await admin.put(f"/api/v1/config/{SETTING}", json={"value": "weak"}),
            await admin.delete(f"/api/v1/config/{SETTING}"),
        ):
            assert answer.status_code == 403
            assert "plexihub config set" in answer.json()["error"]["next"]
        assert target.hub.kernel.config.get(SETTING) == "none"
        operator = target.operator()
        answer = await operator.put(f"/api/v1/config/{SETTING}", json={"value": "weak"})
        assert answer.status_code == 200
        plugin = as_plugin(target.operator_ctx, PluginId("hello-world"))
        with pytest.raises(PermissionDenied):
            await target.hub.kernel.config.revert(SETTING, plugin)
        assert target.hub.isolation.least == "weak"


async def test_level_is_told_to_administrators_installers_and_metrics(tmp_path: Path) -> None:
    """The page, the words before an installation and the metrics say the same; members nothing."""
    async with hub_on(MACHINES[LESSER], tmp_path) as target:
        admin, member = await target.person("ada", "admin"), await target.person("bob")
        shown = (await admin.get("/api/v1/isolation")).json()
        assert (shown["level"], shown["least"], shown["enough"]) == ("partial", "none", True)
        assert [one["name"] for one in shown["layers"] if not one["holds"]] == ["landlock"]
        assert shown["losses"][0]["says"].startswith("Only root keeps a plugin from the files")
        assert (await member.get("/api/v1/isolation")).status_code == 403
        asked = {"source": str(HELLO), "tier": "sandboxed"}
        told = (await target.operator().post("/api/v1/plugins/describe", json=asked)).json()
        assert told["isolation"]["level"] == "partial"
        assert told["isolation"]["losses"] == shown["losses"]
        metrics = (await admin.get("/metrics")).text
        assert 'plexihub_isolation_level{level="partial"} 2' in metrics
        assert 'plexihub_isolation_layer_holds{layer="landlock"} 0' in metrics
        again = (await admin.post("/api/v1/isolation/measure")).json()
        assert again == {**shown, "ready": again["ready"]}
        assert len(await target.records("isolation.measured")) == 1  # nothing is new


async def test_machine_whose_calls_are_not_known_loses_what_needs_them(tmp_path: Path) -> None:
    """On another processor there is no list of calls: that is weak, and said so."""
    async with hub_on(Machine(("setarch", "i686"), "weak", frozenset()), tmp_path) as target:
        found = await target.hub.isolation.known()
        assert found.level == "weak"
        reasons = {layer.name: layer.reason for layer in found.missing}
        assert "calls of i686 are not known" in reasons["seccomp"]
        with pytest.raises(PackageError, match="calls of i686 are not known"):
            await target.install(HELLO)  # Deno is started by a call that has no name there


async def test_machine_without_a_launcher_holds_nothing_and_says_so(tmp_path: Path) -> None:
    """Where the launcher cannot run at all, the level is none, and the hub runs without it."""
    async with hub_on(Machine(("/nowhere/wrapper",), "none", frozenset()), tmp_path) as target:
        found = await target.hub.isolation.known()
        assert found.level == "none"
        assert all(layer.reason and layer.next for layer in found.layers)
        [record] = await target.records("isolation.measured")
        assert record.target == "none"
        page = await (await target.person("ada", "admin")).get("/api/v1/isolation")
        assert page.json()["level"] == "none"


def test_production_cannot_reach_the_means_of_tests() -> None:
    """Nothing of the product leaves a layer out or puts a wrapper before the launcher."""
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name != "launcher.py":
            assert "Launcher(without" not in text
            assert "Launcher(wrapper" not in text
    app = (ROOT / "src" / "plexihub" / "app.py").read_text(encoding="utf-8")
    assert "self.launcher = Launcher()\n" in app
