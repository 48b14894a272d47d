"""The hub's side of the launcher: asks it for guests, and starts it anew when it died."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from plexihub.runtimes._spawn import Child, make_pipe, spawn
from plexihub.runtimes.process.confine.plan import Order, Plan, make_plan, without_needy
from plexihub.runtimes.process.probe import LayerResult
from plexihub.runtimes.process.wire import MOST_BYTES, MOST_DESCRIPTORS, STATUS
from plexihub_sdk.errors import PluginLoadError

_SOURCES = Path(__file__).resolve().parents[3]
_MAIN = "plexihub.runtimes.process.zygote"
_ANSWER_SECONDS = 15.0
_END_SECONDS = 5.0
_KILLED = -9
Results = tuple[LayerResult, ...]
Hear = Callable[[Results], None]


def _hear_nothing(_results: Results) -> None:
    """Let every plan pass: where nobody demands a level."""


@dataclass(slots=True)
class _Process:
    child: Child
    results: Results | None = None


class Launcher:
    """Starts guests through a process of their own making.

    Safe to use from one event loop after another, but from one thread only: the launcher ends with
    the thread that started it.

    Args:
        main: Module whose `main()` the launcher runs; `folders` is where it is found.
        folders: Where the launcher's modules are.
        wrapper: Command that the launcher is started by; empty for none.
        without: Layers that are left out, though they may hold.
    """

    def __init__(
        self,
        main: str = _MAIN,
        *,
        folders: Sequence[Path] = (_SOURCES,),
        wrapper: Sequence[str] = (),
        without: frozenset[str] = frozenset(),
    ) -> None:
        paths = [str(folder) for folder in folders]
        self._command = [
            *wrapper,
            os.path.realpath(sys.executable),
            *("-I", "-S", "-B", "-c"),
            f"import sys; sys.path += {paths!r}; from {main} import main; main()",
        ]
        self._without = make_plan(without)
        #: Told what was found, each time that layers were tried.
        self.measured: Hear = _hear_nothing
        #: Asked before each start, with the layers that the guest would have; refuses by raising.
        self.admit: Hear = _hear_nothing
        self._process: _Process | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Lock()
        self._asked = 0

    @property
    def pid(self) -> int | None:
        """The launcher's number; None where it was not needed yet."""
        return self._process.child.pid if self._process is not None else None

    async def probe(self) -> Results:
        """Try every layer on throw-away processes; what is left out on purpose does not hold.

        Raises:
            PluginLoadError: The launcher cannot be started.
        """
        answer, _ = await self._ask({"do": "probe"}, ())
        tried = [LayerResult(*each) for each in answer["layers"]]
        holding = make_plan(each.name for each in tried if each.holds)
        plan = without_needy(holding - self._without)
        results = tuple(_within(each, plan) for each in tried)
        if self._process is not None:  # it has not died meanwhile
            self._process.results = results
        self.measured(results)
        return results

    async def plan(self) -> Plan:
        """Answer every layer that holds on this machine; tried once in a launcher's life.

        Raises:
            PluginLoadError: The launcher cannot be started.
        """
        return make_plan(each.name for each in await self._known() if each.holds)

    async def _known(self) -> Results:
        known = self._process.results if self._process is not None else None
        return await self.probe() if known is None else known

    async def check(self, plan: Plan) -> None:
        """See whether guests with these layers may run.

        Raises:
            PluginLoadError: The plan has less than `admit` demands.
        """
        self.admit(tuple(_within(each, plan) for each in await self._known()))

    async def start(self, order: Order, package: bytes | None = None) -> Child:
        """Start a guest.

        Args:
            order: What, and with which layers.
            package: What the guest is handed: Python its files, a program what is in its scratch
                file system (`seed.pack`).

        Raises:
            PluginLoadError: It could not be started; nothing is left of it. Or the plan has less
                than `admit` demands.
        """
        await self.check(order.plan)
        ours, theirs = make_pipe()
        stderr, stderr_end = os.pipe()
        status, status_end = os.pipe()
        given = [theirs.fileno(), stderr_end, status_end]
        if package is not None:
            given.append(_in_memory(package))
        try:
            answer, [pidfd] = await self._ask({"do": "start", "order": order.encode()}, given)
        except BaseException:
            ours.close()
            os.close(stderr)
            os.close(status)
            raise
        finally:
            theirs.detach()
            for each in given:
                os.close(each)
        ours.setblocking(False)
        for each in (stderr, status):
            os.set_blocking(each, False)
        return Child(answer["pid"], pidfd, ours, stderr, status, lambda: _read_status(status))

    def close(self) -> None:
        """End the launcher, and with it every guest; waits for it, some milliseconds."""
        process, self._process = self._process, None
        if process is not None:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.remove_reader(process.child.pipe.fileno())
            process.child.pipe.close()
            process.child.kill()
            process.child.reap()

    # --- asking ---

    async def _ask(
        self, question: dict[str, Any], descriptors: Sequence[int]
    ) -> tuple[dict[str, Any], list[int]]:
        if (loop := asyncio.get_running_loop()) is not self._loop:
            self._loop, self._turn = loop, asyncio.Lock()
        async with self._turn:
            try:
                return await self._ask_once(question, descriptors)
            except (EOFError, OSError):
                self.close()  # it is dead: a new one is started, once
            try:
                return await self._ask_once(question, descriptors)
            except (EOFError, OSError) as error:
                raise self._lost(error) from error

    async def _ask_once(
        self, question: dict[str, Any], descriptors: Sequence[int]
    ) -> tuple[dict[str, Any], list[int]]:
        if self._process is None:
            self._process = self._begin()
        control = self._process.child.pipe
        self._asked += 1
        message = json.dumps({**question, "id": self._asked}).encode()
        if len(message) > MOST_BYTES:
            raise PluginLoadError("The plugin's process cannot be started: its command is too long")
        socket.send_fds(control, [message], descriptors)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                answer, given = await self._hear(control)
        except asyncio.CancelledError:
            # The answer will come all the same: what was started for nobody is ended then.
            loop = asyncio.get_running_loop()
            loop.add_reader(control.fileno(), _drop, control, loop)
            raise
        if "error" in answer:
            raise PluginLoadError(
                f"The plugin's process could not be started: {answer['error']}.",
                next="plexihub doctor tells which layers of the sandbox this machine can hold.",
            )
        return answer, given

    async def _hear(self, control: socket.socket) -> tuple[dict[str, Any], list[int]]:
        while True:
            answer, given = await self._next(control)
            if answer["id"] == self._asked:
                return answer, given
            _discard(given)  # nobody waits any more for what was asked before

    async def _next(self, control: socket.socket) -> tuple[dict[str, Any], list[int]]:
        loop = asyncio.get_running_loop()
        while True:
            ready = loop.create_future()
            loop.add_reader(control.fileno(), _settle, ready)
            try:
                await ready
            finally:
                loop.remove_reader(control.fileno())
            with suppress(BlockingIOError):
                message, given, _, _ = socket.recv_fds(control, MOST_BYTES, MOST_DESCRIPTORS)
                if not message:
                    raise EOFError("the launcher ended")
                return json.loads(message), given

    def _begin(self) -> _Process:
        child = spawn(self._command, env={}, cwd=Path("/"), kind=socket.SOCK_SEQPACKET)
        return _Process(child)

    def _lost(self, error: Exception) -> PluginLoadError:
        said = b""
        if self._process is not None:
            with suppress(BlockingIOError):
                said = os.read(self._process.child.stderr, 8192)
        self.close()
        last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return PluginLoadError(
            f"The launcher of sandboxed plugins does not run: {last or error}.",
            next="Look into the hub's log, and install PlexiHub again if files are missing.",
        )


def _within(result: LayerResult, plan: Plan) -> LayerResult:
    """Answer what a layer is worth to a guest under this plan."""
    if result.name in plan or not result.holds:
        return result
    return replace(result, holds=False, reason="it is left out")


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _drop(control: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
    loop.remove_reader(control.fileno())
    with suppress(OSError):
        _discard(socket.recv_fds(control, MOST_BYTES, MOST_DESCRIPTORS)[1])


def _discard(descriptors: Sequence[int]) -> None:
    """End a guest that was asked for and is not wanted any more."""
    for pidfd in descriptors:
        with suppress(OSError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        os.close(pidfd)


def _in_memory(content: bytes) -> int:
    descriptor = os.memfd_create("package", os.MFD_CLOEXEC)
    with open(descriptor, "wb", closefd=False) as file:
        file.write(content)
    return descriptor


def _read_status(descriptor: int) -> int:
    told = os.read(descriptor, STATUS.size)
    # Without a word from the launcher it died, and every guest with it.
    return int(STATUS.unpack(told)[0]) if len(told) == STATUS.size else _KILLED
