"""The database: models, units of work, migrations."""

from plexihub.services.database.database import Database
from plexihub.services.database.errors import BusyError
from plexihub.services.database.handle import Handle, Rows
from plexihub.services.database.models import Job, Plugin, Session, Setting, User
from plexihub.services.database.stores import DatabaseConfigStore, DatabasePluginStore
from plexihub.services.database.unit import UnitOfWork

__all__ = (
    "BusyError",
    "Database",
    "DatabaseConfigStore",
    "DatabasePluginStore",
    "Handle",
    "Job",
    "Plugin",
    "Rows",
    "Session",
    "Setting",
    "UnitOfWork",
    "User",
)
