"""What plugins show, and how open pages hear of changes."""

from plexihub.services.ui.files import PluginFiles
from plexihub.services.ui.live import LiveHub, Subscription
from plexihub.services.ui.registry import UiRegistry

__all__ = ("LiveHub", "PluginFiles", "Subscription", "UiRegistry")
