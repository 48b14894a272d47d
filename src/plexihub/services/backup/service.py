"""The service `backup`: makes archives, tells of them, and keeps as many as the setting says.

Who told `database.backup.started` decides what it means. The service tells it in its own name; told
by anybody else it asks for a backup, and is not told again when that one starts. A journey asks for
one backup at most: a plugin that tells again what it hears makes no second one.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
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
from plexihub.services.backup.errors import BackupError, DamagedBackupError, told
from plexihub.services.backup.marks import Mark, keep_mark, mark_of, read_marks
from plexihub.services.backup.pack import Packing
from plexihub.services.backup.restore import verify
from plexihub.services.database import Database
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError, PlexiHubError, Veto
from plexihub_sdk.ids import TraceId

_log = logging.getLogger(__name__)
STARTED = "database.backup.started"
MOST_NOTE = 500
#: A listener may take 30 seconds to tell again what it heard.
REPEAT_SECONDS = 60.0
#: How often it is told how far a backup is.
TICK_SECONDS = 0.5
Progress = Callable[[float], None]
_SELF = Actor("core", "backup", "backup")
_OWN = re.compile(r"plexihub-\d{8}T\d{9}Z\.tar\.gz\Z")


class BackupInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One archive.

    `verified` is when every byte of it was last checked; `problem` says why it cannot be restored,
    empty where nothing is known.
    """

    name: str
    path: str
    size: int
    created: str = ""
    version: str = ""
    schema: str = ""
    note: str = ""
    files: int = 0
    problem: str = ""
    verified: str = ""


class BackupService:
    """Makes and lists backups.

    In plain code the methods do their work and answer; in `async` code `create` and `list` answer
    with something to await.

    Args:
        folder: The hub's data folder; archives are in `backups` there.
        kernel: For hooks, events, audit and settings.
        database: What is copied first.
        version: Of the hub.
        changed: Told when a backup came, went, got further or was verified.
    """

    def __init__(
        self,
        folder: DataDir,
        kernel: Kernel,
        database: Database,
        version: str,
        *,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._folder = folder
        self._kernel = kernel
        self._database = database
        self._version = version
        self._changed = changed
        self._tasks = Background()
        self._stopping = threading.Event()
        self._verifying = ""
        self._packing: Packing | None = None
        self._busy = False
        self._last_trace: TraceId | None = None
        self._last_end = 0.0

    def listen(self) -> None:
        """Make a backup whenever somebody else tells that one started."""
        self._kernel.events.subscribe(STARTED, self._asked)

    async def close(self) -> None:
        """End a backup that is being made, with nothing left of it, and a check of one."""
        self._stopping.set()
        if self._packing is not None:
            self._packing.stopped.set()
        await self._tasks.close()

    @property
    def making(self) -> str:
        """The name of the archive that is being made now; empty where none is."""
        return self._packing.target.name if self._packing else ""

    @property
    def share(self) -> float:
        """How much of the archive is packed, from 0 to 1."""
        return self._packing.share if self._packing else 0.0

    @property
    def verifying(self) -> str:
        """The name of the archive that is being verified now; empty where none is."""
        return self._verifying

    def create(self, *, note: str = "") -> Any:
        """Make a backup and answer its `BackupInfo`.

        Whoever stops waiting does not stop the backup.

        Raises:
            Veto: A handler of `backup.creating` refused.
            ConflictError: One is being made already.
            BackupError: It could not be made; nothing is left of it.
        """
        return self._database.plainly(self._create(acting(), note))

    async def create_for(
        self, ctx: CallContext, *, note: str = "", progress: Progress = lambda _share: None
    ) -> BackupInfo:
        """Make a backup for whoever the context says, as `create`, and tell how far it is."""
        return await self._create(ctx, note, progress=progress)

    def verify(self, name: str) -> Any:
        """Check every byte of an archive, and answer its `BackupInfo`.

        Raises:
            NotFoundError: There is no such archive.
            ConflictError: One is being verified already.
            DamagedBackupError: It is not as it was written; that is kept with it.
        """
        return self._database.plainly(self.verify_for(acting(), name))

    async def verify_for(self, ctx: CallContext, name: str) -> BackupInfo:
        """Verify an archive for whoever the context says; as `verify`."""
        path = await self.path_of(name)
        if self._verifying:
            raise ConflictError(
                f"The backup {self._verifying} is being verified.", next="Wait for its end."
            )
        self._verifying = name
        self._changed()
        task = self._spawn(self._verify(ctx, path))
        await asyncio.wait({task})
        found: BackupInfo | PlexiHubError = _stopped() if task.cancelled() else task.result()
        if isinstance(found, PlexiHubError):
            raise found
        return found

    async def _verify(self, ctx: CallContext, path: Path) -> BackupInfo | PlexiHubError:
        start = time.perf_counter()
        failure: PlexiHubError | None = None
        try:
            await asyncio.to_thread(_verified, path, self._stopping)
        except PlexiHubError as error:
            failure = error
        finally:
            self._verifying = ""
            self._changed()
        entry = AuditEntry(ctx=ctx, action="backup.verify", target=path.name)
        entry.execution_ms = (time.perf_counter() - start) * 1000
        if failure is not None:
            entry.outcome, entry.reason = "failed", failure.message
        self._kernel.audit.append(entry)
        if failure is not None:
            return failure
        return await asyncio.to_thread(_described, path, read_marks(path.parent))

    def delete(self, name: str) -> Any:
        """Delete an archive.

        Raises:
            NotFoundError: There is no such archive.
            Veto: A handler of `backup.deleting` refused.
            BackupError: It cannot be deleted.
        """
        return self._database.plainly(self.delete_for(acting(), name))

    async def delete_for(self, ctx: CallContext, name: str) -> None:
        """Delete an archive for whoever the context says; as `delete`."""
        path = await self.path_of(name)
        await self._delete(ctx, path, "asked")

    async def _delete(self, ctx: CallContext, path: Path, reason: str) -> None:
        told = {"name": path.name, "reason": reason}
        await self._kernel.hooks.call("backup.deleting", dict(told), ctx)
        with told_of(path):
            await asyncio.to_thread(path.unlink, missing_ok=True)
        entry = AuditEntry(ctx=ctx, action="backup.delete", target=path.name)
        entry.details = {"reason": reason}
        self._kernel.audit.append(entry)
        self._tell(ctx, "backup.deleted", told)
        self._changed()

    async def path_of(self, name: str) -> Path:
        """Find an archive by its name.

        Raises:
            NotFoundError: There is no such archive.
        """
        # Looked up among those there are: no name leads out of the folder.
        for path in await asyncio.to_thread(_archives, self._folder.backups):
            if path.name == name:
                return path
        raise NotFoundError(
            f"There is no backup {name!r:.120}.", where="backup", next="See: plexihub backup list"
        )

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

    async def _create(
        self,
        ctx: CallContext,
        note: str,
        *,
        is_told: bool = False,
        progress: Progress = lambda _share: None,
    ) -> BackupInfo:
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
        self._changed()
        task = self._spawn(self._make(ctx, packing, progress))
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

    async def _make(
        self, ctx: CallContext, packing: Packing, progress: Progress
    ) -> BackupInfo | PlexiHubError:
        start = time.perf_counter()
        name = packing.target.name
        try:
            manifest = await _packed(packing, lambda: self._tick(packing, progress))
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

    def _tick(self, packing: Packing, progress: Progress) -> None:
        progress(packing.share)
        self._changed()

    async def _retire(self, ctx: CallContext) -> None:
        keep = self._kernel.config.get("backup.keep")
        for path in await asyncio.to_thread(_oldest, self._folder.backups, keep):
            try:
                await self._delete(ctx, path, "retention")
            except PlexiHubError as error:
                _log.warning("the old backup %s stays: %s", path.name, error)

    def _end(self, ctx: CallContext, name: str, error: BaseException | None) -> None:
        self._busy, self._packing = False, None
        self._last_end = time.monotonic()
        self._changed()
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


async def _packed(packing: Packing, tick: Callable[[], None]) -> Manifest:
    """Pack in a thread; one that is no longer wanted is told so and waited for."""
    work = asyncio.ensure_future(asyncio.to_thread(packing.run))
    try:
        while not (await asyncio.wait({work}, timeout=TICK_SECONDS))[0]:
            tick()
    except asyncio.CancelledError:
        packing.stopped.set()
        # It takes its own files away.
        await asyncio.wait({work})
        work.exception()
        raise
    return work.result()


def _verified(path: Path, stopping: threading.Event) -> None:
    def go_on() -> None:
        if stopping.is_set():
            raise _stopped()

    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    try:
        verify(path, go_on)
    except DamagedBackupError as error:
        with told_of(path):
            keep_mark(path, at, error.message)
        raise
    with told_of(path):
        keep_mark(path, at, "")


def told_of(path: Path) -> AbstractContextManager[None]:
    """Turn what the disk refuses into a sentence."""
    return told("The folder of backups cannot be written", path)


def _archives(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tar.gz"), reverse=True)


def _described_all(folder: Path) -> list[BackupInfo]:
    marks = read_marks(folder)
    return [_described(path, marks) for path in _archives(folder)]


def _oldest(folder: Path, keep: int) -> list[Path]:
    """Answer all archives of the hub's own naming but the newest."""
    return [path for path in _archives(folder)[::-1] if _OWN.match(path.name)][:-keep]


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


def _described(path: Path, marks: dict[str, Mark]) -> BackupInfo:
    try:
        info = _info(path, read_manifest(path))
    except PlexiHubError as error:
        size = path.stat().st_size if path.exists() else 0
        return BackupInfo(name=path.name, path=str(path), size=size, problem=error.message)
    mark = mark_of(marks, path)
    if mark is None:
        return info
    verified = "" if mark.problem else mark.at
    return msgspec.structs.replace(info, problem=mark.problem, verified=verified)
