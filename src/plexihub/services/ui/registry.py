"""The service `ui`: what plugins add to the pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec

from plexihub.kernel.context import owner
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub.services.ui.live import LiveHub
from plexihub_sdk.errors import ConflictError, InputError, LimitExceededError, TooLargeError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.routes import Person
from plexihub_sdk.ui import Panel, Widget

MOST_PANELS = 20
MOST_WIDGETS = 20
MOST_BYTES = 64 * 1024
_CORE = PluginId("core")


class UiRegistry:
    """Panels in the navigation and widgets for dashboards, each with its owner."""

    def __init__(self, ownership: Ownership, live: LiveHub) -> None:
        self._ownership = ownership
        self._live = live
        self._panels: dict[tuple[PluginId, str], Panel] = {}
        self._widgets: dict[PluginId, dict[str, Widget]] = {}

    def register_panel(self, panel: Panel) -> Undo:
        """Add a page to the navigation, until the answered undo is called.

        Raises:
            InputError: Its path, element or module cannot work.
            ConflictError: Another panel has its path, or its owner has one of this id.
            LimitExceededError: Its owner has too many.
        """
        plugin = owner.get() or _CORE
        _check(panel)
        self._refuse_conflict(plugin, panel)
        self._panels[plugin, panel.id] = panel
        self._live.publish("ui.changed", {})
        return self._ownership.note(lambda: self._forget_panel(plugin, panel.id))

    def _refuse_conflict(self, plugin: PluginId, panel: Panel) -> None:
        if sum(one == plugin for one, _ in self._panels) >= MOST_PANELS:
            raise LimitExceededError(f"A plugin may have {MOST_PANELS} panels.", where=panel.id)
        for (whose, name), one in self._panels.items():
            if one.path == panel.path or (whose, name) == (plugin, panel.id):
                raise ConflictError(
                    f"The panel {name!r} of {whose} has the same path or id.",
                    where=panel.path,
                    next="Choose others.",
                )

    def _forget_panel(self, plugin: PluginId, panel: str) -> None:
        if self._panels.pop((plugin, panel), None) is not None:
            self._live.publish("ui.changed", {})

    def panels_for(self, person: Person | None) -> list[dict[str, Any]]:
        """List the panels that a person may see, in their order."""
        is_admin = person is not None and person.is_admin
        seen = [
            {**asdict(panel), "owner": plugin}
            for (plugin, _), panel in self._panels.items()
            if is_admin or not panel.admin
        ]
        return sorted(seen, key=lambda panel: (panel["order"], panel["title"]))

    def render_widget(self, plugin: PluginId, widget: Widget) -> Undo:
        """Show a plugin's widget on dashboards, in place of an earlier one of the same id.

        Raises:
            InputError: Its props are no JSON.
            TooLargeError: Its props are too large.
            LimitExceededError: The plugin has too many.
        """
        _check_props(widget)
        mine = self._widgets.setdefault(plugin, {})
        before = mine.get(widget.id)
        if before is None and len(mine) >= MOST_WIDGETS:
            raise LimitExceededError(
                f"A plugin may have {MOST_WIDGETS} widgets.",
                where=widget.id,
                next="Use the id of an earlier one to replace it.",
            )
        mine[widget.id] = widget
        if before != widget:
            self._tell(plugin)
        if before is not None:
            return lambda: self._forget_widget(plugin, widget.id)
        return self._ownership.note(lambda: self._forget_widget(plugin, widget.id), plugin)

    def _forget_widget(self, plugin: PluginId, widget: str) -> None:
        mine = self._widgets.get(plugin, {})
        if mine.pop(widget, None) is not None:
            self._tell(plugin)
        if not mine:
            self._widgets.pop(plugin, None)

    def _tell(self, plugin: PluginId) -> None:
        told = {"reason": "widget.rendered", "plugin": plugin}
        self._live.publish("dashboard.changed", told)

    def widgets_for(self, _person: Person | None = None) -> list[dict[str, Any]]:
        """List the widgets that plugins render, those of one plugin together."""
        return [
            {
                "id": widget.id,
                "plugin": plugin,
                "component": widget.component,
                "props": dict(widget.props),
                "title": widget.title,
            }
            for plugin, mine in self._widgets.items()
            for widget in mine.values()
        ]

    def contributions(self, plugin: PluginId) -> dict[str, list[str]]:
        """Tell what a plugin adds."""
        return {
            "panels": [name for whose, name in self._panels if whose == plugin],
            "widgets": list(self._widgets.get(plugin, {})),
        }


def _check(panel: Panel) -> None:
    problems = {
        "path": not panel.path.startswith("/") or panel.path.startswith("//"),
        "element": "-" not in panel.element or panel.element != panel.element.lower(),
        "module": panel.module.startswith("/") or ".." in panel.module or ":" in panel.module,
        "title": not panel.title.strip(),
        "id": not panel.id,
    }
    for field, is_wrong in problems.items():
        if is_wrong:
            raise InputError(
                f"The panel's {field} {getattr(panel, field)!r} cannot work.",
                where=field,
                next="Use a path such as `/notes`, an element such as `my-notes`, and a module"
                " such as `assets/notes.js`.",
            )


def _check_props(widget: Widget) -> None:
    try:
        size = len(msgspec.json.encode(widget.props))
    except (TypeError, ValueError) as error:
        raise InputError(f"The widget's props are no JSON: {error}.", where="props") from None
    if size > MOST_BYTES:
        raise TooLargeError(f"The widget's props have more than {MOST_BYTES} bytes.", where="props")
