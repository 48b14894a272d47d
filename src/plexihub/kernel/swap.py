"""Other code of a running plugin in the place of what runs, or everything as it was before.

New code is loaded first, while the old goes on. A sandboxed plugin's new process then takes over
at once. A trusted plugin's old object has to close before the new one is made, since both would
want the same routes, files and ports: calls that come meanwhile wait (`kernel.reloads`), and when
the new object cannot be made, the old code, which is kept in memory, is started again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from plexihub.kernel.carrier import Carrier, Parts, end
from plexihub.kernel.outcome import sentence
from plexihub.kernel.plugins import PluginRecord
from plexihub.kernel.ports import LoadedPlugin, PluginInstance, Saved, StoredPlugin
from plexihub.kernel.reloads import Reloads
from plexihub_sdk.errors import PlexiHubError, PluginLoadError

_log = logging.getLogger(__name__)
_Save = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Before:
    """What runs before a swap, and comes back where it fails."""

    stored: StoredPlugin
    code: LoadedPlugin | None
    saved: Saved | None


class Swap:
    """Swaps the code of running plugins; whoever calls holds the plugin's lock.

    Args:
        parts: What the lifecycle works with.
        carrier: Starts and stops.
        reloads: Told which plugin is between its old code and the new.
    """

    def __init__(self, parts: Parts, carrier: Carrier, reloads: Reloads) -> None:
        self._parts = parts
        self._carrier = carrier
        self._reloads = reloads

    async def run(self, record: PluginRecord, fresh: StoredPlugin, save: _Save) -> None:
        """Put the code of `fresh` in the place of what runs.

        Args:
            record: The plugin, enabled.
            fresh: What is to be known of it; the files are at its `root`.
            save: Keeps that; called once the new code runs, with `fresh` in the record.

        Raises:
            PluginLoadError: The new code does not load or start; the old goes on.
        """
        old = record.instance
        if old is None:
            raise PluginLoadError("It does not run at this moment.", where=record.id)
        mark = self._parts.ownership.mark(record.id)
        try:
            await self._carrier.prepare(fresh)
            loaded = await self._carrier.load(fresh, record)
        except Exception as error:
            self._carrier.drop(record.id, since=mark)
            raise _refused(record, error) from error
        record.health.last_error = ""  # that of a start which failed is told no more
        try:
            if loaded.beside:
                await self._beside(record, fresh, loaded, save, mark)
            else:
                await self._in_turn(record, fresh, loaded, save)
        except Exception as error:
            raise _refused(record, error) from error

    async def _beside(
        self,
        record: PluginRecord,
        fresh: StoredPlugin,
        loaded: LoadedPlugin,
        save: _Save,
        mark: int,
    ) -> None:
        old, before = record.instance, record.stored
        try:
            instance = await loaded.start()
            record.stored = fresh
            await save()
        except BaseException:
            record.stored = before
            await loaded.discard()
            self._carrier.drop(record.id, since=mark)
            raise
        # From here to the end of the old process nothing waits: no call finds the plugin away.
        self._carrier.carry(record, instance)
        self._carrier.drop(record.id, until=mark)
        self._parts.add_settings(fresh.manifest)
        self._carrier.wiring.connect(record)
        try:
            await self._parts.connect_offers(record)
        except PlexiHubError as error:
            # It runs already, and what was before is gone: its health tells what is missing.
            record.health.last_error = sentence(error)
            _log.warning("%s lacks some of what it offers: %s", record.id, error)
        finally:
            if old is not None:
                await end(record.id, old)

    async def _in_turn(
        self, record: PluginRecord, fresh: StoredPlugin, loaded: LoadedPlugin, save: _Save
    ) -> None:
        old = record.instance
        try:
            before = await self._before(record, old)
        except BaseException:
            await loaded.discard()
            raise
        kept = dict(record.memory)
        with self._reloads.of(record.id) as done:
            let_go = [
                self._parts.hooks.hold(record.id, done),
                self._parts.events.collect(record.id),
            ]
            try:
                await self._replace(record, fresh, loaded, before.saved, save)
            except BaseException:
                await loaded.discard()
                record.memory.clear()
                record.memory.update(kept)
                await self._restore(record, before)
                raise
            finally:
                for undo in let_go:
                    undo()

    async def _before(self, record: PluginRecord, old: PluginInstance | None) -> _Before:
        if old is None:
            raise PluginLoadError("It ended meanwhile.", where=record.id)
        return _Before(record.stored, old.again(), await old.save_state())

    async def _replace(
        self,
        record: PluginRecord,
        fresh: StoredPlugin,
        loaded: LoadedPlugin,
        saved: Saved | None,
        save: _Save,
    ) -> None:
        await self._carrier.take_down(record)
        record.stored = fresh
        await self._carrier.bring_up(record, loaded=loaded, saved=saved, then=save)

    async def _restore(self, record: PluginRecord, before: _Before) -> None:
        record.stored = before.stored
        try:
            await self._carrier.bring_up(record, loaded=before.code, saved=before.saved)
        except BaseException as error:
            record.carry(None)
            record.health.last_error = sentence(error)
            record.move("failed", f"Its old code did not start again: {sentence(error)}")
            _log.exception("the old code of %s did not start again", record.id)
            raise


def _refused(record: PluginRecord, error: Exception) -> PluginLoadError:
    """Say why, and whether the old code goes on."""
    record.health.last_error = sentence(error)
    goes_on = "and the old goes on" if record.state == "enabled" else "nor did the old again"
    where, what_next = str(record.id), ""
    if isinstance(error, PlexiHubError):
        where, what_next = error.where, error.next
    return PluginLoadError(
        f"The new code of {record.id} does not start, {goes_on}: {sentence(error)}",
        where=where,
        next=what_next,
    )
