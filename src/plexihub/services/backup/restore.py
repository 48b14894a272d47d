"""Back from an archive to a data folder: wholly, or not at all.

Everything is unpacked and checked in a new folder beside the one to be, which takes its place by
one rename at the end; a folder that was there is moved aside just before, and put back when that
rename fails. Blocks: for a thread.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from plexihub.datadir import DataDir
from plexihub.kernel.audit import AuditLog
from plexihub.kernel.audit import verify as verify_audit
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.ports import AuditEntry
from plexihub.services.backup.archive import DATABASE, Manifest, read_manifest, unpack
from plexihub.services.backup.errors import BackupError, DamagedBackupError, told
from plexihub.services.backup.pack import schema_of
from plexihub.services.database.migrate import known_revisions
from plexihub_sdk.errors import ConflictError

_WHAT = "The backup cannot be restored"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, where to, and where what was there before is now."""

    manifest: Manifest
    folder: Path
    aside: Path | None


def verify(archive: Path, go_on: Callable[[], None] = lambda: None) -> Manifest:
    """Check every file's digest, the database's integrity and the chain of the audit log.

    Args:
        archive: The backup.
        go_on: Called before each file; what it raises ends the work.

    Raises:
        NotFoundError: There is no such archive.
        DamagedBackupError: Something is not as it was written; the message says what.
    """

    def wanted(name: str) -> bool:
        go_on()
        return name.startswith((DATABASE, "audit/"))

    with (
        told("The backup cannot be verified", tempfile.gettempdir()),
        tempfile.TemporaryDirectory(prefix="plexihub-verify-") as folder,
    ):
        manifest = unpack(archive, Path(folder), wanted)
        _check(Path(folder), archive, manifest)
    return manifest


async def restore(archive: Path, target: Path, *, replace: bool = False) -> Restored:
    """Make a data folder of an archive.

    Args:
        archive: As `create` made it.
        target: A folder that is empty or not there.
        replace: Whether a folder that holds something is moved aside.

    Raises:
        NotFoundError: There is no such archive.
        DamagedBackupError: It is not as it was written.
        ConflictError: The folder holds something, or the archive is of a newer release.
        StartupError: A hub uses the folder.
        BackupError: The disk refused; everything is as it was before.
    """
    archive, target = Path(os.path.abspath(archive)), Path(os.path.abspath(target))  # noqa: ASYNC240,PTH100 - looks at nothing
    occupied = await asyncio.to_thread(_is_occupied, target)
    if occupied and not replace:
        raise ConflictError(
            f"The folder {target} is not empty.",
            where=str(target),
            next="Restore --into another folder, or move this one aside with --replace.",
        )
    with DataDir(target).locked() if occupied else nullcontext():
        await asyncio.to_thread(_check_schema, archive)
        fresh = await asyncio.to_thread(_unpacked, archive, target)
        try:
            manifest = await asyncio.to_thread(read_manifest, archive)
            await _record(fresh, archive)
            aside = await asyncio.to_thread(_swap, fresh, target, occupied=occupied)
        finally:
            await asyncio.to_thread(shutil.rmtree, fresh, ignore_errors=True)
    return Restored(manifest, target, aside)


def _is_occupied(target: Path) -> bool:
    with told(_WHAT, target):
        if target.exists() and not target.is_dir():
            raise ConflictError(f"{target} is a file, not a folder.", where=str(target))
        return target.is_dir() and any(target.iterdir())


def _check_schema(archive: Path) -> None:
    manifest = read_manifest(archive)
    if manifest.schema not in known_revisions():
        raise ConflictError(
            f"The backup was made by the newer release {manifest.version}: its schema "
            f"{manifest.schema!r} is not known here.",
            where=archive.name,
            next="Install that release first, then restore.",
        )


def _unpacked(archive: Path, target: Path) -> Path:
    with told(_WHAT, target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.restoring-", dir=target.parent))
        try:
            manifest = unpack(archive, fresh)
            _check(fresh, archive, manifest)
            _relocate(fresh, target)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    return fresh


def _check(folder: Path, archive: Path, manifest: Manifest) -> None:
    problem = _database_problem(folder / DATABASE, manifest)
    verdict = verify_audit(folder / "audit")
    if not problem and verdict.first_bad is not None:
        problem = f"the audit log is broken at record {verdict.first_bad.seq}"
    if problem:
        raise DamagedBackupError(
            f"{archive.name} is no whole backup: {problem}.",
            where=str(archive),
            next="Use another backup.",
        )


def _database_problem(database: Path, manifest: Manifest) -> str:
    if not database.is_file():
        return "it holds no database"
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        schema = schema_of(database)
    except sqlite3.Error as error:
        return f"the database is damaged: {error}"
    if found != "ok":
        return f"the database is damaged: {' '.join(found.split())}"
    return "" if schema == manifest.schema else "its manifest names another schema"


def _relocate(fresh: Path, target: Path) -> None:
    """Let installed plugins be where they are now: the database knows them by their folders."""
    with closing(sqlite3.connect(fresh / DATABASE)) as connection, connection:
        rows = connection.execute("SELECT id, root FROM plugins WHERE NOT builtin").fetchall()
        for plugin, root in rows:
            home = Path("plugins") / Path(root).name
            if (fresh / home).is_dir():
                change = "UPDATE plugins SET root = ? WHERE id = ?"
                connection.execute(change, (str(target / home), plugin))


async def _record(fresh: Path, archive: Path) -> None:
    log = AuditLog(fresh / "audit")
    with told(_WHAT, fresh):
        await log.start()
        try:
            ctx = CallContext(actor=OPERATOR)
            log.append(AuditEntry(ctx=ctx, action="backup.restore", target=archive.name))
        finally:
            await log.close()


def _swap(fresh: Path, target: Path, *, occupied: bool) -> Path | None:
    os.sync()
    with told(_WHAT, target):
        if not occupied:
            fresh.rename(target)
            return None
        aside = target.with_name(f"{target.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
        target.rename(aside)
        try:
            fresh.rename(target)
        except OSError as error:
            aside.rename(target)
            raise BackupError(
                f"{_WHAT}: {error.strerror}. The folder is as it was.", where=str(target)
            ) from error
        return aside
