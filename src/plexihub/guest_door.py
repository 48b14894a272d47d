"""What the gateway offers to sandboxed plugins: the methods of every area, over the hub's parts."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.kernel.audit import AuditService
from plexihub.kernel.gateway import Method
from plexihub.kernel.kernel import Kernel
from plexihub.services.billing import Ledger
from plexihub.services.database import Database
from plexihub.services.egress import Egress
from plexihub.services.files import FileService
from plexihub.services.guest import (
    Bodies,
    Messages,
    Sandboxes,
    audit_methods,
    billing_methods,
    config_methods,
    data_methods,
    event_methods,
    file_methods,
    message_methods,
    network_methods,
    permission_methods,
    sandbox_methods,
    settings_methods,
    storage_methods,
    table_methods,
    ui_methods,
    upload_methods,
    user_methods,
)
from plexihub.services.query import DataService, DataWrites
from plexihub.services.storage import Keep
from plexihub.services.ui import UiRegistry
from plexihub.services.users import UserManager


def hub_methods(
    kernel: Kernel, database: Database, users: UserManager, ui: UiRegistry
) -> Iterator[Method]:
    """Make the methods that reach what is the hub's own."""
    yield from audit_methods(AuditService(kernel.audit))
    yield from billing_methods(Ledger(database, kernel.audit))
    yield from config_methods(kernel.config)
    yield from event_methods(kernel.events)
    yield from permission_methods(kernel.approvals)
    yield from settings_methods(kernel.config)
    yield from ui_methods(ui)
    yield from user_methods(users)


def own_methods(keep: Keep, sandboxes: Sandboxes) -> Iterator[Method]:
    """Make the methods that reach what is the plugin's own."""
    yield from storage_methods(keep.values)
    yield from table_methods(keep.rows)
    yield from file_methods(keep.files)
    yield from sandbox_methods(sandboxes)


def people_methods(
    kernel: Kernel, data: tuple[DataService, DataWrites], messages: Messages, files: FileService
) -> Iterator[Method]:
    """Make the methods that reach what is people's."""
    yield from data_methods(*data, kernel.broker)
    yield from message_methods(messages)
    yield from upload_methods(files)


def outside_methods(egress: Egress, bodies: Bodies) -> Iterator[Method]:
    """Make the methods that reach other machines."""
    yield from network_methods(egress, bodies)
