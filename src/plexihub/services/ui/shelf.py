"""Contributions of one kind, by plugin and id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plexihub_sdk.errors import ConflictError, LimitExceededError
from plexihub_sdk.ids import PluginId

MOST = 20
#: A contribution as pages get it.
Shown = dict[str, Any]


class Shelf:
    """What plugins put on it stands under the plugin and an id.

    Args:
        kind: In the plural, for messages.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._things: dict[tuple[PluginId, str], Shown] = {}

    def check(self, plugin: PluginId, name: str) -> None:
        """See that there is room.

        Raises:
            ConflictError: The plugin has one of this id.
            LimitExceededError: It has too many.
        """
        if (plugin, name) in self._things:
            raise ConflictError(
                f"{plugin} has {name!r} among its {self._kind} already.",
                where="id",
                next="Choose another id.",
            )
        if len(self.of(plugin)) >= MOST:
            raise LimitExceededError(f"A plugin may have {MOST} {self._kind}.", where=name)

    def put(self, plugin: PluginId, name: str, thing: Shown) -> None:
        """Put a thing."""
        self._things[plugin, name] = thing

    def take(self, plugin: PluginId, name: str) -> None:
        """Take a thing away, where it is there."""
        self._things.pop((plugin, name), None)

    def of(self, plugin: PluginId) -> list[str]:
        """List the ids of a plugin's things."""
        return [name for whose, name in list(self._things) if whose == plugin]

    def ordered(self, by: str = "title") -> list[Shown]:
        """List everything by its order, then by what people read; both are kept where absent."""
        return sorted(self, key=lambda one: (one.get("order", 0), one.get(by, "")))

    def __iter__(self) -> Iterator[Shown]:
        yield from list(self._things.values())
