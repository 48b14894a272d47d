"""The book of recorded calls: who is recorded, and what was.

A call is handed over when it has ended and is written by one task, in order. What comes faster than
the disk takes it is dropped and counted: recording never holds a plugin up.
"""

from __future__ import annotations

import asyncio
import json
import logging
from functools import partial
from pathlib import Path
from typing import Any

from plexihub.kernel.context import CORE, CallContext
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.plugins import PluginRecord
from plexihub.kernel.ports import AuditEntry
from plexihub.kernel.recording import Recording
from plexihub.kernel.recording_setting import ALWAYS, DAYS, KEPT, MEGABYTES
from plexihub.kernel.watch import Watcher
from plexihub.services.recordings.recorder import Recorder
from plexihub.services.recordings.ring import Bounds, Ring
from plexihub_sdk.errors import ConflictError
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)

MOST_WAITING = 256
MOST_LISTED = 200
_SWITCHED = "switched-on"


class RecordingBook:
    """Records the calls of those plugins for which it is switched on.

    Args:
        folder: Where recordings are kept.
        kernel: Knows the plugins; its audit has every switching, recorded call and reading of one.
    """

    def __init__(self, folder: Path, kernel: Kernel) -> None:
        self._folder = folder
        self._ring = Ring(folder)
        self._registry = kernel.registry
        self._audit = kernel.audit
        self._setting = kernel.config.get
        self._limits = kernel.limits.of
        self._on: set[str] = set()
        self._waiting: asyncio.Queue[Recording] = asyncio.Queue(MOST_WAITING)
        self._writer: asyncio.Task[None] | None = None
        self.lost = 0

    async def start(self) -> None:
        """Read for which plugins it is switched on, and begin to write."""
        self._on = await asyncio.to_thread(self._read)
        self._writer = asyncio.create_task(self._write(), name="recorded calls")

    async def close(self) -> None:
        """Write what waits, and end."""
        if self._writer is not None:
            await self.settle()
            self._writer.cancel()
            await asyncio.wait([self._writer])
            self._writer = None

    async def settle(self) -> None:
        """Wait until everything that was recorded is written."""
        await self._waiting.join()

    # --- recording ---

    def watch(self, plugin: PluginId) -> Watcher | None:
        """Answer the recorder of a plugin that is being started; None where it is not recorded."""
        record = self._registry.find(plugin)
        if record is None or not self.is_on(plugin):
            return None
        return Recorder(lambda: record.stored, partial(self._limits, plugin), self._keep)

    def is_on(self, plugin: PluginId) -> bool:
        """Whether the calls of a plugin are recorded."""
        return plugin in self._on or bool(self._setting(ALWAYS))

    def _keep(self, recording: Recording) -> None:
        try:
            self._waiting.put_nowait(recording)
        except asyncio.QueueFull:
            self.lost += 1
            return
        self._note("plugin.call.record", recording, CallContext(actor=CORE))

    def _note(self, action: str, recording: Recording, ctx: CallContext) -> None:
        details = {"call": recording.id, "hook": recording.hook, "trace": recording.trace}
        self._audit.append(
            AuditEntry(ctx=ctx, action=action, target=recording.plugin, details=details)
        )

    async def _write(self) -> None:
        while True:
            recording = await self._waiting.get()
            try:
                await asyncio.to_thread(self._ring.write, recording, self._bounds())
            except OSError as error:
                self.lost += 1
                _log.warning("a recorded call could not be kept: %s", error)
            finally:
                self._waiting.task_done()

    def _bounds(self) -> Bounds:
        return Bounds(*(int(self._setting(name)) for name in (KEPT, MEGABYTES, DAYS)))

    # --- switching ---

    async def switch(self, plugin: str, ctx: CallContext, *, on: bool) -> PluginRecord:
        """Switch the recording of a plugin; its next process heeds it.

        Raises:
            NotFoundError: There is no such plugin.
            ConflictError: It is trusted: what it does cannot be recorded.
        """
        record = self._registry.get(plugin)
        if record.stored.tier != "sandboxed":
            raise ConflictError(
                f"{record.id} is trusted: calls of sandboxed plugins alone are recorded.",
                where=record.id,
            )
        changed = self._on | {record.id} if on else self._on - {record.id}
        await asyncio.to_thread(self._save, changed)
        self._on = changed
        entry = AuditEntry(ctx=ctx, action="plugin.record.switch", target=record.id)
        entry.details = {"on": on}
        self._audit.append(entry)
        return record

    def _read(self) -> set[str]:
        try:
            found = json.loads((self._folder / _SWITCHED).read_bytes())
        except FileNotFoundError:
            return set()
        except ValueError:
            _log.warning("for which plugins calls are recorded cannot be read: for none")
            return set()
        return {str(one) for one in found} if isinstance(found, list) else set()

    def _save(self, plugins: set[str]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f"{_SWITCHED}.part"
        part.write_text(json.dumps(sorted(plugins)), encoding="utf-8")
        part.replace(self._folder / _SWITCHED)

    # --- reading ---

    async def calls(self, plugin: str) -> list[Recording]:
        """Answer the newest recorded calls of a plugin.

        Raises:
            NotFoundError: There is no such plugin.
        """
        record = self._registry.get(plugin)
        await self.settle()
        return await asyncio.to_thread(self._ring.list, record.id, MOST_LISTED)

    async def read(self, call: str, ctx: CallContext) -> Recording:
        """Answer one recorded call; that it was read is recorded.

        Raises:
            NotFoundError: There is none, or no more.
            InputError: Its file was altered.
        """
        await self.settle()
        found = await asyncio.to_thread(self._ring.find, call)
        self._note("plugin.call.read", found, ctx)
        return found

    async def forget(self, removed: dict[str, Any]) -> None:
        """Delete what was recorded of a plugin that was removed (`plugin.removed`)."""
        plugin = str(removed["id"])
        await self.settle()
        await asyncio.to_thread(self._ring.forget, plugin)
        if plugin in self._on:
            self._on = self._on - {plugin}
            await asyncio.to_thread(self._save, self._on)
