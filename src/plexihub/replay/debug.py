"""A recorded call in a debugger: the guest's own code without its walls, at somebody's terminal.

A debugger needs what a sandbox takes away: a terminal, files, a socket. So a plugin in Python runs
with the rights of whoever asked for it, and one in TypeScript without the walls of the operating
system, though without any of Deno's rights. The hub's answers come from the recording all the same.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from plexihub.kernel.background import Background
from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.limits import Limits, SameForAll
from plexihub.kernel.recording import Recording, Redactor, error_of
from plexihub.marketplace.staging import digest
from plexihub.replay.outcome import Outcome
from plexihub.replay.player import STEP_SECONDS, check_plugin, is_python
from plexihub.replay.tape import Player
from plexihub.runtimes._framing import Hello, Request, Watched, WireError
from plexihub.runtimes._package import Package, open_package
from plexihub.runtimes._session import Session
from plexihub.runtimes._spawn import make_pipe, run_program
from plexihub.runtimes.deno import find_deno
from plexihub.runtimes.deno.flags import command, environment
from plexihub.runtimes.deno.location import find_guest
from plexihub.runtimes.deno.runtime import DenoRuntime
from plexihub.runtimes.process.archive import entry_of, pack
from plexihub.runtimes.process.runtime import ProcessRuntime
from plexihub_sdk.errors import PlexiHubError, PluginCrashedError
from plexihub_sdk.ids import PluginId, UserId
from plexihub_sdk.wire import MAX_IN_FLIGHT, encode_error

#: Where Deno's debugger listens.
INSPECTOR = "127.0.0.1:9229"
_TERMINAL = "plexihub.replay.terminal"
Say = Callable[[str], None]


async def debug(
    recording: Recording, folder: Path, *, say: Say, inspector: str = INSPECTOR
) -> Outcome:
    """Run a recorded call in a debugger and compare.

    Args:
        recording: The call.
        folder: The plugin's files.
        say: Prints a line for the person at the terminal.
        inspector: Host and port on which Deno's debugger listens.

    Raises:
        InputError: The folder is that of another plugin.
        PluginLoadError: The plugin does not load.
        PluginCrashedError: The debugger was left before the call had ended.
        StartupError: Deno is not installed.
    """
    await asyncio.to_thread(check_plugin, recording, folder)
    player = Player(recording)
    outcome = Outcome(recording=recording, digest=await asyncio.to_thread(digest, folder))
    ours, theirs = make_pipe()
    ours.setblocking(False)
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="replay-")))
        talk = _Talk(player, recording)
        stack.push_async_callback(talk.close)
        program = await asyncio.to_thread(_program, folder, place, theirs.fileno(), inspector)
        say(program.says)
        running = asyncio.create_task(asyncio.to_thread(program.run, place, theirs))
        running.add_done_callback(lambda _done: theirs.close())
        await talk.connect(ours)
        await talk.run(program.entry, outcome)
        talk.stop()
        await running
    player.tape.finish()
    outcome.mismatches = player.tape.mismatches
    return outcome


@dataclass(frozen=True, slots=True)
class _Program:
    """A guest in a debugger, and what to tell whoever is to use it."""

    command: list[str]
    env: dict[str, str]
    entry: str
    says: str
    is_stdio: bool

    def run(self, place: Path, pipe: socket.socket) -> None:
        run_program(self.command, cwd=place, env=self.env, pipe=pipe, is_stdio=self.is_stdio)


def _program(folder: Path, place: Path, pipe: int, inspector: str) -> _Program:
    package = open_package(folder, (*ProcessRuntime.suffixes, *DenoRuntime.suffixes))
    if is_python(folder):
        says = "pdb stops at the handler: n (next), s (step), p NAME, c (go on), q (quit)."
        line = _python(package, place, pipe)
        return _Program(line, {**os.environ}, entry_of(package), says, is_stdio=False)
    says = (
        f"Open chrome://inspect in a browser built on Chromium (or attach an editor to {inspector})"
        " and let it run: it waits for you there."
    )
    line, env = _deno(inspector, package.readable), environment(place / "deno")
    return _Program(line, env, package.entry.as_uri(), says, is_stdio=True)


def _python(package: Package, place: Path, pipe: int) -> list[str]:
    archive = place / "plugin.zip"
    archive.write_bytes(pack(package))
    return [sys.executable, "-m", _TERMINAL, str(pipe), str(archive)]


def _deno(inspector: str, readable: Path) -> list[str]:
    """Build Deno's command line: without rights, as in the sandbox.

    Deno's debugger asks nobody who they are: whoever is on this machine can attach to it and run
    what they like. So there is nothing that it could be run with.
    """
    program, *rest = command(find_deno(), find_guest(), [readable], Limits())
    return [program, rest[0], f"--inspect-wait={inspector}", *rest[1:]]


class _Talk:
    """The hub's side of the conversation with a guest in a debugger."""

    def __init__(self, player: Player, recording: Recording) -> None:
        self._player = player
        self._recording = recording
        self._requests = Background(limit=4 * MAX_IN_FLIGHT)
        self._session = Session(
            PluginId(recording.plugin),
            serve=self._serve,
            on_broken=lambda _error: self._session.close("ended"),
            keeper=SameForAll(Limits(call_seconds=STEP_SECONDS)),
            now=player.now,
        )

    async def connect(self, ours: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self._session, sock=ours)

    async def run(self, entry: str, outcome: Outcome) -> None:
        recording = self._recording
        watch = Watched(now=self._player.now(), seen=self._player.played)
        hello = Hello(
            nonce=secrets.token_hex(16), entry=entry, plugin=recording.plugin, watch=watch
        )
        await self._session.greet(hello, STEP_SECONDS)
        user = None if recording.user is None else UserId(recording.user)
        ctx = CallContext(
            actor=Actor("plugin", recording.plugin, recording.plugin),
            on_behalf_of=user,
            trace=recording.trace,  # type: ignore[arg-type]
        ).within(STEP_SECONDS)
        try:
            outcome.value = await self._session.call(
                recording.hook,
                recording.payload,
                ctx,
                seconds=STEP_SECONDS,
                tape=self._player.tape,
            )
        except PluginCrashedError:
            raise PluginCrashedError("The debugger was left before the call had ended.") from None
        except PlexiHubError as error:
            outcome.error = Redactor().clean(error_of(error))
        outcome.value = Redactor().clean(outcome.value)

    def _serve(self, request: Request, ctx: CallContext | None, size: int) -> None:
        self._requests.spawn(self._respond(request, ctx or CallContext(), size), name="a request")

    async def _respond(self, request: Request, ctx: CallContext, size: int) -> None:
        try:
            value = await self._player.tape.dispatch(ctx, request.method, request.params)
            await self._session.respond(request.id, value=value)
        except PlexiHubError as error:
            await self._session.respond(request.id, error=WireError(**encode_error(error)))
        finally:
            self._session.served(size)

    def stop(self) -> None:
        self._session.stop()

    async def close(self) -> None:
        self._session.close("ended")
        await self._requests.close()
