"""Where an event comes from: the events before it, and who told them. Bounds chains without end.

A plugin may tell again what it hears, and two may tell each other's events. Each step is one more
link; a chain of more than sixteen, or a tree of more than a thousand events that grew from one, is
cut: what is told beyond that is dropped, and reported once.
"""

from __future__ import annotations

from collections.abc import Iterable

from plexihub_sdk.errors import LimitExceededError
from plexihub_sdk.ids import PluginId

#: Events, or hooks inside hooks, that may follow from one another.
DEEPEST = 16
#: Events that may grow from one, where handlers tell several.
MOST = 1000
_SHOWN = 6


class _Tree:
    """What all the events that grew from one have in common."""

    __slots__ = ("count", "is_reported")

    def __init__(self) -> None:
        self.count = 1
        self.is_reported = False


class Lineage:
    """The place of one event in its chain."""

    __slots__ = ("depth", "name", "parent", "teller", "tree")

    def __init__(self, name: str, teller: PluginId | None, parent: Lineage | None = None) -> None:
        self.name = name
        self.teller = teller
        self.parent = parent
        self.tree: _Tree = parent.tree if parent else _Tree()
        self.depth: int = parent.depth + 1 if parent else 1
        if parent:
            self.tree.count += 1

    @property
    def is_endless(self) -> bool:
        """Whether it goes too far, so that the event must be dropped."""
        return self.depth > DEEPEST or self.tree.count > MOST

    def complaint(self) -> LimitExceededError | None:
        """Make the report of a chain that goes too far; None where it was made already."""
        if self.tree.is_reported:
            return None
        self.tree.is_reported = True
        steps: list[str] = []
        one: Lineage | None = self
        while one is not None and len(steps) < _SHOWN:
            steps.append(f"{one.name} ({one.teller or 'the hub'})")
            one = one.parent
        return endless("Events follow from each other without end", reversed(steps), self.name)


def endless(what: str, steps: Iterable[str], where: str) -> LimitExceededError:
    """Make the error of a chain that was cut."""
    return LimitExceededError(
        f"{what}: … → {' → '.join(steps)}.",
        where=where,
        next="Let a handler tell or do something only when there is something new to it.",
    )
