"""What a sandboxed plugin can ask the hub for: methods of the gateway, each with its permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.gateway import Method
from plexihub.services.ui import UiRegistry
from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.events import EVENTS, SANDBOX_EVENTS
from plexihub_sdk.hooks import hook_named
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import EVENTS_EMIT, UI_RENDER
from plexihub_sdk.ui import Widget

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][\w.:-]*\Z")]
Title = Annotated[str, msgspec.Meta(max_length=100)]


class Emit(msgspec.Struct, forbid_unknown_fields=True):
    """An event of the plugin's own."""

    name: Name
    data: Any = None


class RenderWidget(msgspec.Struct, forbid_unknown_fields=True):
    """A widget for every dashboard, until the plugin is disabled or renders it anew."""

    component: Name
    props: dict[str, Any] = {}
    id: Name | None = None
    title: Title = ""


def guest_methods(bus: EventBus, ui: UiRegistry) -> Iterator[Method]:
    """Make the methods that the gateway offers.

    Args:
        bus: Where events of plugins go, under `plugin.<id>.`.
        ui: Where their widgets go.
    """

    async def emit(ctx: CallContext, params: Emit) -> None:
        if params.name in EVENTS or params.name in SANDBOX_EVENTS or hook_named(params.name):
            raise PermissionDenied(
                EVENTS_EMIT,
                f"{params.name!r} is the hub's own; a sandboxed plugin emits events of its own.",
                where="events.emit",
                next="Choose another name.",
            )
        bus.publish(f"plugin.{ctx.actor.id}.{params.name}", params.data, ctx)

    async def render_widget(ctx: CallContext, params: RenderWidget) -> dict[str, str]:
        name = params.id or params.component.lower()
        widget = Widget(id=name, component=params.component, props=params.props, title=params.title)
        ui.render_widget(PluginId(ctx.actor.id), widget)
        return {"id": name}

    yield Method("events.emit", EVENTS_EMIT, Emit, emit, "Tell an event of the plugin's own.")
    yield Method(
        "ui.render_widget", UI_RENDER, RenderWidget, render_widget, "Show a widget on dashboards."
    )
