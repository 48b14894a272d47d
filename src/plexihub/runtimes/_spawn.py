"""The one module that starts a process.

A guest inherits two descriptors: its end of the pipe as standard input and output, and a pipe for
standard error. It dies with the hub, gains no privilege, and has only the environment it is given.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

_SOCKET_BUFFER = 1024 * 1024
_KEPT_OUTPUT = 64 * 1024

_LIBC_WRAPPER = """
import ctypes, os, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
for option, value in ((1, signal.SIGKILL), (38, 1)):
    if libc.prctl(option, value, 0, 0, 0):
        sys.exit(f"prctl({option}) failed: {os.strerror(ctypes.get_errno())}")
if os.getppid() != int(sys.argv[1]):
    sys.exit("the hub is gone")
os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass(slots=True)
class Child:
    """A started process and the hub's ends of its pipes.

    Args:
        pid: Its number, for reading `/proc`.
        pidfd: Its handle: signals through it never reach another process.
        pipe: The hub's end of its standard input and output, non-blocking.
        stderr: Where its standard error can be read, non-blocking.
        ended: What becomes readable when it has ended.
        status: Answers the exit status of a process that ended; closes nothing.
    """

    pid: int
    pidfd: int
    pipe: socket.socket
    stderr: int
    ended: int
    status: Callable[[], int]

    def kill(self) -> None:
        """End it at once; nothing happens where it ended before."""
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def reap(self) -> int:
        """Answer the exit status of a process that ended, and close every handle but the pipe.

        A negative status is the number of the signal that ended it.
        """
        status = self.status()
        for descriptor in {self.pidfd, self.stderr, self.ended} - {-1}:
            os.close(descriptor)
        self.pidfd = self.stderr = self.ended = -1
        return status


def make_pipe(kind: socket.SocketKind = socket.SOCK_STREAM) -> tuple[socket.socket, socket.socket]:
    """Make the two ends of a pipe between the hub and a process, the hub's end first."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    for end in (ours, theirs):
        # The kernel grants what it allows; a large message then takes fewer turns.
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SOCKET_BUFFER)
    return ours, theirs


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    kind: socket.SocketKind = socket.SOCK_STREAM,
) -> Child:
    """Start a process that dies with the hub; for a guest, the launcher does the rest.

    To be called in a thread that lives as long as the child: the kernel kills it with that thread.

    Args:
        command: The program's absolute path, and its arguments.
        env: Its whole environment.
        cwd: Its working folder.
        kind: Of the pipe.

    Raises:
        OSError: The program cannot be started.
    """
    ours, theirs = make_pipe(kind)
    read_end, write_end = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - an absolute path and a list, never a shell
            [*_wrapper(), *command],
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=write_end,
            env=env,
            cwd=cwd,
            close_fds=True,
            start_new_session=True,
        )
    except OSError:
        ours.close()
        os.close(read_end)
        raise
    finally:
        theirs.close()
        os.close(write_end)
    ours.setblocking(False)
    os.set_blocking(read_end, False)
    pidfd = os.pidfd_open(process.pid)
    return Child(process.pid, pidfd, ours, read_end, pidfd, process.wait)


@dataclass(slots=True)
class Clerk:
    """A process of the hub's own that outlives it for a moment, to finish what it was handed.

    Args:
        pid: Its number.
        pipe: The hub's end of its pipe; closing it tells it to end.
        wait: Waits so many seconds for its end; raises `TimeoutError` where that does not come.
    """

    pid: int
    pipe: socket.socket
    wait: Callable[[float], None]
    kill: Callable[[], None]

    def end(self, seconds: float) -> None:
        """Wait for its end once the pipe is closed; a process that hangs is killed."""
        try:
            self.wait(seconds)
        except TimeoutError:
            self.kill()
            self.wait(seconds)


def start_clerk(command: Sequence[str], *, keep: Sequence[int] = ()) -> Clerk:
    """Start a process of the hub's own, with a pipe that keeps packets apart as its input.

    Args:
        command: The program's absolute path, and its arguments.
        keep: Descriptors that it inherits beside its pipe.

    Raises:
        OSError: The program cannot be started.
    """
    ours, theirs = make_pipe(socket.SOCK_SEQPACKET)
    try:
        process = subprocess.Popen(  # noqa: S603 - an absolute path and a list, never a shell
            command,
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            cwd="/",
            close_fds=True,
            pass_fds=keep,
            start_new_session=True,
        )
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()

    def wait(seconds: float) -> None:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError from error

    return Clerk(process.pid, ours, wait, process.kill)


@dataclass(frozen=True, slots=True)
class Finished:
    """What a tool did that ran to its end.

    Args:
        status: Its exit status; 0 for success.
        said: The end of what it printed, errors after the rest.
    """

    status: int
    said: str


def run_tool(
    command: Sequence[str], *, env: Mapping[str, str], cwd: Path, seconds: float
) -> Finished:
    """Run a tool of the author's, such as a type check, to its end; blocks. It is not confined.

    Args:
        command: The program's absolute path, and its arguments.
        env: Its whole environment.
        cwd: Its working folder.
        seconds: It is killed after so many.

    Raises:
        OSError: The program cannot be started.
        TimeoutError: It took too long.
    """
    try:
        done = subprocess.run(  # noqa: S603 - an absolute path and a list, never a shell
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=env,
            cwd=cwd,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"{command[0]} took longer than {seconds:g} seconds") from error
    said = (done.stdout + done.stderr)[-_KEPT_OUTPUT:].decode("utf-8", "replace")
    return Finished(done.returncode, said)


def run_program(  # noqa: PLR0913 - keyword-only options
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    seconds: float | None = None,
    output: IO[bytes] | int | None = None,
    pipe: socket.socket | None = None,
    is_stdio: bool = False,
) -> int:
    """Run a program of the author's own machine to its end, unconfined; answers its status.

    Args:
        command: The program's absolute path, and its arguments.
        cwd: Its working folder.
        env: Its whole environment.
        seconds: After which it is killed with everything it started; None: it has the terminal, and
            a person who ends it.
        output: Where it prints; the terminal where it is absent.
        pipe: A socket that it inherits, under the same number.
        is_stdio: Whether the pipe is its standard input and output instead.

    Raises:
        OSError: It cannot be started.
        TimeoutError: It did not end in time.
    """
    stdio = pipe.fileno() if pipe is not None and is_stdio else None
    process = subprocess.Popen(  # noqa: S603 - an absolute path and a list, never a shell
        list(command),
        cwd=cwd,
        env=env,
        stdin=stdio or (None if seconds is None else subprocess.DEVNULL),
        stdout=stdio or output,
        stderr=None if output is None else subprocess.STDOUT,
        pass_fds=() if pipe is None else (pipe.fileno(),),
        process_group=None if seconds is None else 0,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"it did not end within {seconds:.0f} s") from None
    finally:
        if seconds is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        if process.poll() is None:
            process.kill()
            process.wait()


def limit(child: Child, limits: Mapping[int, int]) -> None:
    """Bound what a started process may use: `resource.RLIMIT_…` to value, soft and hard."""
    with contextlib.suppress(ProcessLookupError):
        for kind, value in limits.items():
            resource.prlimit(child.pid, kind, (value, value))


@cache
def _setpriv() -> str | None:
    return shutil.which("setpriv", path="/usr/bin:/bin:/usr/sbin:/sbin")


def _wrapper() -> list[str]:
    # setpriv (util-linux) costs 2 ms; Python does the same where it is missing, in 15 ms.
    if (setpriv := _setpriv()) is not None:
        return [setpriv, "--pdeathsig", "KILL", "--no-new-privs", "--"]
    return [os.path.realpath(sys.executable), "-I", "-S", "-c", _LIBC_WRAPPER, str(os.getpid())]
