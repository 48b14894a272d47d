"""The port through which a sandboxed plugin is watched: by a recorder, a test or a replay.

A runtime asks for a watcher when it starts a process, and tells it of each call: what went in, what
crossed the gateway meanwhile, what the plugin perceived of time and chance, and how it ended.
Identity and permissions are none of its business: it sees what was decided, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import Json
from plexihub_sdk.ids import PluginId

#: Values that a plugin was given, by their source, in their order.
Seen = dict[str, list[Any]]


class Tape:
    """One call that is watched; this one notes nothing."""

    #: What is played back to the plugin within the call; None where nothing is.
    played: Seen | None = None
    #: What it perceived, once it has answered.
    seen: Seen

    def __init__(self) -> None:
        self.seen = {}

    def asked(self, method: str, params: Mapping[str, Json]) -> int:
        """Note a request, and answer its number."""
        del method, params
        return 0

    def answered(self, number: int, value: Json, error: BaseException | None) -> None:
        """Note what came of a request."""

    def ended(self, value: Json, error: BaseException | None) -> None:
        """Note how the call ended; told once."""


class Watcher:
    """Watches one process of a plugin; this one watches nothing but time and chance."""

    #: Whether the lines that run are noted.
    coverage: bool = False
    #: What is played back to the plugin's top level; None where nothing is.
    played: Seen | None = None

    def now(self) -> float | None:
        """Tell the time in milliseconds; None where the plugin has the real clock."""
        return None

    def loaded(self, seen: Seen) -> None:
        """Note what the plugin's top level perceived."""

    def begin(self, hook: str, payload: Mapping[str, Json], ctx: CallContext) -> Tape:
        """Begin to watch a call."""
        del hook, payload, ctx
        return Tape()

    def covered(self, data: Any) -> None:
        """Note what ran, as the plugin's language counts; told after each call."""


#: Answers who watches a plugin whose process is being started; None where nobody does.
WatchFor = Callable[[PluginId], Watcher | None]


def nobody(_plugin: PluginId) -> Watcher | None:
    """Answer that nobody watches."""
    return None
