"""A runtime whose plugins are Python functions in this process.

It behaves as a sandbox does: arguments and answers are copies, a late or crashing call ends the
instance. What a plugin does is a function; three names of this module misbehave on purpose.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import (
    Exit,
    InstanceStats,
    PluginInstance,
    PluginRuntime,
    PluginSource,
    StoredPlugin,
    Tier,
)
from plexihub_sdk.errors import (
    PlexiHubError,
    PluginCrashedError,
    PluginLoadError,
    PluginRaisedError,
    PluginTimeoutError,
)
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

Behaviour = Callable[[dict[str, Any], CallContext], Awaitable[Any]]


async def hang(_payload: dict[str, Any], _ctx: CallContext) -> None:
    """Never answer."""
    await asyncio.Event().wait()


async def crash(_payload: dict[str, Any], _ctx: CallContext) -> None:
    """End the whole instance in the middle of a call."""
    raise SystemExit(1)


async def garble(_payload: dict[str, Any], _ctx: CallContext) -> Any:
    """Answer what no hook declares."""
    return {"customWidgets": "soup", "nonsense": 7}


class FakeInstance(PluginInstance):
    """One running plugin."""

    def __init__(self, hooks: Mapping[str, Behaviour]) -> None:
        self.hooks = tuple(hooks)
        self.ended = asyncio.get_running_loop().create_future()
        self.seen: list[tuple[str, dict[str, Any], CallContext]] = []
        self._behaviour = hooks

    async def call_hook(self, name: str, payload: Mapping[str, Any], ctx: CallContext) -> Any:
        """Call the function of this name with a copy."""
        copied = copy.deepcopy(dict(payload))
        self.seen.append((name, copied, ctx))
        try:
            async with asyncio.timeout(ctx.remaining()):
                return copy.deepcopy(await self._behaviour[name](copied, ctx))
        except TimeoutError as error:
            self.die("it did not answer in time")
            raise PluginTimeoutError("It did not answer in time.", where=name) from error
        except SystemExit as error:
            self.die("it crashed")
            raise PluginCrashedError("It crashed.", where=name) from error
        except PlexiHubError:
            raise
        except Exception as error:
            raise PluginRaisedError(str(error), where=name) from error

    def die(self, reason: str) -> None:
        """End without being told to."""
        self._end(Exit(expected=False, reason=reason))

    def _end(self, how: Exit) -> None:
        if not self.ended.done():
            self.ended.set_result(how)

    def stats(self) -> InstanceStats:
        """Answer fixed facts."""
        return InstanceStats(pid=4242, memory_mb=12.5, cpu_seconds=0.1)

    async def stop(self) -> None:
        """End as told."""
        self._end(Exit(expected=True, reason="stopped"))


class FakeRuntime(PluginRuntime):
    """Starts what was prepared for each plugin id."""

    def __init__(self, name: str = "fake", tier: Tier = "sandboxed") -> None:
        self.name = name
        self.tier = tier
        self.plugins: dict[str, dict[str, Behaviour]] = {}
        self.instances: dict[str, list[FakeInstance]] = {}
        self.broken: dict[str, str] = {}

    def prepare(self, plugin: str, **hooks: Behaviour) -> None:
        """Say what a plugin does."""
        self.plugins[plugin] = hooks

    def latest(self, plugin: str) -> FakeInstance:
        """Answer the instance that was started last."""
        return self.instances[plugin][-1]

    def running(self) -> list[FakeInstance]:
        """Answer every instance that has not ended."""
        return [one for many in self.instances.values() for one in many if not one.ended.done()]

    async def describe(self, path: Path) -> Manifest:
        """Answer the manifest of a prepared plugin, named by the path."""
        if path.name not in self.plugins:
            raise PluginLoadError("nothing was prepared", where=str(path))
        return manifest(path.name, hooks=tuple(self.plugins[path.name]))

    async def start(self, source: PluginSource) -> PluginInstance:
        """Start a prepared plugin."""
        plugin = source.manifest.id
        await asyncio.sleep(0)
        if plugin in self.broken:
            raise PluginLoadError(self.broken[plugin], where=plugin)
        instance = FakeInstance(self.plugins.get(plugin, {}))
        self.instances.setdefault(plugin, []).append(instance)
        return instance


def manifest(
    plugin: str, *, hooks: tuple[str, ...] = (), permissions: tuple[str, ...] = ()
) -> Manifest:
    """Make a manifest."""
    return Manifest(
        id=PluginId(plugin),
        name=plugin.title(),
        version="1.0.0",
        entrypoint="main.ts",
        hooks=hooks,
        permissions=permissions,
    )


def stored(
    plugin: str,
    *,
    hooks: tuple[str, ...] = ("onDashboardLoad",),
    tier: Tier = "sandboxed",
    granted: tuple[str, ...] = ("ui:render",),
    enabled: bool = False,
) -> StoredPlugin:
    """Make what is kept of an installed plugin that asks for what it is granted."""
    return StoredPlugin(
        id=PluginId(plugin),
        manifest=manifest(plugin, hooks=hooks, permissions=granted),
        tier=tier,
        runtime="fake",
        root=Path("/nowhere"),
        granted=granted,
        enabled=enabled,
    )
