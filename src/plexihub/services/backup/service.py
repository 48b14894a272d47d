"""The service `backup`: makes archives, tells of them, and keeps as many as the setting says.

Who told `database.backup.started` decides what it means. The service tells it in its own name; told
by anybody else it asks for a backup, and is not told again when that one starts. A journey asks for
one backup at most: a plugin that tells again what it hears makes no second one.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Coroutine
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from plexihub.datadir import DataDir
from plexihub.kernel.background import Background
from plexihub.kernel.context import Actor, CallContext, acting, current
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.ports import AuditEntry
from plexihub.services.backup.archive import Manifest, read_manifest
from plexihub.services.backup.errors import BackupError, told
from plexihub.services.backup.pack import Packing
from plexihub.services.database import Database
from plexihub_sdk.errors import ConflictError, InputError, PlexiHubError, Veto
from plexihub_sdk.ids import TraceId

_log = logging.getLogger(__name__)
STARTED = "database.backup.started"
MOST_NOTE = 500
#: A listener may take 30 seconds to tell again what it heard.
REPEAT_SECONDS = 60.0
_SELF = Actor("core", "backup", "backup")
_OWN = re.compile(r"plexihub-\d{8}T\d{9}Z\.tar\.gz\Z")


class BackupInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One archive; `problem` says why it cannot be restored, empty where nothing is known."""

    name: str
    path: str
    size: int
    created: str = ""
    version: str = ""
    schema: str = ""
    note: str = ""
    files: int = 0
    problem: str = ""


class BackupService:
    """Makes and lists backups.

    In plain code the methods do their work and answer; in `async` code `create` and `list` answer
    with something to await.

    Args:
        folder: The hub's data folder; archives are in `backups` there.
        kernel: For hooks, events, audit and settings.
        database: What is copied first.
        version: Of the hub.
    """

    def __init__(self, folder: DataDir, kernel: Kernel, database: Database, version: str) -> None:
        self._folder = folder
        self._kernel = kernel
        self._database = database
        self._version = version
        self._tasks = Background()
        self._packing: Packing | None = None
        self._busy = False
        self._last_trace: TraceId | None = None
        self._last_end = 0.0

    def listen(self) -> None:
        """Make a backup whenever somebody else tells that one started."""
        self._kernel.events.subscribe(STARTED, self._asked)

    async def close(self) -> None:
        """End a backup that is being made, with nothing left of it."""
        if self._packing is not None:
            self._packing.stopped.set()
        await self._tasks.close()

    @property
    def making(self) -> str:
        """The name of the archive that is being made now; empty where none is."""
        return self._packing.target.name if self._packing else ""

    def create(self, *, note: str = "") -> Any:
        """Make a backup and answer its `BackupInfo`.

        Whoever stops waiting does not stop the backup.

        Raises:
            Veto: A handler of `backup.creating` refused.
            ConflictError: One is being made already.
            BackupError: It could not be made; nothing is left of it.
        """
        return self._database.plainly(self._create(acting(), note))

    async def create_for(self, ctx: CallContext, *, note: str = "") -> BackupInfo:
        """Make a backup for whoever the context says; as `create`."""
        return await self._create(ctx, note)

    def list(self) -> Any:
        """Answer a `BackupInfo` of every archive, the newest first."""
        return self._database.plainly(asyncio.to_thread(_described_all, self._folder.backups))

    def _asked(self, _data: Any) -> None:
        ctx = current()
        repeated = ctx.trace == self._last_trace and (
            self._busy or time.monotonic() - self._last_end < REPEAT_SECONDS
        )
        if ctx.actor == _SELF or repeated or self._busy:
            return
        self._spawn(self._answer(ctx))

    async def _answer(self, ctx: CallContext) -> None:
        try:
            await self._create(ctx, "", is_told=True)
        except PlexiHubError as error:
            _log.warning("the backup that %s asked for failed: %s", ctx.actor.name, error)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        # Outside the caller's context: no transaction of its reaches in here.
        return Context().run(self._tasks.spawn, work, name="backup")

    async def _create(self, ctx: CallContext, note: str, *, is_told: bool = False) -> BackupInfo:
        if self._busy:
            raise ConflictError("A backup is being made already.", next="Wait until it is whole.")
        self._busy, self._last_trace = True, ctx.trace
        now = datetime.now(UTC)
        name = f"plexihub-{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z.tar.gz"
        try:
            payload = await self._kernel.hooks.call("backup.creating", {"note": note}, ctx)
            packing = self._prepare(name, now, _checked(payload.get("note", "")))
        except BaseException as error:
            self._end(ctx, name, error)
            raise
        if not is_told:
            self._tell(ctx, STARTED, {"name": name})
        task = self._spawn(self._make(ctx, packing))
        # Whoever stops waiting stops nothing but the waiting.
        await asyncio.wait({task})
        made: BackupInfo | PlexiHubError = _stopped() if task.cancelled() else task.result()
        if isinstance(made, PlexiHubError):
            raise made
        return made

    def _prepare(self, name: str, moment: datetime, note: str) -> Packing:
        self._packing = Packing(
            data=self._folder.path,
            target=self._folder.backups / name,
            copy_database=self._database.copy_to,
            audit=self._kernel.audit.extent,
            created=moment.isoformat(timespec="seconds").replace("+00:00", "Z"),
            version=self._version,
            note=note,
        )
        return self._packing

    async def _make(self, ctx: CallContext, packing: Packing) -> BackupInfo | PlexiHubError:
        start = time.perf_counter()
        name = packing.target.name
        try:
            manifest = await _packed(packing)
        except asyncio.CancelledError:
            self._end(ctx, name, _stopped())
            raise
        except PlexiHubError as error:
            self._end(ctx, name, error)
            return error
        except Exception as error:
            self._end(ctx, name, error)
            raise
        info = await asyncio.to_thread(_info, packing.target, manifest)
        self._end(ctx, name, None)
        self._record_made(ctx, info, (time.perf_counter() - start) * 1000)
        await self._retire(ctx)
        self._tell(ctx, "backup.created", {"backup": msgspec.to_builtins(info)})
        return info

    def _record_made(self, ctx: CallContext, info: BackupInfo, took: float) -> None:
        entry = AuditEntry(ctx=ctx, action="backup.create", target=info.name, execution_ms=took)
        entry.details = {"size": info.size, "files": info.files}
        self._kernel.audit.append(entry)

    async def _retire(self, ctx: CallContext) -> None:
        keep = self._kernel.config.get("backup.keep")
        for name in await asyncio.to_thread(_without_oldest, self._folder.backups, keep):
            self._kernel.audit.append(AuditEntry(ctx=ctx, action="backup.delete", target=name))

    def _end(self, ctx: CallContext, name: str, error: BaseException | None) -> None:
        self._busy, self._packing = False, None
        self._last_end = time.monotonic()
        if error is None:
            return
        entry = AuditEntry(ctx=ctx, action="backup.create", target=name, reason=str(error))
        entry.outcome = "vetoed" if isinstance(error, Veto) else "failed"
        self._kernel.audit.append(entry)
        self._tell(ctx, "backup.failed", {"name": name, "reason": str(error)})

    def _tell(self, ctx: CallContext, event: str, data: dict[str, Any]) -> None:
        self._kernel.events.publish(event, data, ctx.acting_as(_SELF))


def _stopped() -> BackupError:
    return BackupError("The hub stopped before the backup was whole.")


async def _packed(packing: Packing) -> Manifest:
    """Pack in a thread; one that is no longer wanted is told so and waited for."""
    work = asyncio.ensure_future(asyncio.to_thread(packing.run))
    try:
        await asyncio.wait({work})
    except asyncio.CancelledError:
        packing.stopped.set()
        # It takes its own files away.
        await asyncio.wait({work})
        work.exception()
        raise
    return work.result()


def _described_all(folder: Path) -> list[BackupInfo]:
    return [_described(path) for path in sorted(folder.glob("*.tar.gz"), reverse=True)]


def _without_oldest(folder: Path, keep: int) -> list[str]:
    """Delete all but the newest archives, and answer the names of those that went."""
    gone = []
    for path in sorted(path for path in folder.iterdir() if _OWN.match(path.name))[:-keep]:
        try:
            path.unlink()
            gone.append(path.name)
        except OSError as error:
            _log.warning("the old backup %s cannot be deleted: %s", path.name, error.strerror)
    return gone


def _checked(note: Any) -> str:
    if not isinstance(note, str) or len(note) > MOST_NOTE:
        raise InputError(f"A note is a text of {MOST_NOTE} characters at most.", where="note")
    return note


def _info(path: Path, manifest: Manifest) -> BackupInfo:
    with told("The backup cannot be read", path):
        size = path.stat().st_size
    return BackupInfo(
        name=path.name,
        path=str(path),
        size=size,
        created=manifest.created,
        version=manifest.version,
        schema=manifest.schema,
        note=manifest.note,
        files=len(manifest.members),
    )


def _described(path: Path) -> BackupInfo:
    try:
        return _info(path, read_manifest(path))
    except PlexiHubError as error:
        size = path.stat().st_size if path.exists() else 0
        return BackupInfo(name=path.name, path=str(path), size=size, problem=error.message)
