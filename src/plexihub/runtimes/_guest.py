"""A plugin in a process of its own: the process, its conversation and its end, as one instance."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from plexihub.kernel.background import Background
from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.limits import Breach
from plexihub.kernel.ports import Dispatch, Exit, InstanceStats, Json, PluginInstance
from plexihub.kernel.watch import Tape, Watcher
from plexihub.runtimes._framing import Excess, File, Hello, Ready, Request, WireError
from plexihub.runtimes._governor import SPARE_MB, Governor
from plexihub.runtimes._liveness import cpu_seconds, explain_exit, mapped_bytes, measure
from plexihub.runtimes._session import Session
from plexihub.runtimes._spawn import Child, limit
from plexihub_sdk.errors import (
    LimitExceededError,
    PlexiHubError,
    PluginError,
    PluginTimeoutError,
    ProtocolError,
)
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import ROLE_RIGHTS
from plexihub_sdk.wire import MAX_IN_FLIGHT, encode_error

_log = logging.getLogger(__name__)

GRACE_SECONDS = 0.5
KILL_SECONDS = 5.0
COVER_SECONDS = 5.0
KEPT_STDERR = 8 * 1024
_READ = 64 * 1024
#: A guest that calls as fast as it can is not measured for each call.
_FRESH_SECONDS = 0.02
_MIB = 1024 * 1024


class GuestInstance(PluginInstance):
    """A sandboxed plugin that runs.

    Args:
        child: Its process, just started.
        plugin: Who it is to the gateway.
        dispatch: `gateway.dispatch`.
        governor: Holds it to its limits.
        idle_mb: What its runtime holds without a plugin, in MiB; where absent, what it holds when
            its plugin is loaded.
        files: The plugin's, where its process cannot see them and is handed them.
        watcher: Watches it; None where nobody does.
    """

    def __init__(  # noqa: PLR0913 - what a process has around it
        self,
        child: Child,
        plugin: PluginId,
        *,
        dispatch: Dispatch,
        governor: Governor,
        idle_mb: float | None = None,
        files: Sequence[File] = (),
        watcher: Watcher | None = None,
    ) -> None:
        self._child = child
        self._files = files
        self._plugin = plugin
        self._actor = Actor("plugin", plugin, plugin)
        self._dispatch = dispatch
        self._keeper = governor.keeper
        self.watcher = watcher
        #: What counts for this process, where a change waits for the next start.
        self.limits = governor.keeper.of(plugin)
        self.started_with = asdict(self.limits)
        self._loop = asyncio.get_running_loop()
        self._stopping = False
        self._stderr = b""
        self._stats, self._measured_at = InstanceStats(), float("-inf")
        # A task that has answered is forgotten only in the loop's next round.
        self._requests = Background(limit=4 * MAX_IN_FLIGHT)
        self._under_way = 0
        self._session = Session(
            plugin,
            serve=self._serve,
            on_broken=self._broken,
            keeper=governor.keeper,
            **({} if watcher is None else {"now": watcher.now}),
        )
        self._watch = governor.watch(child, plugin, self._over, idle_mb)
        self.ended = self._loop.create_future()
        self._loop.add_reader(child.ended, self._exited)
        self._loop.add_reader(child.stderr, self._hear)

    async def greet(self, hello: Hello, seconds: float) -> Ready:
        """Connect the pipe and have the plugin loaded.

        Raises:
            PluginError: It was not; `stop` cleans up.
        """
        await self._loop.create_connection(lambda: self._session, sock=self._child.pipe)
        files, self._files = self._files, ()
        ready = await self._session.greet(hello, seconds, files)
        if self.watcher is not None:
            self.watcher.loaded(ready.seen)
            await self._cover(self.watcher)
        return ready

    async def call_hook(self, name: str, payload: Mapping[str, Json], ctx: CallContext) -> Json:
        """Call one of its hooks; see `PluginInstance.call_hook` for what is raised."""
        self._watch.wake()
        seconds = self._keeper.of(self._plugin).call_seconds
        if self.watcher is None:
            return await self._session.call(name, payload, ctx, seconds=seconds)
        return await self._watched(self.watcher, name, payload, ctx, seconds)

    async def _watched(
        self,
        watcher: Watcher,
        name: str,
        payload: Mapping[str, Json],
        ctx: CallContext,
        seconds: float,
    ) -> Json:
        tape = watcher.begin(name, payload, ctx)
        try:
            value = await self._session.call(name, payload, ctx, seconds=seconds, tape=tape)
        except BaseException as error:
            tape.ended(None, error)
            raise
        else:
            tape.ended(value, None)
            return value
        finally:
            await self._cover(watcher)

    async def _cover(self, watcher: Watcher) -> None:
        if watcher.coverage and self._session.error is None:
            with contextlib.suppress(TimeoutError):  # it hangs, and is ended for that
                watcher.covered(await self._session.cover(COVER_SECONDS))

    def bound_memory(self) -> None:
        """Let the operating system refuse it more memory from now on: its plugin is loaded."""
        self._watch.begin()
        left = self.limits.memory_mb - (self._watch.held_mb or 0.0) + SPARE_MB
        with contextlib.suppress(OSError):  # it is gone: whoever calls it next is told
            most = mapped_bytes(self._child.pid) + max(0, int(left * _MIB))
            limit(self._child, {resource.RLIMIT_DATA: most})

    @property
    def resident_mb(self) -> float:
        """The memory that it held when it was looked at last, in MiB."""
        return self._watch.resident_mb

    def stats(self) -> InstanceStats:
        """Measure its process; without numbers where it is no more."""
        if self.ended.done():
            return InstanceStats()
        with contextlib.suppress(OSError):
            # Without processor time nothing changed; to read the memory takes twenty times as long,
            # and waits for a lock of the guest's own, which it may be slow to give back.
            now, used = time.monotonic(), cpu_seconds(self._child.pid)
            if used == self._stats.cpu_seconds or now - self._measured_at < _FRESH_SECONDS:
                return self._stats
            self._measured_at = now
        self._stats = measure(self._child.pid)
        self._stats.held_mb = self._watch.held_mb
        self._stats.slowed_seconds = self._watch.slowed_seconds
        return self._stats

    async def stop(self) -> None:
        """Ask it to end, make it end, and wait until nothing is left."""
        self._stopping = True
        self._watch.close()  # one that is stopped could not read that it is to end
        try:
            if not self.ended.done():
                self._session.stop()
                await asyncio.wait([self.ended], timeout=GRACE_SECONDS)
        finally:
            self._child.kill()
        await asyncio.wait([self.ended], timeout=KILL_SECONDS)
        await self._requests.close()

    # --- its end ---

    def _broken(self, error: PluginError) -> None:
        self._child.kill()
        if isinstance(error, PluginTimeoutError):
            allowed = self._keeper.of(self._plugin).call_seconds
            self._note("call_seconds", allowed, allowed, error.message)

    def _over(self, breach: Breach) -> None:
        self._keeper.note(self._plugin, breach)
        self._session.fail(LimitExceededError(breach.reason))

    def _note(self, limit: str, measured: float, allowed: float, reason: str) -> None:
        self._keeper.note(
            self._plugin,
            Breach(limit=limit, measured=measured, allowed=allowed, did="killed", reason=reason),
        )

    def _exited(self) -> None:
        self._watch.close()
        self._loop.remove_reader(self._child.ended)
        self._hear()
        self._loop.remove_reader(self._child.stderr)
        status = self._child.reap()
        end = self._end(status)
        self._session.close(end.reason)
        self._child.pipe.close()
        self.ended.set_result(end)

    def _end(self, status: int) -> Exit:
        if self._stopping:
            return Exit(expected=True, reason="was stopped by the hub")
        error = self._session.error
        if isinstance(error, PluginTimeoutError | LimitExceededError):
            return Exit(expected=False, reason=error.message)
        if isinstance(error, ProtocolError):
            reason = f"broke the protocol and was stopped: {error.message}"
            return Exit(expected=False, reason=reason)
        reason = explain_exit(status, self._stderr.decode("utf-8", "replace"))
        if "out of memory" in reason:
            held, allowed = self._watch.held_mb or 0.0, self.limits.memory_mb
            reason = f"needed more than the {allowed} MB of memory that are allowed and {reason}"
            self._note("memory_mb", max(held, allowed), allowed, reason)
        return Exit(expected=False, reason=reason)

    def _hear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            heard = os.read(self._child.stderr, _READ)
            if not heard:
                self._loop.remove_reader(self._child.stderr)
            self._stderr = (self._stderr + heard)[-KEPT_STDERR:]

    # --- its requests ---

    def _serve(self, request: Request, ctx: CallContext | None, size: int) -> None:
        if self._under_way >= MAX_IN_FLIGHT:
            problem = f"It made more than {MAX_IN_FLIGHT} requests at once."
            raise ProtocolError(problem) from Excess("in_flight", self._under_way + 1)
        self._under_way += 1
        acting = self._own() if ctx is None else ctx
        work = self._respond(request, acting, size, self._session.tape_of(request.call))
        self._requests.spawn(work, name=f"request of {self._actor.id}")

    def _own(self) -> CallContext:
        # No call, so no person: what was granted, but nothing that takes an administrator.
        return CallContext(actor=self._actor, rights=ROLE_RIGHTS["member"])

    async def _respond(
        self, request: Request, ctx: CallContext, size: int, tape: Tape | None
    ) -> None:
        try:
            # Without a name for the answer: while it waits to be read, only its bytes are kept.
            await self._session.respond(request.id, value=await self._done(request, ctx, tape))
        except PlexiHubError as error:
            await self._refuse(request, error)
        except Exception:  # noqa: BLE001 - logged; without an answer the guest would wait for good
            _log.exception("%s of plugin %s failed", request.method, self._actor.id)
            await self._refuse(request, PlexiHubError("The hub failed to do this; see its log."))
        finally:
            self._under_way -= 1
            self._session.served(size)

    async def _done(self, request: Request, ctx: CallContext, tape: Tape | None) -> Json:
        if tape is None:
            return await self._dispatch(ctx, request.method, request.params)
        number = tape.asked(request.method, request.params)
        try:
            value = await self._dispatch(ctx, request.method, request.params)
        except BaseException as error:
            tape.answered(number, None, error)
            raise
        tape.answered(number, value, None)
        return value

    async def _refuse(self, request: Request, error: PlexiHubError) -> None:
        await self._session.respond(request.id, error=WireError(**encode_error(error)))
