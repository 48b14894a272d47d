"""What a sandboxed plugin began by a permission ends when that is taken back.

Each new call asks the broker, so it needs nothing here. What goes on does: calls that run, widgets
on dashboards, the rest of an answer from elsewhere, sandboxes of the plugin's own, and its offers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from plexihub.kernel.events import EventBus
from plexihub.kernel.permissions import Running
from plexihub.kernel.plugins import PluginRegistry
from plexihub_sdk.ids import PluginId

#: Ends what a plugin began; plain, or answering something to await.
End = Callable[[PluginId], Any]


def end_with_permissions(
    bus: EventBus, registry: PluginRegistry, running: Running, ends: Mapping[str, End]
) -> None:
    """Have things end as soon as their permission is taken back.

    Args:
        bus: Tells of revocations.
        registry: Knows what is granted.
        running: Knows the calls that go on.
        ends: By permission.
    """
    bus.subscribe("plugin.revoked", partial(_end, registry, running, ends))


async def _end(
    registry: PluginRegistry, running: Running, ends: Mapping[str, End], told: Mapping[str, Any]
) -> None:
    record = registry.find(str(told["id"]))
    if record is None or record.stored.tier != "sandboxed":
        return
    running.end(record.id, record.stored.granted)
    for permission, end in ends.items():
        if permission not in record.stored.granted:
            answer = end(record.id)
            if inspect.isawaitable(answer):
                await answer
