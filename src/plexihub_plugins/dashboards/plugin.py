"""The plugin: tables, routes, a panel, and news to the open pages."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.plugin import PluginContext
from plexihub_sdk.routes import Person, Request, Response
from plexihub_sdk.ui import Panel

from .action import Actions, may_change, summary
from .data import DASHBOARDS, DashboardWriter
from .news import News
from .page import Pages

BASE = "/api/v1/dashboards"
ONE = BASE + "/{dashboard_id}"
WIDGETS = ONE + "/widgets"
WIDGET = WIDGETS + "/{key}"
PANEL = Panel(
    id="dashboards",
    title="Dashboards",
    path="/dashboards",
    element="plexi-dashboards",
    module="assets/dashboards.js",
    icon="dashboard",
    order=20,
)


class DashboardsPlugin:
    """Dashboards, with `create` and `actions` for other trusted plugins to use."""

    def __init__(self, context: PluginContext) -> None:
        self.actions = Actions(context)
        self._pages = Pages(context)
        News(context)
        writer = DashboardWriter(self.actions)
        context.get_service("data").offer(DASHBOARDS, writer=writer)
        api = context.get_service("api")
        api.register_route("GET", BASE, self.list_all)
        api.register_route("POST", BASE, self.add)
        api.register_route("GET", ONE, self.show)
        api.register_route("PATCH", ONE, self.rename)
        api.register_route("DELETE", ONE, self.delete)
        api.register_route("POST", WIDGETS, self.add_widget)
        api.register_route("PATCH", WIDGET, self.change_widget)
        api.register_route("DELETE", WIDGET, self.remove_widget)
        api.register_route("PUT", ONE + "/layout", self.arrange)
        api.register_route("DELETE", ONE + "/layout", self.reset)
        context.get_service("ui").register_panel(PANEL)

    async def create(self, person: Person, *, title: str) -> dict[str, Any]:
        """Make a dashboard that everybody sees.

        Raises:
            InputError: The title is empty, too long or not printable.
            Veto: A plugin refused.
        """
        return await self.actions.create(person, title=title)

    async def list_all(self, request: Request) -> dict[str, Any]:
        """List the dashboards, the oldest first."""
        del request
        records = await self.actions.dashboards.find(order=("created_at", "id"))
        return {"items": [summary(record) for record in records], "next": None}

    async def add(self, request: Request) -> Response:
        """Make a dashboard."""
        title = request.value("title", str)
        return Response(status=201, json=await self.create(request.signed_in(), title=title))

    async def show(self, request: Request) -> dict[str, Any]:
        """Show one with its widgets."""
        person, identity = _who_and_which(request)
        dashboard = await self.actions.dashboard(identity)
        shown = await self._pages.show(dashboard, await self.actions.rows(identity), person)
        return {**shown, "may_change": may_change(person, dashboard)}

    async def rename(self, request: Request) -> dict[str, Any]:
        """Give one another title."""
        title = request.value("title", str)
        return await self.actions.rename(*_who_and_which(request), title=title)

    async def delete(self, request: Request) -> Response:
        """Delete one."""
        await self.actions.delete(*_who_and_which(request))
        return Response(status=204)

    async def add_widget(self, request: Request) -> Response:
        """Put a widget on a dashboard."""
        widget = await self.actions.add(
            *_who_and_which(request),
            component=request.value("component", str),
            title=request.value("title", str),
            props=request.value("props", dict),
        )
        return Response(status=201, json=widget)

    async def change_widget(self, request: Request) -> dict[str, Any]:
        """Rename, fill, resize, hide or show a widget."""
        key = request.params["key"]
        return await self.actions.change(*_who_and_which(request), key, request.json)

    async def remove_widget(self, request: Request) -> Response:
        """Take a widget off."""
        await self.actions.remove(*_who_and_which(request), request.params["key"])
        return Response(status=204)

    async def arrange(self, request: Request) -> Response:
        """Put the widgets in another order."""
        order = request.value("order", list)
        await self.actions.arrange(*_who_and_which(request), order)
        return Response(status=204)

    async def reset(self, request: Request) -> Response:
        """Let widgets that come by themselves stand as they come."""
        await self.actions.reset(*_who_and_which(request))
        return Response(status=204)


def _who_and_which(request: Request) -> tuple[Person, str]:
    return request.signed_in(), request.params["dashboard_id"]
