"""The interactive widgets that people were shown: what may be clicked, and whose it is.

A page says which button of which widget was clicked; whether there is such a button is looked up
here. Widgets that a plugin makes for one person as their dashboard loads are remembered for that
person alone, the latest of each dashboard, and no more than so many.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from plexihub_sdk.errors import InputError
from plexihub_sdk.kit import blocks_of, check_props

MOST_KEPT = 10_000
#: Of one plugin for one person: who makes ever new ones loses the eldest, and nobody else does.
MOST_EACH = 100
_Key = tuple[str, str, str]
Blocks = list[dict[str, Any]]


class OfferedWidgets:
    """Remembers the blocks of widgets by person, plugin and widget."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Blocks] = OrderedDict()
        self._each: dict[tuple[str, str], OrderedDict[_Key, None]] = {}

    def remember(self, person: str, widgets: Iterable[Mapping[str, Any]]) -> None:
        """Note what a person is shown now.

        Args:
            person: Their id.
            widgets: As a dashboard has them: `plugin`, `id`, `component` and checked `props`.
        """
        for one in widgets:
            blocks = _blocks(one)
            key = person, str(one["plugin"]), str(one["id"])
            self._forget(key)
            if blocks:
                self._kept[key] = blocks
                mine = self._each.setdefault(key[:2], OrderedDict())
                mine[key] = None
                if len(mine) > MOST_EACH:
                    self._forget(next(iter(mine)))
        while len(self._kept) > MOST_KEPT:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: _Key) -> None:
        if self._kept.pop(key, None) is None:
            return
        mine = self._each[key[:2]]
        del mine[key]
        if not mine:
            del self._each[key[:2]]

    def find(self, person: str, plugin: str, widget: str) -> Blocks | None:
        """Answer the blocks that a person was shown; None where they were shown none."""
        return self._kept.get((person, plugin, widget))


def _blocks(widget: Mapping[str, Any]) -> Blocks:
    try:
        check_props(widget["component"], widget["props"])
    except InputError:  # a trusted plugin changed it since it was checked
        return []
    return blocks_of(widget["component"], widget["props"])
