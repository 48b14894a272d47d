"""Plugins that want more than they may, and the eyes that measure them from outside."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Self

from plexihub.kernel.ports import PluginInstance
from tests.zoo.sandbox import Sandbox, write

TICKS = os.sysconf("SC_CLK_TCK")
BURN = "const end = Date.now() + {ms}; let n = 0; while (Date.now() < end) n++; return {{}};"
#: Each wants far more than 50 MB and touches what it gets.
EATERS = {
    "heap": "const all = []; while (true) all.push(new Array(1000).fill(all.length));",
    "strings": "const all = []; while (true) all.push('x'.repeat(1e6) + Math.random()), "
    "all.at(-1).charCodeAt(5);",
    "buffers": "const all = []; while (true) all.push(new Uint8Array(1e7).fill(1));",
    "many small buffers": "const all = []; while (true) all.push(new Uint8Array(4096).fill(1));",
    "webassembly": "const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 }); "
    "while (true) { memory.grow(64); new Uint8Array(memory.buffer).fill(1); }",
    "map": "const all = new Map(); let n = 0; while (true) all.set(n++, {n});",
    "promises": "const all = []; while (true) all.push(new Promise((ok) => all.push(ok)));",
}


PYTHON_EATERS = {
    "objects": "kept = []\n    while True: kept.append({'some': len(kept)})",
    "bytes": "kept = []\n    while True: kept.append(bytearray(b'x' * 1_000_000))",
    "one buffer": "kept = bytearray()\n    while True: kept += b'x' * 100_000",
    "text": "kept = ''\n    while True: kept += 'x' * 10_000",
    "numbers": "kept = 3\n    while True: kept = kept ** 3",
    "generators": "kept = []\n    while True: kept.append(one for one in kept)",
}
PYTHON_BURN = """import time
    end = time.monotonic() + {seconds}
    while time.monotonic() < end: pass"""


def python_plugin(folder: Path, name: str, body: str, *, top: str = "") -> Path:
    """Write a plugin in Python whose hook does `body`, and whose other hook answers."""
    code = f"{top}\n\ndef on_dashboard_load():\n    {body}\n\n"
    return write(folder, f"{name}/{name}.py", f"{code}def on_data_fetch():\n    return {{}}\n")


def plugin(folder: Path, name: str, body: str, *, top: str = "") -> Path:
    """Write a plugin whose hook does `body`, and whose other hook answers."""
    code = (
        f"{top}\nexport default {{ id: '{name}', version: '1.0.0', hooks: {{"
        f" onDashboardLoad() {{ {body} }}, onDataFetch() {{ return {{ fine: true }}; }} }} }};"
    )
    return write(folder, f"{name}/{name}.ts", code)


def burning(folder: Path, name: str, seconds: float) -> Path:
    """Write a plugin that keeps a core busy for so long."""
    return plugin(folder, name, BURN.format(ms=int(seconds * 1000)))


@asynccontextmanager
async def many(sandbox: Sandbox, paths: list[Path]) -> AsyncIterator[list[PluginInstance]]:
    """Run several plugins."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(sandbox.running(path)) for path in paths]


def processor_seconds(pid: int) -> float:
    """Read what a process used: user and system time, as /proc says."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def state_of(pid: int) -> str:
    """Read the letter of a process's state; empty where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return ""


def anonymous_mb(pid: int) -> float:
    """Read the memory of a process that no file stands behind; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    named = (line.split() for line in lines if line.startswith(("RssAnon:", "RssShmem:")))
    return sum(int(fields[1]) for fields in named) / 1024


class Peaks:
    """A thread that watches how much memory some processes come to hold."""

    def __init__(self, pids: list[int]) -> None:
        self.start_mb = {pid: anonymous_mb(pid) for pid in pids}
        self.peak_mb = dict(self.start_mb)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._done.wait(0.003):
            for pid, peak in self.peak_mb.items():
                self.peak_mb[pid] = max(peak, anonymous_mb(pid))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def grown_mb(self) -> float:
        """The most that one of them grew, in MiB."""
        return max(peak - self.start_mb[pid] for pid, peak in self.peak_mb.items())


async def until(check: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait until something outside of this process is so."""
    async with asyncio.timeout(seconds):
        while not check():  # noqa: ASYNC110 - a process tells nobody
            await asyncio.sleep(0.005)


def pid_of(instance: PluginInstance) -> int:
    """Answer the process of a plugin."""
    pid = instance.stats().pid
    assert pid is not None
    return pid


class Stopwatch:
    """Measures what processes use between two moments."""

    def __init__(self, pids: list[int]) -> None:
        self._before = {pid: processor_seconds(pid) for pid in pids}
        self._began = time.monotonic()

    def shares(self) -> list[float]:
        """Answer each one's share of a core since then, in percent."""
        elapsed = time.monotonic() - self._began
        return [
            (processor_seconds(pid) - before) / elapsed * 100
            for pid, before in self._before.items()
        ]
