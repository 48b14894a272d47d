"""The service `backup`: one file that holds what a hub keeps, and the way back from it."""

from plexihub.services.backup.archive import Manifest, read_manifest, unpack
from plexihub.services.backup.errors import BackupError, DamagedBackupError
from plexihub.services.backup.restore import Restored, restore, verify
from plexihub.services.backup.schedule import BackupSchedule
from plexihub.services.backup.service import BackupInfo, BackupService

__all__ = (
    "BackupError",
    "BackupInfo",
    "BackupSchedule",
    "BackupService",
    "DamagedBackupError",
    "Manifest",
    "Restored",
    "read_manifest",
    "restore",
    "unpack",
    "verify",
)
