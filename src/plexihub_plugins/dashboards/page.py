"""Puts a dashboard together: the hub's widgets, those of plugins, and what could not be shown.

One plugin's bad widget or failed handler becomes a line among the problems; the rest of the page is
there all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub_sdk.models import Record
from plexihub_sdk.plugin import PluginContext
from plexihub_sdk.routes import Person
from plexihub_sdk.ui import Widget

from .builtin import builtin_widgets
from .layout import arranged

HOOK = "dashboard.loading"
SANDBOX_HOOK = "onDashboardLoad"
#: States of a plugin that should be answering and cannot.
TROUBLED = ("restarting", "quarantined", "failed")
Json = dict[str, Any]


class Pages:
    """Makes what `GET /dashboards/{id}` answers.

    Args:
        context: The plugin's own.
    """

    def __init__(self, context: PluginContext) -> None:
        self._own = context.plugin_id
        self._database = context.get_service("database")
        self._hooks = context.get_service("hooks")
        self._ui = context.get_service("ui")
        self._plugins = context.get_service("plugins")

    async def show(self, dashboard: Record, rows: list[Record], person: Person) -> Json:
        """Describe a dashboard to a person, its widgets as `rows` arrange them.

        Raises:
            Veto: A plugin refused to let this person open it.
        """
        problems = self._troubled()
        custom = await self._custom(dashboard, person, problems)
        own = await builtin_widgets(self._database)
        # Of sandboxed plugins alone: the hub itself checked those, and stamped whose they are.
        self._ui.remember(person.id, [one for one in custom if self._is_sandboxed(one["plugin"])])
        brought = [
            *(_described(widget, self._own) for widget in own),
            *self._ui.widgets_for(person),
            *custom,
        ]
        widgets, hidden = arranged(brought, rows)
        return {
            "id": dashboard.id,
            "title": dashboard.title,
            "owner_id": dashboard.owner_id,
            "widgets": widgets,
            "hidden": [{"key": one["key"], "title": one["title"]} for one in hidden],
            "problems": problems,
        }

    async def _custom(self, dashboard: Record, person: Person, problems: list[Json]) -> list[Json]:
        failures: list[tuple[str | None, BaseException]] = []
        payload: Json = {"userId": person.id, "dashboardId": dashboard.id, "customWidgets": []}
        payload = await self._hooks.call(HOOK, payload, failures=failures)
        told = {problem["plugin"] for problem in problems}
        problems += [
            {"plugin": plugin or "", "reason": str(error) or type(error).__name__}
            for plugin, error in failures
            if plugin not in told
        ]
        return _readable(payload.get("customWidgets"), problems)

    def _is_sandboxed(self, plugin: str) -> bool:
        return any(
            record.id == plugin and record.stored.tier == "sandboxed"
            for record in self._plugins.list()
        )

    def _troubled(self) -> list[Json]:
        return [
            {"plugin": record.id, "reason": record.reason or f"It is {record.state}."}
            for record in self._plugins.list()
            if SANDBOX_HOOK in record.stored.manifest.hooks and record.state in TROUBLED
        ]


def _described(widget: Widget, plugin: str) -> Json:
    return {
        "id": widget.id,
        "plugin": plugin,
        "component": widget.component,
        "props": dict(widget.props),
        "title": widget.title,
    }


def _readable(found: object, problems: list[Json]) -> list[Json]:
    """Keep the widgets that can be drawn; name the others."""
    if not isinstance(found, list):
        problems.append({"plugin": "", "reason": "`customWidgets` was replaced by no list."})
        return []
    kept = []
    for one in found:
        if (widget := _widget(one)) is not None:
            kept.append(widget)
        else:
            plugin = one.get("plugin", "") if isinstance(one, Mapping) else ""
            reason = "A widget needs `id`, `component` and an object of `props`."
            problems.append({"plugin": str(plugin), "reason": reason})
    return kept


def _widget(one: object) -> Json | None:
    if not isinstance(one, Mapping):
        return None
    texts = {name: one.get(name, "") for name in ("id", "plugin", "component", "title")}
    props = one.get("props", {})
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(props, Mapping):
        return None
    return {**texts, "props": dict(props)} if texts["id"] and texts["component"] else None
