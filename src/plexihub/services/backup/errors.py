"""What can be wrong with making, reading and restoring a backup."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from plexihub_sdk.errors import PlexiHubError

_FULL = (errno.ENOSPC, errno.EDQUOT)


class BackupError(PlexiHubError):
    """A backup could not be made or restored; nothing half-made is left."""

    code = "backup_failed"


class DamagedBackupError(PlexiHubError):
    """A file is no backup, or not as it was written."""

    code = "backup_damaged"


@contextmanager
def told(what: str, where: object) -> Iterator[None]:
    """Turn what the disk and SQLite refuse into one sentence.

    Args:
        what: What could not be done, such as `The backup cannot be written`.
        where: The file or folder.

    Raises:
        BackupError: It was refused.
    """
    try:
        yield
    except OSError as error:
        raise _refused(what, str(where), error.strerror or str(error), error.errno) from error
    except sqlite3.Error as error:
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL if _is_told(error) else False
        raise _refused(what, str(where), str(error), errno.ENOSPC if full else None) from error


def _is_told(error: sqlite3.Error) -> bool:
    # The module's own complaints carry no code of the library's.
    return hasattr(error, "sqlite_errorcode")


def _refused(what: str, where: str, problem: str, number: int | None) -> BackupError:
    if number in _FULL:
        return BackupError(
            f"{what}: the disk is full.", where=where, next="Make room there, and try again."
        )
    return BackupError(
        f"{what}: {problem[:1].lower()}{problem[1:]}.",
        where=where,
        next="See that the hub's account may write there.",
    )
