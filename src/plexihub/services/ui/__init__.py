"""What plugins show, and how open pages hear of changes."""

from plexihub.services.ui.admin_news import AdminNews
from plexihub.services.ui.files import PluginFiles
from plexihub.services.ui.interaction import Executed, Interactions
from plexihub.services.ui.live import LiveHub, Subscription
from plexihub.services.ui.news import tell_pages
from plexihub.services.ui.pages import pages_for
from plexihub.services.ui.registry import UiRegistry
from plexihub.services.ui.rendering import rendered

__all__ = (
    "AdminNews",
    "Executed",
    "Interactions",
    "LiveHub",
    "PluginFiles",
    "Subscription",
    "UiRegistry",
    "pages_for",
    "rendered",
    "tell_pages",
)
