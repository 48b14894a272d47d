"""Attacks from inside of the confinement, in both languages, and what they are aimed at."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import select
import signal
import socket
import struct
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from plexihub.runtimes.deno import find_deno
from plexihub.runtimes.deno.flags import environment
from plexihub.runtimes.process.confine.plan import Bind, Order, Plan
from plexihub.runtimes.process.confine.syscalls import architecture
from plexihub.runtimes.process.elf import needed_files
from plexihub.runtimes.process.launcher import Launcher

ROOT = Path(__file__).parents[2]
SYSCALL = ROOT / "tests" / "attacks" / "payloads" / "syscall.ts"
SECONDS = 20.0
SECRET = "the canary sings"  # noqa: S105 - nobody's password
LIMITS = {"CORE": 0, "NOFILE": 64, "NPROC": 40, "FSIZE": 16 << 20, "DATA": 900 << 20}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attack.

    Args:
        status: How its process ended; negative for a signal.
        said: The last thing it reported; None for nothing.
        stderr: What it complained of.
    """

    status: int
    said: Any
    stderr: str

    @property
    def was_killed(self) -> bool:
        """Whether the kernel ended it for a system call."""
        return self.status == -signal.SIGSYS


def make_launcher(**more: Any) -> Launcher:
    """Make a launcher that runs attacks."""
    folders = (ROOT / "src", ROOT)
    return Launcher("tests.support.payload_launcher", folders=folders, **more)


async def attack_python(launcher: Launcher, code: str, plan: Plan, **limits: int) -> Outcome:
    """Run Python code under a plan."""
    order = Order(kind="python", plan=plan, limits={**LIMITS, **limits})
    return await _run(launcher, order, code.encode())


def cache_of(script: Path, plan: Plan) -> Path:
    """Answer where a program may write: its own memory, or a folder where it has no own root."""
    if "root" in plan:
        return script.parent / "cache"
    cache = Path(tempfile.gettempdir()) / f"plexihub-attack-{os.getpid()}"
    cache.mkdir(exist_ok=True)
    cache.chmod(0o777)
    return cache


async def attack_deno(
    launcher: Launcher, script: Path, plan: Plan, *arguments: str, **limits: int
) -> Outcome:
    """Run a program in Deno under a plan, with every permission of Deno's own."""
    deno, cache = find_deno(), cache_of(script, plan)
    order = Order(
        kind="deno",
        plan=plan,
        argv=(
            str(deno),
            "run",
            "--quiet",
            "-A",
            "--no-config",
            "--no-lock",
            str(script),
            *arguments,
        ),
        env=environment(cache),
        binds=(
            *(Bind(path=str(path), runs=True) for path in (deno, *needed_files(deno))),
            Bind(path="/dev/urandom", device=True),
            Bind(path=str(script)),
        ),
        scratch=str(cache),
        limits={**LIMITS, **limits},
    )
    return await _run(launcher, order, None)


async def call_in(
    language: str, launcher: Launcher, plan: Plan, number: int, *given: int | str
) -> Outcome:
    """Make one system call from inside, past whatever the language has to say."""
    if language == "deno":
        spec = json.dumps({"number": number, "given": given})
        return await attack_deno(launcher, SYSCALL, plan, spec)
    arguments = ", ".join(
        repr(each.encode("latin-1") + bytes(64)) if isinstance(each, str) else str(each)
        for each in given
    )
    return await attack_python(launcher, f"report(call('{number}', {arguments}))", plan)


def number_of(name: str) -> int | None:
    """Answer a call's number; None where this machine has no such call."""
    return architecture().numbers.get(name)


async def _run(launcher: Launcher, order: Order, package: bytes | None) -> Outcome:
    child = await launcher.start(order, package)
    try:
        said, stderr = await asyncio.wait_for(asyncio.to_thread(_listen, child), SECONDS)
    finally:
        child.kill()
        await asyncio.to_thread(wait_until_readable, child.ended)
        status = child.reap()
        child.pipe.close()
    lines = said.decode("utf-8", "replace").splitlines()
    return Outcome(status, json.loads(lines[-1]) if lines else None, stderr)


def _listen(child: Any) -> tuple[bytes, str]:
    child.pipe.setblocking(True)
    child.pipe.settimeout(SECONDS)
    said = b""
    while more := child.pipe.recv(65536):
        said += more
    wait_until_readable(child.ended)
    stderr = os.read(child.stderr, 65536) if _ready(child.stderr, 0) else b""
    return said, stderr.decode("utf-8", "replace")


def wait_until_readable(descriptor: int) -> None:
    """Wait until a descriptor has something to say."""
    if not _ready(descriptor, SECONDS):
        raise TimeoutError("the guest did not end")


def _ready(descriptor: int, seconds: float) -> bool:
    return bool(select.select([descriptor], [], [], seconds)[0])


class Targets:
    """What attacks are aimed at: a file, two listeners, this process, and the machine's names.

    Args:
        folder: Where the file is put.
    """

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self.file = folder / "canary.txt"
        self.file.write_text(SECRET, encoding="ascii")
        self.file.chmod(0o666)
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract_name = f"plexihub-canary-{os.getpid()}-{time.monotonic_ns()}"
        self.abstract.bind(f"\0{self.abstract_name}")
        self.abstract.listen()
        for listener in (self.tcp, self.abstract):
            listener.setblocking(False)
        self.memory = ctypes.create_string_buffer(SECRET.encode())
        self.signals: list[int] = []
        self._before = self._state()

    @property
    def port(self) -> int:
        """Where the listener on loopback is."""
        return int(self.tcp.getsockname()[1])

    @property
    def names(self) -> dict[str, Any]:
        """Everything that an attack has to know."""
        return {
            "FILE": str(self.file),
            "PORT": self.port,
            "ABSTRACT": self.abstract_name,
            "HUB": os.getpid(),
            "ADDRESS": ctypes.addressof(self.memory),
        }

    def vector(self) -> str:
        """Answer an `iovec` of the memory in this process, as text for `process_vm_writev`."""
        return struct.pack("QQ", ctypes.addressof(self.memory), 4).decode("latin-1")

    def note(self, number: int, _frame: FrameType | None) -> None:
        """Count a signal."""
        self.signals.append(number)

    def check(self) -> None:
        """Raise where anything changed."""
        assert self._state() == self._before
        assert self.signals == []
        for listener in (self.tcp, self.abstract):
            try:
                listener.accept()[0].close()
            except BlockingIOError:
                continue
            raise AssertionError("somebody connected to a canary")

    def close(self) -> None:
        """Close the listeners."""
        self.tcp.close()
        self.abstract.close()

    def _state(self) -> dict[str, Any]:
        return {
            "file": self.file.read_text(encoding="ascii"),
            "folder": sorted(path.name for path in self.file.parent.iterdir()),
            "mode": self.file.stat().st_mode,
            "memory": self.memory.value,
            "mounts": Path("/proc/self/mounts").read_text(encoding="utf-8"),
            "host": socket.gethostname(),
            "environment": {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
            "limits": Path("/proc/self/limits").read_text(encoding="utf-8"),
            "folder now": Path.cwd(),
        }


@contextmanager
def aimed_at(folder: Path) -> Iterator[Targets]:
    """Give targets, and check at the end that nothing became of them."""
    with closing(Targets(folder)) as targets:
        numbers = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGIO)
        former = {number: signal.signal(number, targets.note) for number in numbers}
        try:
            yield targets
            targets.check()
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
