"""What a sandboxed plugin shows: `plugin.api.renderWidget`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub.services.guest.names import Name, Title
from plexihub.services.ui import UiRegistry
from plexihub_sdk.ids import PluginId
from plexihub_sdk.kit import check_props
from plexihub_sdk.permissions import UI_RENDER
from plexihub_sdk.ui import Widget


class RenderWidget(msgspec.Struct, forbid_unknown_fields=True):
    """A widget for every dashboard, until the plugin is disabled or renders it anew."""

    component: Name
    props: dict[str, Any] = {}
    id: Name | None = None
    title: Title = ""


def ui_methods(ui: UiRegistry) -> Iterator[Method]:
    """Make the methods for what is shown.

    Args:
        ui: Where widgets go.
    """

    async def render_widget(ctx: CallContext, params: RenderWidget) -> dict[str, str]:
        check_props(params.component, params.props)
        name = params.id or params.component.lower()
        widget = Widget(id=name, component=params.component, props=params.props, title=params.title)
        ui.render_widget(PluginId(ctx.actor.id), widget)
        return {"id": name}

    yield Method(
        "ui.render_widget", UI_RENDER, RenderWidget, render_widget, "Show a widget on dashboards."
    )
