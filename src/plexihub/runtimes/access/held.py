"""What a plugin started that outlives a call: tasks, servers, sockets, programs, threads.

Whatever it leaves behind when it stops is ended here. A thread cannot be ended from outside: it is
waited for, and then told of.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import socketserver
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import Context
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any
from weakref import WeakSet

from plexihub.kernel.context import owner
from plexihub.runtimes.access.frames import self_of
from plexihub.runtimes.access.uses import address
from plexihub_sdk.ids import PluginId

SECONDS = 1.5
_POLL_SECONDS = 0.02
_MOST = 1000
_LIBRARY = f"{sysconfig.get_path('stdlib')}{os.sep}"
_SITE = f"{sysconfig.get_path('purelib')}{os.sep}"
_POOL = "concurrent.futures.thread"


class Held:
    """What one plugin started, as far as it can be known.

    Args:
        plugin: Whose it is.
        root: Its folder or file.
    """

    def __init__(self, plugin: PluginId, root: Path) -> None:
        self._plugin = plugin
        self._root = str(root)
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._blocking: WeakSet[socketserver.BaseServer] = WeakSet()
        self._threads: WeakSet[threading.Thread] = WeakSet()
        self._looped: WeakSet[Any] = WeakSet()
        self._programs: list[Any] = []

    def note(self, event: str, args: tuple[Any, ...], frame: FrameType | None) -> None:
        """Keep what an audit event is about to start."""
        if event in {"socket.bind", "socket.connect"}:
            if isinstance(args[0], socket.socket):
                self._sockets.add(args[0])
            server = self_of(frame, "socketserver", "server_bind")
            if isinstance(server, socketserver.BaseServer):
                self._blocking.add(server)
        elif event == "subprocess.Popen":
            self.program(self_of(frame, "subprocess", "_execute_child"))

    def thread(self, thread: threading.Thread) -> None:
        """Keep a thread that is about to start; its code goes on being the plugin's."""
        # The loop's own pool starts its threads when somebody first needs them, and keeps them.
        if _is_pooled(thread):
            return
        thread.run = partial(_run_owned, self._plugin, thread.run)  # type: ignore[method-assign]
        self._threads.add(thread)

    def looped(self, made: Any) -> None:
        """Keep a server or connection that the event loop made."""
        self._looped.add(made)

    def program(self, started: Any) -> None:
        """Keep a program that was started (of `subprocess`, or a transport of the loop)."""
        if started is not None:
            self._programs = [one for one in self._programs if _is_running(one)][-_MOST:]
            self._programs.append(started)

    def running(self) -> list[str]:
        """Tell what runs now, one phrase each."""
        return [
            *sorted({f"port {one}" for one in self._listening()}),
            *(f"program {_pid(one)}" for one in self._programs if _is_running(one)),
            *(f"thread {one.name}" for one in list(self._threads) if one.is_alive()),
        ]

    def _listening(self) -> Iterator[str]:
        for one in list(self._sockets):
            with contextlib.suppress(OSError):
                if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    yield address(one.getsockname())
        for made in list(self._looped):
            for one in getattr(made, "sockets", None) or ():
                yield address(one.getsockname())

    async def close(self) -> list[str]:
        """End what is left.

        Returns:
            What could not be ended, one phrase each.
        """
        await self._end_tasks()
        await self._close_looped()
        await asyncio.to_thread(self._close_blocking)
        await self._end_programs()
        return await self._await_threads()

    async def _end_tasks(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if self._is_its(task)]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=SECONDS)

    def _is_its(self, task: asyncio.Task[Any]) -> bool:
        """Whether its code started a task: by the context that it was started in."""
        if task is asyncio.current_task():
            return False
        coro = task.get_coro()
        code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
        filename = getattr(code, "co_filename", "")
        theirs = filename.startswith(_LIBRARY) and not filename.startswith(_SITE)
        if not theirs and not filename.startswith(self._root):
            return False
        # Only the collector answers a task's context in Python 3.11; from 3.12 it has a method.
        contexts = (one for one in gc.get_referents(task) if isinstance(one, Context))
        return any(context.get(owner) == self._plugin for context in contexts)

    async def _close_looped(self) -> None:
        made = list(self._looped)
        for one in made:
            end = getattr(one, "abort", None) or one.close
            with contextlib.suppress(Exception):
                end()
        if made:
            for _ in range(3):  # the loop closes the sockets in its next turns
                await asyncio.sleep(0)

    def _close_blocking(self) -> None:
        for server in list(self._blocking):
            if _is_serving(server):
                server.shutdown()
            with contextlib.suppress(OSError):
                server.server_close()
        for one in list(self._sockets):
            if one.fileno() < 0:
                continue
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits in accept()
            with contextlib.suppress(OSError):
                one.close()

    async def _end_programs(self) -> None:
        programs = [one for one in self._programs if _is_running(one)]
        for end in ("terminate", "kill"):
            for one in programs:
                with contextlib.suppress(ProcessLookupError, OSError):
                    getattr(one, end)()
            await _until(lambda: not any(map(_is_running, programs)))
        self._programs.clear()

    async def _await_threads(self) -> list[str]:
        here = threading.current_thread()
        await _until(lambda: not any(one.is_alive() for one in list(self._threads)))
        left = [one for one in list(self._threads) if one.is_alive() and one is not here]
        return [f"thread {one.name}" for one in left]


def _run_owned(plugin: PluginId, run: Any) -> None:
    owner.set(plugin)
    run()


def _is_pooled(thread: threading.Thread) -> bool:
    return getattr(getattr(thread, "_target", None), "__module__", "") == _POOL


def _is_serving(server: socketserver.BaseServer) -> bool:
    """Whether a thread is inside `serve_forever` of it: `shutdown` waits for that one for ever."""
    frames = sys._current_frames().values()  # noqa: SLF001 - nothing else tells
    return any(self_of(frame, "socketserver", "serve_forever") is server for frame in frames)


def _is_running(program: Any) -> bool:
    if (poll := getattr(program, "poll", None)) is not None:
        return poll() is None
    return program.get_returncode() is None


def _pid(program: Any) -> int:
    return int(program.pid if hasattr(program, "pid") else program.get_pid())


async def _until(done: Callable[[], bool]) -> None:
    """Wait a while for what tells nobody when it ends: a thread, a program."""
    end = time.monotonic() + SECONDS
    while not done() and time.monotonic() < end:  # noqa: ASYNC110 - neither sets an event
        await asyncio.sleep(_POLL_SECONDS)
