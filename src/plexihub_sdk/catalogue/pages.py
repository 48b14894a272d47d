"""Dashboards, what stands on them, and what people ask of them."""

from __future__ import annotations

from typing import Any, TypedDict

from plexihub_sdk.catalogue.kind import Entity, HookType


class DashboardCreating(TypedDict):
    """A dashboard is about to be created."""

    title: str
    owner_id: str


class DashboardChanged(TypedDict):
    """The dashboard after the change."""

    dashboard: dict[str, Any]


class WidgetCreating(TypedDict, total=False):
    """A widget is about to be put on a dashboard; `source` names one that a plugin brings."""

    dashboard_id: str
    source: str
    component: str
    title: str
    props: dict[str, Any]


class WidgetChanged(TypedDict):
    """The widget after the change."""

    widget: dict[str, Any]


class UiRendering(TypedDict):
    """What a person's page is about to be given; `user_id` is None for the operator.

    `page` has the lists `pages` (the hub's own), `panels`, `widgets`, `profile_tabs`,
    `settings_buttons`, `message_actions`, `styles`, `scripts` and further ones. A handler leaves
    items out, moves them, and changes `title`, `label`, `text`, `icon` and `order`; new ones come
    by the service `ui`.
    """

    user_id: str | None
    page: dict[str, list[dict[str, Any]]]


class DashboardLoading(TypedDict, total=False):
    """A dashboard is about to be shown; handlers add to `customWidgets`."""

    userId: str
    dashboardId: str
    customWidgets: list[dict[str, Any]]


class DataFetching(TypedDict, total=False):
    """A person's data query is about to be answered; `transformedData` is what they see.

    It holds the rows that were found; a sandboxed plugin is handed them where `data:read` lets it.
    """

    query: str
    filters: dict[str, Any]
    transformedData: Any


class ActionExecuting(TypedDict, total=False):
    """A person triggered an action that a plugin declared."""

    action: str
    context: dict[str, Any]
    result: Any
    metadata: dict[str, Any]


_ENTITIES = (
    Entity(
        name="dashboard", noun="a dashboard", creating=DashboardCreating, changed=DashboardChanged
    ),
    Entity(name="widget", noun="a widget", creating=WidgetCreating, changed=WidgetChanged),
)
HOOKS = (
    *(hook for entity in _ENTITIES for hook in entity.hooks()),
    HookType(
        name="ui.rendering",
        payload=UiRendering,
        doc="Before a person's page is given its navigation, buttons and other parts.",
        deadline=2.0,
    ),
    HookType(
        name="dashboard.loading",
        payload=DashboardLoading,
        doc="Before a dashboard is shown.",
        sandbox_name="onDashboardLoad",
        gathers=True,
    ),
    HookType(
        name="data.fetching",
        payload=DataFetching,
        doc="Before the answer to a data query is shown.",
        sandbox_name="onDataFetch",
    ),
    HookType(
        name="action.executing",
        payload=ActionExecuting,
        doc="When a person triggers a plugin's action.",
        sandbox_name="onActionExecute",
    ),
)
EVENTS = tuple(event for entity in _ENTITIES for event in entity.events())
