"""What a plugin can add to the web interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ("KIT", "Panel", "Widget")

#: Components of the hub's own kit; any other name is shown as a generic card.
KIT = ("Text", "Stat", "List", "Chart", "CustomChart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A page in the navigation, drawn by a custom element.

    Args:
        id: Unique within the plugin.
        title: In the navigation.
        path: Such as `/chat`; deeper paths belong to the panel too.
        element: Name of the custom element.
        module: JavaScript module that defines it, relative to the hub's base address.
        icon: Name from the hub's icon set.
        order: Lower comes first.
        admin: Shown to administrators only.
    """

    id: str
    title: str
    path: str
    element: str
    module: str
    icon: str = "puzzle"
    order: int = 100
    admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """A card on a dashboard: data for a component, never code.

    Args:
        id: Unique within the plugin.
        component: One of `KIT`, or any name for a generic card.
        props: What the component shows; JSON values.
        title: Heading of the card; empty for none.
    """

    id: str
    component: str
    props: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
