"""What a sandboxed plugin can ask the hub for: methods of the gateway, one module an area.

Every method stands in `plexihub_sdk/api.py`, too, of which both languages make `plugin.api`.
"""

from plexihub.services.guest.audit import audit_methods
from plexihub.services.guest.billing import billing_methods
from plexihub.services.guest.config import config_methods
from plexihub.services.guest.data import data_methods
from plexihub.services.guest.events import event_methods
from plexihub.services.guest.files import file_methods
from plexihub.services.guest.messages import Messages, message_methods
from plexihub.services.guest.network import Bodies, network_methods
from plexihub.services.guest.permission import permission_methods
from plexihub.services.guest.revoked import end_with_permissions
from plexihub.services.guest.sandbox import Sandboxes, sandbox_methods
from plexihub.services.guest.settings import settings_methods
from plexihub.services.guest.storage import storage_methods
from plexihub.services.guest.tables import table_methods
from plexihub.services.guest.ui import ui_methods
from plexihub.services.guest.uploads import upload_methods
from plexihub.services.guest.users import user_methods

__all__ = (
    "Bodies",
    "Messages",
    "Sandboxes",
    "audit_methods",
    "billing_methods",
    "config_methods",
    "data_methods",
    "end_with_permissions",
    "event_methods",
    "file_methods",
    "message_methods",
    "network_methods",
    "permission_methods",
    "sandbox_methods",
    "settings_methods",
    "storage_methods",
    "table_methods",
    "ui_methods",
    "upload_methods",
    "user_methods",
)
