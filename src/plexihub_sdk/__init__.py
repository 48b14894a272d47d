"""What a plugin imports: the standard library is all it needs."""

from plexihub_sdk.errors import PermissionDenied, PlexiHubError, Veto
from plexihub_sdk.ids import new_id
from plexihub_sdk.models import Model, Tables, column, now
from plexihub_sdk.plugin import PluginContext
from plexihub_sdk.routes import Person, Request, Response, WebSocket
from plexihub_sdk.ui import (
    Command,
    CommandAnswer,
    CommandCall,
    ComposerButton,
    ElementWidget,
    MessageAction,
    Panel,
    ProfileTab,
    SettingsButton,
    Widget,
)

__all__ = (
    "Command",
    "CommandAnswer",
    "CommandCall",
    "ComposerButton",
    "ElementWidget",
    "MessageAction",
    "Model",
    "Panel",
    "PermissionDenied",
    "Person",
    "PlexiHubError",
    "PluginContext",
    "ProfileTab",
    "Request",
    "Response",
    "SettingsButton",
    "Tables",
    "Veto",
    "WebSocket",
    "Widget",
    "column",
    "new_id",
    "now",
)
