"""What a sandboxed plugin can ask the hub for: methods of the gateway, one module an area.

Every method stands in `plexihub_sdk/api.py`, too, of which both languages make `plugin.api`.
"""

from plexihub.services.guest.audit import audit_methods
from plexihub.services.guest.events import event_methods
from plexihub.services.guest.network import Bodies, network_methods
from plexihub.services.guest.ui import ui_methods

__all__ = (
    "Bodies",
    "audit_methods",
    "event_methods",
    "network_methods",
    "ui_methods",
)
