"""The database: models, units of work, migrations."""

from plexihub.services.database.database import Database
from plexihub.services.database.errors import BusyError
from plexihub.services.database.handle import Handle, Rows
from plexihub.services.database.models import (
    File,
    Job,
    JobRun,
    Log,
    Plugin,
    Role,
    Session,
    Setting,
    User,
)
from plexihub.services.database.own import OwnModel
from plexihub.services.database.record import Row
from plexihub.services.database.stores import DatabaseConfigStore, DatabasePluginStore
from plexihub.services.database.unit import UnitOfWork
from plexihub.services.database.writes import EntityWrites, Written

__all__ = (
    "BusyError",
    "Database",
    "DatabaseConfigStore",
    "DatabasePluginStore",
    "EntityWrites",
    "File",
    "Handle",
    "Job",
    "JobRun",
    "Log",
    "OwnModel",
    "Plugin",
    "Role",
    "Row",
    "Rows",
    "Session",
    "Setting",
    "UnitOfWork",
    "User",
    "Written",
)
