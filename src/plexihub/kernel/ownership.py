"""Whose is what was registered: every registration of a plugin is taken back when it is disabled.

A service notes the undo of each registration here. Whose it is, is whose code runs
(`context.owner`), so a plugin handed the live services still leaves no trace.
"""

from __future__ import annotations

import logging

from plexihub.kernel.context import owner
from plexihub.kernel.ports import Undo
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)


class Ownership:
    """The undo of each registration, by plugin."""

    def __init__(self) -> None:
        self._undos: dict[PluginId, dict[int, Undo]] = {}
        self._marks: dict[PluginId, int] = {}
        self._next = 0

    def note(self, undo: Undo, plugin: PluginId | None = None) -> Undo:
        """Remember how to take a registration back.

        Args:
            undo: Takes it back; called once at most.
            plugin: Whose it is; the plugin whose code runs now when absent.

        Returns:
            An undo that also forgets the note; `undo` itself where it is the core's own.
        """
        plugin = plugin or owner.get()
        if plugin is None:
            return undo
        number = self._next = self._next + 1
        notes = self._undos.setdefault(plugin, {})
        notes[number] = undo

        def once() -> None:
            if notes.pop(number, None) is not None:
                undo()

        return once

    def mark(self, plugin: PluginId) -> int:
        """Begin another generation of a plugin's registrations, and answer the last note so far."""
        self._marks[plugin] = self._next
        return self._next

    def generation(self, plugin: PluginId) -> int:
        """Tell which generation a registration belongs to that the plugin makes now."""
        return self._marks.get(plugin, 0)

    def drop(
        self, plugin: PluginId, *, until: int | None = None, since: int | None = None
    ) -> list[str]:
        """Take back everything of a plugin's, the last first.

        Args:
            plugin: Whose.
            until: Only what was noted before this mark.
            since: Only what was noted after this mark.

        Returns:
            What went wrong, one sentence each; the rest was taken back all the same.
        """
        problems = []
        notes = self._undos.get(plugin, {})
        chosen = [
            number
            for number in notes
            if (until is None or number <= until) and (since is None or number > since)
        ]
        # Popped first, so that an undo which somebody kept does nothing any more.
        undos = [notes.pop(number) for number in chosen]
        if not notes:
            self._undos.pop(plugin, None)
        if until is None and since is None:
            self._marks.pop(plugin, None)
        for undo in reversed(undos):
            try:
                undo()
            except Exception as error:  # noqa: BLE001 - one bad undo must not keep the others
                _log.exception("taking back a registration of %s failed", plugin)
                problems.append(f"taking back a registration failed: {error}")
        return problems

    def count(self, plugin: PluginId) -> int:
        """Tell how many registrations a plugin has."""
        return len(self._undos.get(plugin, {}))
