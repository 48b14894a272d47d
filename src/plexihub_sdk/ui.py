"""What a plugin can add to the web interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plexihub_sdk.kit import COMPONENTS
from plexihub_sdk.routes import Person

__all__ = (
    "KIT",
    "Command",
    "CommandAnswer",
    "CommandCall",
    "ComposerButton",
    "ElementWidget",
    "MessageAction",
    "Panel",
    "ProfileTab",
    "SettingsButton",
    "Widget",
)

#: Components of the hub's own kit; any other name is shown as a generic card.
KIT = (*COMPONENTS, "CustomChart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A page in the navigation, drawn by a custom element.

    Args:
        id: Unique within the plugin.
        title: In the navigation.
        path: Such as `/chat`; deeper paths belong to the panel too.
        element: Name of the custom element.
        module: JavaScript module that defines it: a file of the plugin's folder. What begins with
            `assets/` and is not there is one of the hub's own bundles.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementWidget:
    """A card on a dashboard, drawn by a custom element of a trusted plugin.

    The element gets the properties `hub` and `props`.

    Args:
        id: Unique within the plugin.
        element: Name of the custom element.
        module: JavaScript module that defines it: a file of the plugin's folder.
        title: Heading of the card.
        props: What the element shows; JSON values.
    """

    id: str
    element: str
    module: str
    title: str
    props: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileTab:
    """A tab on every person's page, drawn by a custom element.

    The element gets the properties `hub` and `person`.

    Args:
        id: Unique within the plugin.
        title: On the tab.
        element: Name of the custom element.
        module: JavaScript module that defines it: a file of the plugin's folder.
        order: Lower comes first.
    """

    id: str
    title: str
    element: str
    module: str
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsButton:
    """A button on the settings page; a click calls a route of the plugin.

    The call is a POST without a body. The text under `message` in the answer is shown.

    Args:
        id: Unique within the plugin.
        label: On the button.
        route: Path of a POST route, such as `/api/v1/my-plugin/tidy`.
        text: What it is for, beside the button.
        order: Lower comes first.
    """

    id: str
    label: str
    route: str
    text: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAction:
    """A button beside every chat message; a click calls a route of the plugin.

    The call is a POST with `{"message_id": …, "channel_id": …}`. The text under `message` in the
    answer is shown.

    Args:
        id: Unique within the plugin.
        label: Its name.
        route: Path of a POST route, such as `/api/v1/my-plugin/keep`.
        icon: Name from the hub's icon set.
        order: Lower comes first.
    """

    id: str
    label: str
    route: str
    icon: str = "puzzle"
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposerButton:
    """A button beside the field in which people write; a click calls a route of the plugin.

    The call is a POST with `{"channel_id": …, "thread_id": …, "draft": …}`: where the person
    writes, and what stands in the field. The text under `message` in the answer is shown; the text
    under `draft` takes the place of what stands in the field.

    Args:
        id: Unique within the plugin.
        label: Its name.
        route: Path of a POST route, such as `/api/v1/my-plugin/translate`.
        icon: Name from the hub's icon set.
        order: Lower comes first.
    """

    id: str
    label: str
    route: str
    icon: str = "puzzle"
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A word after a slash that people type in the chat, such as `/roll 2d6`.

    Args:
        name: Without the slash: lower-case letters, digits and hyphens.
        description: What it does, a few words.
        hint: What may follow it, such as `2d6`.
    """

    name: str
    description: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCall:
    """A command that a person sent.

    Args:
        name: Of the command.
        text: What followed it; empty where nothing did.
        channel_id: Where it was typed.
        thread_id: The message below which it was typed; None outside a thread.
        person: Who typed it, as the session says.
    """

    name: str
    text: str
    channel_id: str
    thread_id: str | None
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswer:
    """What a command answers. A handler that answers plain text means a private answer.

    Args:
        text: Markdown.
        to_all: Posted as a message of the person who typed it, instead of shown to them alone.
    """

    text: str
    to_all: bool = False
