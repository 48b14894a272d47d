"""The plugin: a table, routes, a panel, and news to the open pages."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import InputError, NotFoundError
from plexihub_sdk.models import ModelHandle, Record
from plexihub_sdk.plugin import PluginContext
from plexihub_sdk.routes import Person, Request, Response
from plexihub_sdk.ui import Panel

from .model import MAX_TITLE, Dashboard
from .news import News
from .page import Pages

BASE = "/api/v1/dashboards"
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
    """Dashboards, with `create` for other trusted plugins to use."""

    def __init__(self, context: PluginContext) -> None:
        handles = context.get_service("database").register_models([Dashboard])
        self._dashboards: ModelHandle = handles[0]
        self._pages = Pages(context)
        News(context)
        api = context.get_service("api")
        api.register_route("GET", BASE, self.list_all)
        api.register_route("POST", BASE, self.add)
        api.register_route("GET", BASE + "/{dashboard_id}", self.show)
        context.get_service("ui").register_panel(PANEL)

    async def create(self, person: Person, *, title: str) -> dict[str, Any]:
        """Make a dashboard that everybody sees.

        Raises:
            InputError: The title is empty, too long or not printable.
        """
        text = title.strip()
        if not 1 <= len(text) <= MAX_TITLE or not text.isprintable():
            raise InputError(f"`title` must have 1 to {MAX_TITLE} characters.", where="title")
        return _summary(await self._dashboards.create(title=text, owner_id=person.id))

    async def list_all(self, request: Request) -> dict[str, Any]:
        """List the dashboards, the oldest first."""
        del request
        records = await self._dashboards.find(order=("created_at", "id"))
        return {"items": [_summary(record) for record in records], "next": None}

    async def add(self, request: Request) -> Response:
        """Make a dashboard."""
        title = request.value("title", str)
        return Response(status=201, json=await self.create(request.signed_in(), title=title))

    async def show(self, request: Request) -> dict[str, Any]:
        """Show one with its widgets."""
        dashboard = await self._dashboards.find_one({"id": request.params["dashboard_id"]})
        if dashboard is None:
            raise NotFoundError("There is no such dashboard.", where="dashboard")
        return await self._pages.show(dashboard, request.signed_in())


def _summary(record: Record) -> dict[str, Any]:
    return {"id": record.id, "title": record.title, "owner_id": record.owner_id}
